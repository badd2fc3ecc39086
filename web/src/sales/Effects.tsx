import { Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { Chip } from '@/kit/Chip'
import { cmp, format } from '@/kit/num'
import { Qty } from '@/kit/Qty'
import { asEntered, both } from '@/kit/units'
import { shrunk, supplyWord, type Consequences } from './consequences'
import { Go } from './Go'
import { workUrl } from './orders'

/** What a change does beside what it says: each line before and after, lots that become free, work orders that need an answer. */
export function Effects({ of, chosen, onChoose, dates = true }: { of: Consequences; dates?: boolean; chosen: Readonly<Record<string, string>>; onChoose: (order: string, answer: string) => void }) {
  const { t } = useTranslation('sales')
  return (
    <div className="so-effects">
      {of.lines.map((l) => (
        <section key={l.line}>
          <h4><span className="num kw-dim">{l.line}</span> {l.name} <small>{l.item}</small>{l.cancelled && <Chip status="cancelled" word={t('state.cancelled')} />}</h4>
          {!l.cancelled && (
            <p>
              {(l.before.qty !== l.after.qty || asEntered(l.before) !== asEntered(l.after)) && <span>{t('f.qty')} <s className="num">{both(l.before.qty, l.uom, l.before)}</s> → <Qty value={l.after.qty} uom={l.uom} said={asEntered(l.after)} /></span>}
              {l.before.due !== l.after.due && <span>{t('f.due')} <s className="num">{l.before.due}</s> → <b className="num">{l.after.due}</b></span>}
              {l.before.priority !== l.after.priority && <span>{t('f.priority')} <s className="num">{l.before.priority}</s> → <b className="num">{l.after.priority}</b></span>}
              {l.before.supply !== l.after.supply && <span>{t('f.supply')} → {supplyWord(t, l.after.supply)}</span>}
            </p>
          )}
          <p className="kw-dim">
            {cmp(l.shipped, '0') > 0 && <span>{t('f.shipped')} {format(l.shipped)}</span>}
            {(l.released ?? []).map((r) => <span key={`${r.lot}${r.serials?.[0] ?? ''}`} className="so-warn">{t('change.freed', { qty: format(r.qty), lot: r.lot || l.item })}</span>)}
            {cmp(l.surplus, '0') > 0 && <span className="so-warn">{t('change.surplus', { qty: format(l.surplus), uom: l.uom })}</span>}
            {cmp(l.open, '0') > 0 && <span>{t('change.open', { qty: format(l.open), uom: l.uom })}</span>}
          </p>
        </section>
      ))}
      {of.work.length > 0 && <h4>{t('change.work')}</h4>}
      {of.work.map((w) => (
        <div key={`${w.number}${w.line}`} className="so-answer">
          <div><Go perm="production.read" to={workUrl(w.number)}><b>{w.number}</b></Go> <Chip status={w.status} />{w.shared && <small className="kw-dim"> {t('change.shared')}</small>}</div>
          <small className="kw-dim">{t('work.made')} {format(w.good)} / {format(w.qty)} · {t('work.received')} {format(w.received)} · {t('f.due')} {dates && w.due_after !== w.due && ['keep', 'shrink'].includes(chosen[w.number] ?? (w.asked ? w.suggest : 'keep')) ? <><s className="num">{w.due}</s> → <b className="num so-new">{w.due_after}</b></> : <span className="num">{w.due}</span>}</small>
          {w.asked && (chosen[w.number] ?? w.suggest) === 'shrink' && <small className="so-new">{t('change.shrinks')} <s className="num">{format(w.qty)}</s> → <b className="num">{format(shrunk(of, w.number, chosen))}</b></small>}
          {w.asked
            ? <Segmented size="small" value={chosen[w.number] ?? w.suggest} options={(w.answers ?? []).map((a) => ({ value: a, label: t(`change.answer.${a}`) }))} onChange={(a) => onChoose(w.number, a)} />
            : <small>{t('change.stays')}</small>}
        </div>
      ))}
      {(of.shipments ?? []).length > 0 && <p className="kw-dim">{t('change.shipments', { list: of.shipments.join(', ') })}</p>}
      {cmp(of.tolerance_pct, '0') > 0 && <p className="kw-dim">{t('change.tolerance', { pct: format(of.tolerance_pct) })}</p>}
    </div>
  )
}
