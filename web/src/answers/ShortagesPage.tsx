import { DownloadOutlined } from '@ant-design/icons'
import { App, Button, Checkbox, Input, Segmented, Skeleton } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { can, useMe } from '@/app/me'
import { ListPage, type Column } from '@/kit/crud'
import { save } from '@/kit/files'
import { itemUrl, partnerUrl } from '@/kit/links'
import { add, cmp, format, isZero, parse, sub } from '@/kit/num'
import { Qty } from '@/kit/Qty'
import { OrderParts } from './OrderParts'
import { SitePick, useSiteFilter } from '@/kit/SitePick'
import { Doc } from './words'
import '@/kit/crud/crud.css'
import './answers.css'

type Planned = Row<'/api/v1/planning/orders'>
const planned: Column<Planned>[] = [
  { key: 'item', type: 'link', to: (r) => itemUrl(r.item) }, { key: 'name' }, { key: 'kind', type: 'enum', options: ['buy', 'subcontract', 'shortage'], words: 'plan' }, { key: 'qty', type: 'qty', uom: 'uom' },
  { key: 'due', type: 'date' }, { key: 'possible', type: 'date' }, { key: 'wanted_for' }, { key: 'supplier', type: 'link', to: (r) => (r.supplier ? partnerUrl(r.supplier) : undefined) },
]
const fixed = [{ col: 'kind', op: 'in' as const, value: 'buy,subcontract,transfer,shortage' }, { col: 'state', op: 'eq' as const, value: 'planned' }]
const sort = ['due', 'item']

/** What is short, when, and for whom: for the live plan, or for orders that were chosen. */
export default function ShortagesPage() {
  const { t } = useTranslation('answers')
  const [params, setParams] = useSearchParams()
  const by = params.get('by') === 'plan' ? 'plan' : 'orders'
  const site = params.get('site')
  return (
    <div className="an-page kw-loaded">
      <div className="kw-toolbar"><Segmented value={by} onChange={(v) => setParams({ ...(v === 'plan' ? { by: 'plan' } : {}), ...(site ? { site } : {}) }, { replace: true })} options={['orders', 'plan'].map((v) => ({ value: v, label: t(`shortages.by.${v}`) }))} /></div>
      {by === 'plan' ? <OfPlan /> : <OfOrders />}
    </div>
  )
}

function OfPlan() {
  const { t } = useTranslation('answers')
  const { message } = App.useApp()
  const { data: me } = useMe()
  const release = useSend('post', '/api/v1/planning/release')
  const here = useSiteFilter()
  const all = useMemo(() => [...fixed, ...here], [here])
  const go = (rows: Planned[], clear: () => void) => release.mutate({ body: { site: rows[0]?.site, run: rows[0]?.run, orders: rows.filter((r) => r.kind !== 'shortage').map((r) => r.n) } }, {
    onSuccess: (a) => { void message.success(t('shortages.released', { list: (a.documents ?? []).map((d) => d.number).join(', ') })); clear() },
    onError: (err) => void message.error({ content: messageOf(err), duration: 8 }),
  })
  return (
    <ListPage
      ns="answers" path="/api/v1/planning/orders" columns={planned} fixed={all} sort={sort} live={['purchasing.']} actions={<SitePick />} empty={<div className="kw-none"><b>{t('shortages.noPlan')}</b><span>{t('shortages.noPlanText')}</span></div>}
      bulk={can(me, 'planning.release') ? (rows, clear) => <Button size="small" type="primary" loading={release.isPending} disabled={rows.every((r) => r.kind === 'shortage')} onClick={() => go(rows, clear)}>{t('shortages.release', { n: rows.filter((r) => r.kind !== 'shortage').length })}</Button> : undefined}
    />
  )
}

function OfOrders() {
  const { t } = useTranslation('answers')
  const [params, setParams] = useSearchParams()
  const [typed, setTyped] = useState(params.getAll('order').join(' '))
  const [off, setOff] = useState<Set<string>>(new Set())
  const [edited, setEdited] = useState<Record<string, string>>({})
  const orders = params.getAll('order')
  const get = (key: string) => params.get(key) ?? undefined
  const all = useGet('/api/v1/planning/shortages', {
    query: { site: get('site'), kind: (get('kind') ?? '') as 'sales_order', order: orders, from: get('week') ?? get('from'), customer: get('customer'), center: get('center') }, live: ['inventory.', 'production.', 'purchasing.', 'sales.', 'masterdata.'],
  })
  const s = all.data
  const parts = useMemo(() => s?.parts ?? [], [s])
  const choose = (text: string) => setParams((p) => { p.delete('order'); for (const n of text.split(/[\s,;]+/).filter(Boolean)) p.append('order', n); return p }, { replace: true })
  const buyable = parts.filter((p) => cmp(p.order, '0') > 0 && p.kind !== 'customer' && p.kind !== 'phantom')
  const lines = buyable.filter((p) => !off.has(p.item)).map((p) => ({ item: p.item, qty: parse(edited[p.item] ?? p.order) ?? p.order, due: s && p.needed > s.today ? p.needed : undefined, supplier: p.supplier, from: p.from, for: (p.for ?? []).map((f) => f.number) }))
  const download = () => {
    const quote = (x: string) => `"${x.replaceAll('"', '""')}"`
    const head = ['item', 'name', 'short', 'comes', 'order', 'needed', 'possible', 'supplier', 'for'].map((k) => t(`c.${k}`))
    const body = parts.map((p) => [p.item, p.name, p.short, p.coming, p.order, p.needed, p.possible, p.from ? `${t('plan.transfer')} ← ${p.from}` : p.supplier ?? '', (p.for ?? []).map((f) => `${f.number}${f.line ? `-${f.line}` : ''}: ${f.qty}`).join('; ')])
    save(new Blob(['\uFEFF' + [head, ...body].map((r) => r.map(quote).join(',')).join('\r\n')], { type: 'text/csv;charset=utf-8' }), `${t('menu.shortages')}-${s?.today ?? ''}.csv`)
  }
  return (
    <>
      <div className="kw-toolbar an-bar">
        <SitePick />
        <Input.Search className="kw-search" allowClear value={typed} onChange={(e) => setTyped(e.target.value)} onSearch={choose} placeholder={t('shortages.choose')} aria-label={t('shortages.choose')} />
        <span className="kw-dim">{s && t('shortages.said', { short: s.short, orders: s.orders, parts: parts.length })}</span>
        <span className="kw-grow" />
        <Button icon={<DownloadOutlined />} disabled={parts.length === 0} onClick={download}>{t('shortages.export')}</Button>
        <OrderParts primary lines={lines} onDone={() => { setOff(new Set()); setEdited({}) }}>{t('shortages.order', { n: lines.length })}</OrderParts>
      </div>
      {all.error ? <div className="kw-none" role="alert"><span>{messageOf(all.error)}</span><Button onClick={() => { setTyped(''); choose('') }}>{t('shortages.all')}</Button></div>
        : !s ? <Skeleton active paragraph={{ rows: 8 }} />
          : parts.length === 0 ? <div className="kw-none"><b>{t('shortages.none')}</b></div>
            : (
              <div className="an-scroll an-card">
                <table className="an-table an-wide an-stack">
                  <thead><tr><th aria-label={t('order.do')} /><th>{t('c.item')}</th><th className="kw-right">{t('c.short')}</th><th className="kw-right">{t('c.comes')}</th><th className="kw-right">{t('c.order')}</th><th>{t('c.needed')}</th><th>{t('c.possible')}</th><th>{t('c.supplier')}</th><th>{t('c.for')}</th></tr></thead>
                  <tbody>
                    {parts.map((p) => {
                      const can_ = buyable.includes(p)
                      const rest = sub(p.short, p.coming)
                      return (
                        <tr key={p.item}>
                          <td>{can_ && <Checkbox aria-label={p.item} checked={!off.has(p.item)} onChange={(e) => setOff((o) => { const n = new Set(o); if (e.target.checked) n.delete(p.item); else n.add(p.item); return n })} />}</td>
                          <td><Link to={itemUrl(p.item)}>{p.name}</Link><small className="num">{p.item}</small></td>
                          <td data-l={t('c.short')} className="kw-right"><Qty value={p.short} uom={p.uom} />{!isZero(p.held) && <small>{t('shortages.held', { n: format(p.held) })}</small>}{!isZero(p.other) && !p.from && <small>{t('shortages.other', { n: format(p.other) })}</small>}</td>
                          <td data-l={t('c.comes')} className="kw-right num">{isZero(p.coming) ? '' : format(p.coming)}</td>
                          <td data-l={t('c.order')} className="kw-right">{can_ ? <Input size="small" className="an-qty num" aria-label={`${t('c.order')} ${p.item}`} value={edited[p.item] ?? p.order} status={parse(edited[p.item] ?? p.order) ? undefined : 'error'} onChange={(e) => setEdited((o) => ({ ...o, [p.item]: e.target.value }))} /> : cmp(rest, '0') > 0 ? <span className="kw-late">{t('shortages.ask', { n: format(rest) })}</span> : <span className="kw-dim">{t('shortages.comes')}</span>}</td>
                          <td data-l={t('c.needed')} className="num">{p.needed}</td>
                          <td data-l={t('c.possible')} className={p.possible && p.possible <= p.needed ? 'num' : 'num kw-late'}>{p.possible || t('kits.never')}</td>
                          <td data-l={t('c.supplier')}>{p.from ? <>{t('kits.from_site', { site: p.from })}<small>{isZero(p.there) ? t('kit.noneThere', { site: p.from }) : t('kit.there', { n: format(p.there), site: p.from })}</small></> : p.supplier ? <Link to={partnerUrl(p.supplier)} className="num">{p.supplier}</Link> : can_ && p.kind !== 'make' ? <span className="kw-late">{t('shortages.noSupplier')}</span> : ''}</td>
                          <td data-l={t('c.for')} className="an-docs">{(p.for ?? []).slice(0, 6).map((f) => <span key={f.kind + f.number + f.line}><Doc kind={f.kind} number={f.number} line={f.line} /> <small className="num">{format(f.qty)}</small></span>)}{(p.for ?? []).length > 6 && <small>{t('shortages.more', { n: (p.for ?? []).length - 6, qty: format((p.for ?? []).slice(6).reduce((x, f) => add(x, f.qty), '0')) })}</small>}</td>
                        </tr>
                      )
                    })}
                  </tbody>
                </table>
              </div>
            )}
    </>
  )
}
