import { CheckOutlined } from '@ant-design/icons'
import { App, Button, Checkbox } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { Card, DetailPage, useConfirm } from '@/kit/crud'
import { changeUrl, itemUrl, workOrderUrl } from '@/kit/links'
import { cmp, format, isZero } from '@/kit/num'
import { Progress } from '@/kit/Qty'
import { useMay } from '@/kit/who'
import './production.css'

type Told = Answer<'get', '/api/v1/production/changes/{change}'>[number]
type Line = Told['diff']['lines'][number]
type Step = Told['diff']['ops'][number]
const TONE = { added: 'green', removed: 'red', changed: 'amber' } as const

/** The work orders that a change touches: the difference line by line, and what each does about it. */
export default function ChangePage() {
  const { t } = useTranslation('production')
  const { message } = App.useApp()
  const ask = useConfirm()
  const may = useMay()
  const { change = '' } = useParams()
  const query = useGet('/api/v1/production/changes/{change}', { path: { change }, live: ['production.', 'inventory.'] })
  const decide = useSend('post', '/api/v1/production/changes/decide')
  const [chosen, setChosen] = useState<string[]>([])
  const all = query.data ?? []
  const open = all.filter((o) => o.state === 'open')
  const picked = open.map((o) => o.order).filter((n) => chosen.includes(n))
  const write = may('production.change')
  const go = async (decision: 'keep' | 'adopt', orders: string[]) => {
    const reason = await ask({ title: t(`ec.ask.${decision}`, { n: orders.length }), text: t(`ec.askText.${decision}`), reason: true, danger: decision === 'keep', ok: t(`ec.${decision}`) })
    if (reason === false) return
    decide.mutate({ body: { change, orders, decision, reason } }, {
      onSuccess: () => { setChosen([]); void message.success(t(`ec.done.${decision}`, { n: orders.length })) },
      onError: (err) => void message.error({ content: messageOf(err), duration: 8 }),
    })
  }
  return (
    <DetailPage
      query={query} title={change} sub={all[0]?.title}
      actions={(
        <>
          <Link to={changeUrl(change)}>{t('ec.toChange')} →</Link>
          {write && picked.length > 0 && <Button loading={decide.isPending} onClick={() => void go('keep', picked)}>{t('ec.keepN', { n: picked.length })}</Button>}
          {write && picked.length > 0 && <Button type="primary" icon={<CheckOutlined />} loading={decide.isPending} onClick={() => void go('adopt', picked)}>{t('ec.adoptN', { n: picked.length })}</Button>}
        </>
      )}
    >
      {query.data && all.length === 0 && <div className="kw-none"><b>{t('ec.noOrders')}</b><span>{t('ec.noOrdersText')}</span></div>}
      {write && open.length > 1 && <Checkbox indeterminate={picked.length > 0 && picked.length < open.length} checked={picked.length === open.length} onChange={(e) => setChosen(e.target.checked ? open.map((o) => o.order) : [])}>{t('ec.allOpen', { n: open.length })}</Checkbox>}
      {all.map((o) => (
        <Card
          key={o.order} flush
          title={(
            <span className="pr-ec-head">
              {write && o.state === 'open' && <Checkbox checked={chosen.includes(o.order)} aria-label={o.order} onChange={(e) => setChosen((c) => (e.target.checked ? [...c, o.order] : c.filter((n) => n !== o.order)))} />}
              <Link className="num" to={workOrderUrl(o.order)}>{o.order}</Link> <Chip status={o.status} /> <Link to={itemUrl(o.item)}>{o.item}</Link> <span className="kw-dim">{o.name}</span>
              <span className="pr-ec-done"><Progress done={o.done} total={o.qty} /></span><span className="kw-dim num">{o.due}</span>
              {o.state !== 'open' && <Chip status={o.state} tone={o.state === 'adopt' ? 'green' : 'slate'} word={t(`ec.state.${o.state}`)} />}
            </span>
          )}
          extra={write && o.state === 'open' && (
            <span className="kw-actions">
              <Button size="small" onClick={() => void go('keep', [o.order])}>{t('ec.keep')}</Button>
              <Button size="small" type="primary" disabled={o.diff.begun} title={o.diff.begun ? t('ec.begun') : undefined} onClick={() => void go('adopt', [o.order])}>{t('ec.adopt')}</Button>
            </span>
          )}
        >
          {(o.state === 'keep' || o.state === 'adopt') && <p className="pr-ec-said">{t(`ec.said.${o.state}`, { by: o.decided_by })} <b>{o.reason}</b></p>}
          {o.diff.begun && o.state === 'open' && <p className="pr-ec-said pr-ec-warn">{t('ec.begun')}</p>}
          {o.diff.lines.length > 0 && <BillDiff lines={o.diff.lines} />}
          {o.diff.ops.length > 0 && <StepDiff steps={o.diff.ops} />}
          {o.state === 'open' && o.diff.lines.length + o.diff.ops.length === 0 && <p className="pr-ec-said">{t('ec.sameNow')}</p>}
          {o.state === 'adopt' && <Back told={o} />}
        </Card>
      ))}
    </DetailPage>
  )
}

function BillDiff({ lines }: { lines: Line[] }) {
  const { t } = useTranslation('production')
  const side = (l: Line, s: Line['before']): ReactNode => s && (
    <>{format(s.qty)} {!isZero(s.scrap_pct) && <span>+{format(s.scrap_pct)}% </span>}<span className="kw-dim">{t(`ec.issue.${s.issue}`)}{s.op ? ` · ${s.op}` : ''}</span>{l.fields.includes('substitutes') && <span className="kw-dim"> · {s.substitutes.join(', ') || '–'}</span>}</>
  )
  const qty = (v: string) => (isZero(v) ? '–' : format(v))
  return (
    <div className="kw-sublist"><div className="kw-grid pr-ec"><table>
      <thead><tr><th>{t('ec.line')}</th><th /><th>{t('ec.before')}</th><th>{t('ec.after')}</th><th className="kw-right">{t('ec.used')}</th><th className="kw-right">{t('ec.issued')}</th><th className="kw-right">{t('ec.required')}</th><th className="kw-right">{t('ec.need')}</th><th className="kw-right">{t('ec.return')}</th></tr></thead>
      <tbody>
        {lines.map((l, i) => (
          <tr key={i}>
            <td><Link to={itemUrl(l.item)}>{l.item}</Link> <span className="kw-dim">{l.name}</span></td>
            <td><Chip status={l.change} tone={TONE[l.change as 'added']} word={t(`ec.changed.${l.change}`)} /></td>
            <td className="num">{side(l, l.before) ?? '–'}</td><td className="num">{side(l, l.after) ?? '–'}</td>
            <td className="kw-right num">{qty(l.used)}</td><td className="kw-right num">{qty(l.issued)}</td>
            <td className="kw-right num">{l.before ? format(l.before.required) : '–'} → {format(l.after?.required ?? l.used)}</td>
            <td className="kw-right num"><b>{qty(l.need)}</b></td><td className={`kw-right num${cmp(l.return, '0') > 0 ? ' pr-ec-back' : ''}`}>{qty(l.return)} {!isZero(l.return) && l.uom}</td>
          </tr>
        ))}
      </tbody>
    </table></div></div>
  )
}

function StepDiff({ steps }: { steps: Step[] }) {
  const { t } = useTranslation('production')
  const side = (s?: Step['before']) => (s ? <>{s.name} <span className="kw-dim">{s.work_center} · {format(s.setup_min)} + {format(s.run_min)} min{s.inspection !== 'none' && ` · ${t(`ec.inspection.${s.inspection}`, { defaultValue: s.inspection })}`}{s.tool && ` · ${s.tool}`}{s.skill && ` · ${s.skill}`}</span></> : '–')
  return (
    <div className="kw-sublist"><div className="kw-grid pr-ec"><table>
      <thead><tr><th>{t('ec.step')}</th><th /><th>{t('ec.before')}</th><th>{t('ec.after')}</th></tr></thead>
      <tbody>{steps.map((s) => <tr key={s.op}><td className="num"><b>{s.op}</b></td><td><Chip status={s.change} tone={TONE[s.change as 'added']} word={t(`ec.changed.${s.change}`)} /></td><td className="num">{side(s.before)}</td><td className="num">{side(s.after)}</td></tr>)}</tbody>
    </table></div></div>
  )
}

/** What lies at the order and is no longer needed goes back where it came from, lot by lot. */
function Back({ told }: { told: Told }) {
  const { t } = useTranslation('production')
  const { message } = App.useApp()
  const may = useMay()
  const send = useSend('post', '/api/v1/production/returns')
  if (told.at_order.length === 0) return null
  return (
    <div className="pr-ec-said">
      <b>{t('ec.lies')}</b>
      {told.at_order.map((h) => (
        <div key={`${h.item}|${h.lot}`} className="pr-ec-lot">
          <span>{h.item} {h.name} {h.lot && <span className="kw-dim">{h.lot}</span>} <b className="num">{format(h.qty)} {h.uom}</b> <span className="kw-dim">{h.location}</span></span>
          {may('production.issue') && (
            <Button
              size="small" loading={send.isPending} onClick={() => send.mutate({ body: { order: told.order, code: h.lot || h.item, item: h.item, qty: h.qty } as never }, {
                onSuccess: (r) => void message.success(t('ec.returned', { qty: format(r.qty), item: r.item, location: r.location })), onError: (err) => void message.error({ content: messageOf(err), duration: 6 }),
              })}
            >{t('ec.giveBack')}</Button>
          )}
        </div>
      ))}
    </div>
  )
}
