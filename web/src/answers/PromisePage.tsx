import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { App, Button, Checkbox, Input, InputNumber } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { can, useMe } from '@/app/me'
import { Card, EntitySelect } from '@/kit/crud'
import { today } from '@/kit/dates'
import { itemUrl, workCenterUrl } from '@/kit/links'
import { cmp, format, isZero, parse, pct } from '@/kit/num'
import { Qty } from '@/kit/Qty'
import { OrderParts } from './OrderParts'
import { SitePick, useSite } from '@/kit/SitePick'
import { Doc } from './words'
import '@/kit/crud/crud.css'
import './answers.css'

const DateField = lazy(() => import('@/kit/crud/DateField'))
type Promise_ = Answer<'post', '/api/v1/planning/promise'>
type Offer = NonNullable<Promise_['lines']>[number]
interface Wish { key: number; item?: string; qty: string; due: string; priority: number }
const HOUR = 3_600_000
let keys = 1
const hours = (ms: string | number) => (Number(ms) / HOUR).toFixed(1)

/** Can I take this order? Product, quantity, wished day → what stock covers, what must be made and bought, the earliest day and why. */
export default function PromisePage() {
  const { t } = useTranslation('answers')
  const { message } = App.useApp()
  const { data: me } = useMe()
  const [wishes, setWishes] = useState<Wish[]>([{ key: 0, qty: '10', due: '', priority: 5 }])
  const site = useSite()
  const [customer, setCustomer] = useState<string>()
  const [reserve, setReserve] = useState(true)
  const [taken, setTaken] = useState('')
  const ask = useSend('post', '/api/v1/planning/promise')
  const create = useSend('post', '/api/v1/sales/orders')
  const allocate = useSend('post', '/api/v1/sales/orders/{number}/allocate')
  const set = (key: number, w: Partial<Wish>) => { setWishes((all) => all.map((x) => (x.key === key ? { ...x, ...w } : x))); setTaken(''); ask.reset() }
  const lines = wishes.flatMap((w) => { const qty = parse(w.qty); return w.item && qty && cmp(qty, '0') > 0 ? [{ item: w.item, qty, due: w.due || undefined, priority: w.priority }] : [] })
  const p = ask.data
  const go = () => { setTaken(''); ask.mutate({ body: { lines, site } }, { onError: (err) => void message.error({ content: messageOf(err), duration: 6 }) }) }
  const take = (day: (l: Offer) => string) => create.mutate({ body: { site, customer, lines: (p?.lines ?? []).map((l, i) => ({ item: l.item, qty: l.qty, due: day(l), priority: lines[i]?.priority })) } }, {
    onSuccess: (o) => {
      setTaken(o.number)
      if (!reserve || !can(me, 'sales.allocate')) { void message.success(t('promise.taken', { number: o.number })); return }
      allocate.mutate({ path: { number: o.number } }, {
        onSuccess: (a) => void message.success(t((a.picks ?? []).length > 0 ? 'promise.takenReserved' : (a.soft ?? []).length > 0 ? 'promise.takenSoft' : 'promise.takenNothing', { number: o.number })),
        onError: (err) => void message.warning({ content: messageOf(err), duration: 6 }),
      })
    },
    onError: (err) => void message.error({ content: messageOf(err), duration: 6 }),
  })
  const buys = (p?.needs ?? []).filter((n) => !isZero(n.order) && !n.site && (n.kind === 'buy' || n.kind === 'subcontract' || n.kind === 'transfer'))
  return (
    <div className="an-page an-promise kw-loaded">
      <Card title={t('promise.ask')} extra={<SitePick onChange={() => { setTaken(''); ask.reset() }} />}>
        <div className="an-wishes">
          {wishes.map((w) => (
            <div key={w.key} className="an-form">
              <label><span>{t('c.item')}</span><EntitySelect path="/api/v1/masterdata/items" chosen={w.item} onChange={(v) => set(w.key, { item: v })} placeholder={t('promise.item')} /></label>
              <label className="an-short"><span>{t('c.qty')}</span><Input inputMode="decimal" value={w.qty} status={parse(w.qty) ? undefined : 'error'} onChange={(e) => set(w.key, { qty: e.target.value })} onPressEnter={go} /></label>
              <label className="an-short"><span>{t('promise.wished')}</span><Suspense fallback={null}><DateField value={w.due} onChange={(v) => set(w.key, { due: v })} /></Suspense></label>
              <label className="an-short"><span>{t('promise.priority')}</span><InputNumber min={1} max={9} value={w.priority} onChange={(v) => set(w.key, { priority: v ?? 5 })} style={{ width: '100%' }} /></label>
              {wishes.length > 1 && <Button type="text" icon={<DeleteOutlined />} aria-label={t('promise.remove')} onClick={() => { setWishes((all) => all.filter((x) => x.key !== w.key)); ask.reset() }} />}
            </div>
          ))}
        </div>
        <div className="an-form">
          <label><span>{t('promise.customer')}</span><EntitySelect path="/api/v1/masterdata/partners" filters={[{ col: 'kinds', op: 'like', value: 'customer' }]} chosen={customer} onChange={(v) => setCustomer(v)} placeholder={t('promise.customerLater')} /></label>
          <Button icon={<PlusOutlined />} onClick={() => { setWishes((all) => [...all, { key: keys++, qty: '1', due: all[0]?.due ?? '', priority: all[0]?.priority ?? 5 }]); ask.reset() }}>{t('promise.more')}</Button>
          <span className="kw-grow" />
          <Button type="primary" disabled={lines.length === 0 || lines.length < wishes.length} loading={ask.isPending} onClick={go}>{t('promise.go')}</Button>
        </div>
      </Card>
      {!p && !ask.isPending && <div className="kw-none"><b>{t('promise.title')}</b><span>{t('promise.text')}</span></div>}
      {p && (
        <>
          <section className={`an-answer kw-${!p.possible ? 'red' : p.on_time && (p.harmed ?? []).length === 0 ? 'green' : p.on_time ? 'amber' : 'red'}`} role="status">
            <div>
              <h2>{!p.possible ? t('promise.never') : p.on_time ? t('promise.yes', { day: p.possible }) : t('promise.later', { day: p.possible })}</h2>
              {(p.harmed ?? []).length > 0 && <p>{t('promise.harm', { n: (p.harmed ?? []).length })}{p.safe ? ` ${t('promise.safe', { day: p.safe })}` : ''}</p>}
              {(p.lines ?? []).map((l, i) => <Reason key={i} offer={l} now={p.today} named={p.lines.length > 1} />)}
            </div>
            {taken ? <div className="an-acts"><Link to={`/sales/orders/${encodeURIComponent(taken)}`}><Button type="primary">{t('promise.open', { number: taken })}</Button></Link></div> : p.possible && can(me, 'sales.create') && (
              <div className="an-acts">
                <Button type="primary" loading={create.isPending} onClick={() => take((l) => (l.wished && l.on_time ? l.wished : l.possible))}>{p.on_time ? t('promise.take') : t('promise.takeOn', { day: p.possible })}</Button>
                {(p.harmed ?? []).length > 0 && p.safe && p.safe > p.possible && <Button loading={create.isPending} onClick={() => take(() => p.safe)}>{t('promise.takeOn', { day: p.safe })}</Button>}
                {can(me, 'sales.allocate') && <Checkbox checked={reserve} onChange={(e) => setReserve(e.target.checked)}>{t('promise.reserve')}</Checkbox>}
              </div>
            )}
          </section>
          <div className="an-offers">
            {(p.lines ?? []).map((l, i) => (
              <Card key={i} title={<><Link to={itemUrl(l.item)}>{l.name}</Link> <Qty value={l.qty} uom={l.uom} /></>} extra={<b className={l.on_time ? 'num' : 'num kw-late'}>{l.possible || t('kits.never')}</b>}>
                <div className="an-cover" aria-hidden="true"><i className="an-s" style={{ width: `${pct(l.stock, l.qty)}%` }} /><i className="an-c" style={{ width: `${pct(l.coming, l.qty)}%` }} /><i className="an-m" style={{ width: `${pct(l.make, l.qty)}%` }} /><i className="an-b" style={{ width: `${pct(l.buy, l.qty)}%` }} /><i className="an-t" style={{ width: `${pct(l.transfer, l.qty)}%` }} /></div>
                <dl className="an-dl">
                  <dt><i className="an-s" />{t('promise.fromStock')}</dt><dd><Qty value={l.stock} uom={l.uom} /></dd>
                  {!isZero(l.coming) && <><dt><i className="an-c" />{t('promise.fromComing')}</dt><dd><Qty value={l.coming} uom={l.uom} /></dd></>}
                  {!isZero(l.make) && <><dt><i className="an-m" />{t('promise.make')}</dt><dd><Qty value={l.make} uom={l.uom} /></dd></>}
                  {!isZero(l.buy) && <><dt><i className="an-b" />{t('promise.buy')}</dt><dd><Qty value={l.buy} uom={l.uom} /></dd></>}
                  {!isZero(l.transfer) && <><dt><i className="an-t" />{t('promise.bring')}</dt><dd><Qty value={l.transfer} uom={l.uom} /></dd></>}
                  <dt>{t('promise.kit')}</dt><dd>{t('promise.sets', { n: format(l.sets), pct: Math.floor(pct(l.sets, l.qty)) })}</dd>
                  <dt>{t('promise.material')}</dt><dd className="num">{l.material || t('kits.never')}</dd>
                  {l.capacity && <><dt>{t(l.scheduled ? 'promise.scheduled' : 'promise.capacity')}</dt><dd className="num">{l.capacity}</dd></>}
                </dl>
                {(l.steps ?? []).length > 1 && <ol className="an-steps" aria-label={t('kit.steps')}>{(l.steps ?? []).map((s) => <li key={s.day}><b className="num">{format(s.sets)}</b><small className="num">{s.day}</small></li>)}</ol>}
              </Card>
            ))}
          </div>
          <Card flush title={t('promise.needs')} extra={buys.length > 0 && <OrderParts lines={buys.map((n) => ({ item: n.item, qty: n.lot, due: n.due && n.due > today() ? n.due : undefined, supplier: n.supplier, from: n.from, for: taken ? [taken] : [] }))}>{t('promise.buyAll', { n: buys.length })}</OrderParts>}>
            <div className="an-scroll"><table className="an-table an-wide an-stack">
              <thead><tr><th>{t('c.item')}</th><th className="kw-right">{t('c.need')}</th><th className="kw-right">{t('promise.fromStock')}</th><th>{t('c.comes')}</th><th className="kw-right">{t('promise.new')}</th><th>{t('promise.start')}</th><th>{t('c.needed')}</th><th>{t('c.possible')}</th></tr></thead>
              <tbody>{(p.needs ?? []).map((n) => (
                <tr key={`${n.site ?? ''} ${n.item}`} className={n.site ? 'an-away' : undefined}>
                  <td className="an-stack-all" style={{ paddingInlineStart: 12 + 16 * n.level }}><Link to={itemUrl(n.item)}>{n.name}</Link><small className="num">{n.item}</small>{n.site && <small>{t('kit.at', { site: n.site })}</small>}</td>
                  <td data-l={t('c.need')} className="kw-right"><Qty value={n.need} uom={n.uom} /></td><td data-l={t('promise.fromStock')} className="kw-right num">{isZero(n.stock) ? '' : format(n.stock)}</td>
                  <td data-l={t('c.comes')}>{(n.sources ?? []).map((s) => <div key={s.kind + s.number + s.line}><Doc kind={s.kind} number={s.number} line={s.line} /> <span className="num">{format(s.qty)}</span> <small className="num">{s.day}</small></div>)}</td>
                  <td data-l={t('promise.new')} className="kw-right">{!isZero(n.order) && <>{t(`plan.${n.kind}`)} <b className="num">{format(n.order)}</b>{cmp(n.lot, n.order) !== 0 && <small className="num">{t('promise.lot', { n: format(n.lot) })}</small>}{n.from && <small>{t('kits.from_site', { site: n.from })} · {isZero(n.there) ? t('kit.noneThere', { site: n.from }) : t('kit.there', { n: format(n.there), site: n.from })}</small>}</>}</td>
                  <td data-l={t('promise.start')} className={n.start && n.start < p.today ? 'num kw-late' : 'num'}>{n.start}</td><td data-l={t('c.needed')} className="num">{n.due}</td><td data-l={t('c.possible')} className={n.possible && n.due && n.possible > n.due ? 'num kw-late' : 'num'}>{n.possible}</td>
                </tr>))}</tbody>
            </table></div>
          </Card>
          <div className="kw-panels">
            {p.sites.length > 0 && (
              <Card flush title={t('promise.loads')}>
                <ul className="an-sites">{p.sites.map((x) => <li key={x.site}><b>{x.name}</b> <span>{t(`promise.how.${x.how}`)}</span> <span className="num">{x.until ? t('promise.siteUntil', { day: x.until }) : t('kits.never')}</span></li>)}</ul>
                {p.loads.length > 0 && (
                  <div className="an-scroll"><table className="an-table an-stack">
                    <thead><tr><th>{t('promise.center')}</th><th className="kw-right">{t('promise.own')}</th><th className="kw-right">{t('promise.ahead')}</th><th className="kw-right">{t('promise.hours')}</th><th>{t('promise.until')}</th></tr></thead>
                    <tbody>{p.loads.map((x) => <tr key={x.center + (x.site ?? '')}><td className="an-stack-all"><Link to={workCenterUrl(x.center)}>{x.name}</Link><small className="num">{x.center}</small>{x.site && <small>{t('kit.at', { site: x.site })}</small>}</td><td data-l={t('promise.own')} className="kw-right num">{hours(x.own_ms)} h</td><td data-l={t('promise.ahead')} className="kw-right num">{hours(x.ahead_ms)} h</td><td data-l={t('promise.hours')} className="kw-right num">{hours(x.hours_ms)} h</td><td data-l={t('promise.until')} className="num">{x.until || t('kits.never')}</td></tr>)}</tbody>
                  </table></div>
                )}
                {p.loads.some((x) => x.scheduled) && <p className="an-note">{t('promise.fromSchedule')}</p>}
                {p.loads.some((x) => !x.scheduled) && <p className="an-note">{t('promise.rough')}</p>}
              </Card>
            )}
            {(p.harmed ?? []).length > 0 && (
              <Card flush title={t('promise.harmed')}>
                <div className="an-scroll"><table className="an-table">
                  <thead><tr><th>{t('c.orderNo')}</th><th>{t('c.due')}</th><th>{t('promise.before')}</th><th>{t('promise.after')}</th></tr></thead>
                  <tbody>{(p.harmed ?? []).map((h) => <tr key={h.kind + h.number + h.line}><td><Doc kind={h.kind} number={h.number} line={h.line} /><small className="num">{h.item}{h.site && ` @ ${h.site}`}</small></td><td className="num">{h.due}</td><td className="num">{h.before}</td><td className="num kw-late">{h.after || t('kits.never')}</td></tr>)}</tbody>
                </table></div>
              </Card>
            )}
          </div>
        </>
      )}
    </div>
  )
}

function Reason({ offer: l, now, named }: { offer: Offer; now: string; named: boolean }) {
  const text = useReason(l, now)
  return text && <p>{named && <b>{l.item} </b>}{text}</p>
}

/** What makes a line late, in words. */
function useReason(l: Offer, now: string) {
  const { t } = useTranslation('answers')
  if (!l.reason) return ''
  if (l.reason === 'customer_part') return t('promise.byCustomer', { item: l.block })
  if (l.reason === 'work_center' && l.block_at) return t(l.block ? 'promise.byCenterAway' : 'promise.byCapacityAway', { center: l.block, site: l.block_at, day: l.block_day })
  if (l.reason === 'work_center') return t('promise.byCenter', { center: l.block, day: l.block_day })
  if (!l.block_by && (l.block_at || l.block_from)) return t(l.block_at ? 'promise.bySiteAway' : 'promise.bySite', { item: l.block || l.item, site: l.block_at || l.block_from, day: l.block_day || l.material })
  return l.block_by ? t('promise.byDoc', { item: l.block || '', doc: l.block_by, day: l.block_day || now }) : t('promise.byPart', { item: l.block || l.item, day: l.block_day || l.material })
}
