import { DownOutlined, RightOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useSend } from '@/api/hooks'
import { Chip } from '@/kit/Chip'
import { ActButton } from '@/kit/crud'
import { dayOf, showInstant, today } from '@/kit/dates'
import { pegUrl } from '@/kit/links'
import { add, cmp, format, max, min, pct, sub } from '@/kit/num'
import { Qty } from '@/kit/Qty'
import { StepStrip } from '@/kit/StepStrip'
import { asEntered } from '@/kit/units'
import { useMay } from '@/kit/who'
import { Go } from './Go'
import { lotUrl, over, workUrl, type TrackLine, type TrackWork } from './orders'

/** One ordered item: how much is where, which work orders make it, which lots are promised. */
export function LineCard({ number, line: l, start }: { number: string; line: TrackLine; start: boolean }) {
  const { t } = useTranslation('sales')
  const may = useMay()
  const reopen = useSend('post', '/api/v1/sales/orders/{number}/reopen')
  const [open, setOpen] = useState(start)
  const late = !over(l.status) && l.due < today()
  const slips = !over(l.status) && l.expected_ms > 0 && dayOf(l.expected_ms) > l.due
  return (
    <section className="kw-panel so-line">
      <header>
        <button type="button" className="so-fold" aria-expanded={open} aria-label={t('line.fold')} onClick={() => setOpen(!open)}>{open ? <DownOutlined /> : <RightOutlined />}</button>
        <span className="num kw-dim">{l.line}</span>
        <h3>{l.name}</h3>
        <Go perm="masterdata.read" to={`/masterdata/items/${encodeURIComponent(l.item)}`}>{l.item}</Go>
        <Chip status={l.status} tone={late ? 'red' : undefined} word={t(`state.${l.status}`)} />
        <span className="kw-grow" />
        <span className="so-line-fact"><small>{t('f.qty')}</small><Qty value={l.qty} uom={l.uom} said={asEntered(l)} /></span>
        <span className="so-line-fact"><small>{t('f.due')}</small><span className={late ? 'num kw-late' : 'num'}>{l.due}</span></span>
        {l.expected_ms > 0 && !over(l.status) && <span className="so-line-fact"><small>{t('f.expected')}</small><span className={slips ? 'num kw-late' : 'num'}>{showInstant(l.expected_ms)}</span></span>}
        <span className="so-line-fact"><small>{t('f.priority')}</small><span className="num">{l.priority}</span></span>
      </header>
      <div>
        <Split line={l} />
        {l.kind && <p className="so-note"><Chip status="toll" tone="blue" word={t(`lineKind.${l.kind}`)} /></p>}
        {l.supply && <p className="so-note">{t('f.supply')}: {t(`supply.${l.supply}`)}</p>}
        {l.soft_from && <p className="so-note so-soft">{t(l.soft_from > today() ? 'line.soft' : 'line.softDue', { date: l.soft_from })}</p>}
        {l.closed_ms > 0 && <p className="so-note">{t('close.closed', { why: l.close_reason === 'tolerance' ? t('close.tolerance') : l.close_reason })} {may('sales.create') && <ActButton size="small" type="link" send={reopen} input={{ path: { number }, body: { lines: [l.line], reason: t('close.reopen') } }} done={t('close.reopened')}>{t('close.reopen')}</ActButton>}</p>}
        {!over(l.status) && may('planning.read') && <p className="so-note"><Link to={pegUrl(l.item, 'sales_order', number, l.line)}>{t('line.plan')}</Link></p>}
        {l.note && <p className="so-note">{l.note}</p>}
        {open && (
          <>
            {l.work.length === 0 && !over(l.status) && cmp(l.allocated, l.qty) < 0 && <p className="so-empty">{t(cmp(l.free_stock, '0') > 0 ? 'line.fromStock' : l.supply === 'stock' ? 'line.noStock' : may('production.create') ? 'line.noWork' : 'line.askPlanner', { qty: format(l.free_stock), uom: l.uom })}</p>}
            {l.work.map((w) => <Work key={w.id} work={w} uom={l.uom} />)}
            {l.lots.length > 0 && (
              <div className="so-lots"><h4>{t('line.allocated')}</h4><ul>{l.lots.map((x, i) => <li key={`${x.lot}${i}`}>{x.lot ? <Go perm="inventory.read" to={lotUrl(x.item, x.lot)}>{x.lot}</Go> : <span className="kw-dim">{t('line.noLot')}</span>}<Qty value={x.qty} uom={l.uom} />{x.serials && x.serials.length > 0 && <small title={x.serials.join(', ')}>{t('line.serials', { n: x.serials.length })}</small>}{x.expires_on && x.expires_on < '9999' && <small className="num">{t('line.expires', { date: x.expires_on })}</small>}</li>)}</ul></div>
            )}
          </>
        )}
      </div>
    </section>
  )
}

/** Where the ordered quantity is now, as one bar in parts. */
function Split({ line: l }: { line: TrackLine }) {
  const { t } = useTranslation('sales')
  const rest = max(sub(l.qty, add(l.shipped, l.allocated)), '0')
  const work = min(l.in_work, rest)
  const planned = min(l.planned, work)
  const parts = [
    { part: 'shipped', qty: l.shipped, color: 'var(--green)' },
    { part: 'allocated', qty: l.allocated, color: 'var(--teal)' },
    { part: 'inWork', qty: sub(work, planned), color: 'var(--blue)' },
    { part: 'planned', qty: planned, color: 'color-mix(in srgb, var(--blue) 45%, transparent)' },
    { part: 'open', qty: over(l.status) ? '0' : sub(rest, work), color: 'var(--grey)' },
  ].filter((p) => cmp(p.qty, '0') > 0)
  return (
    <div className="so-split">
      <div className="so-split-bar">{parts.map((p) => <i key={p.part} style={{ flexGrow: pct(p.qty, l.qty), background: p.color, opacity: p.part === 'open' ? 0.35 : 1 }} />)}</div>
      <div className="so-split-words">
        {parts.map((p) => <span key={p.part}><i style={{ background: p.color, opacity: p.part === 'open' ? 0.5 : 1 }} />{t(`split.${p.part}`)} <Qty value={p.qty} uom={l.uom} /></span>)}
        {cmp(l.free_stock, '0') > 0 && !over(l.status) && <span className="kw-dim">{t('split.free')} <Qty value={l.free_stock} uom={l.uom} /></span>}
      </div>
    </div>
  )
}

function Work({ work: w, uom }: { work: TrackWork; uom: string }) {
  const { t } = useTranslation('sales')
  const [lots, setLots] = useState(false)
  const late = w.due < today() && !['completed', 'closed', 'cancelled'].includes(w.status)
  return (
    <div className="so-work">
      <div className="so-work-head">
        <Go perm="production.read" to={workUrl(w.number)}><b>{w.number}</b></Go>
        <Chip status={w.status} tone={late ? 'red' : undefined} />
        <span>{t('work.made')} <Qty value={w.good} /><small className="kw-dim num"> / {format(w.qty)} {uom}</small></span>
        {cmp(w.scrap, '0') > 0 && <span className="kw-late">{t('work.scrap')} <Qty value={w.scrap} uom={uom} /></span>}
        {w.final_gate && <span>{t('work.passed')} <Qty value={w.passed} />{cmp(w.waiting_inspection, '0') > 0 && <small className="so-wait"> {t('work.waiting', { n: format(w.waiting_inspection) })}</small>}</span>}
        <span>{t('work.received')} <Qty value={w.received} uom={uom} /></span>
        <span className="kw-dim">{t('f.due')} <span className={late ? 'num kw-late' : 'num'}>{w.due}</span></span>
        <span className="kw-grow" />
        {w.used.length + w.made.length > 0 && <button type="button" className="so-link" onClick={() => setLots(!lots)}>{t('work.lots', { n: w.used.length + w.made.length })} {lots ? '▴' : '▾'}</button>}
      </div>
      {w.status !== 'cancelled' && <StepStrip steps={w.ops.map((o) => ({ no: o.op, name: o.name, status: o.status, done: o.good, total: o.qty_in, scrap: o.scrap, rework: o.rework, place: o.work_center, who: o.workers, from: o.first_ms || undefined, to: o.last_ms || undefined }))} />}
      {lots && (
        <div className="so-work-lots">
          <LotTable title={t('work.used')} lots={w.used} />
          <LotTable title={t('work.madeLots')} lots={w.made} />
        </div>
      )}
    </div>
  )
}

function LotTable({ title, lots }: { title: string; lots: TrackWork['used'] }) {
  const { t } = useTranslation('sales')
  if (lots.length === 0) return null
  return (
    <div>
      <h4>{title}</h4>
      <table className="so-lot-table">
        <tbody>
          {lots.map((x) => <tr key={`${x.item} ${x.lot}`}><td>{x.item}</td><td title={x.name}>{x.name}</td><td>{x.lot ? <Go perm="inventory.read" to={lotUrl(x.item, x.lot)}>{x.lot}</Go> : <span className="kw-dim">{t('line.noLot')}</span>}</td><td className="kw-right"><Qty value={x.qty} /></td><td className="num kw-dim">{showInstant(x.at_ms)}</td></tr>)}
        </tbody>
      </table>
    </div>
  )
}
