import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { cmp, format, pct } from '@/kit/num'
import { StepStrip } from '@/kit/StepStrip'
import { isLate, type Detail } from './orders'

/** How far the order is: figures, and its operations from left to right. */
export function Figures({ order: o, onPick }: { order: Detail; onPick?: (op: number) => void }) {
  const { t } = useTranslation('production')
  const who = new Map<number, { names: Set<string>; from: number; to: number }>()
  for (const r of o.reports) {
    if (r.reversed || r.kind === 'reversal') continue
    const w = who.get(r.op) ?? { names: new Set<string>(), from: r.start_ms || r.end_ms, to: r.end_ms }
    if (r.worker) w.names.add(r.worker)
    who.set(r.op, { names: w.names, from: Math.min(w.from, r.start_ms || r.end_ms), to: Math.max(w.to, r.end_ms) })
  }
  const fig = (label: string, value: string, tone = '', more?: ReactNode) => <div className={`pr-fig ${tone}`}><dt>{label}</dt><dd className="num">{format(value)}{more}</dd></div>
  return (
    <div className="pr-figures">
      <dl>
        <div className="pr-fig pr-fig-main"><dt>{t('fig.progress')}</dt><dd><span className="num">{o.progress_pct}<small>%</small></span><span className={`pr-bar ${isLate(o) ? 'kw-red' : 'kw-teal'}`}><i style={{ width: `${o.progress_pct}%` }} /></span></dd></div>
        {fig(t('fig.qty'), o.qty, '', <small> {o.uom}</small>)}
        {fig(t('fig.good'), o.good, '', <small> {Math.floor(pct(o.good, o.qty))}%</small>)}
        {fig(t('fig.scrap'), o.scrap, cmp(o.scrap, '0') > 0 ? 'pr-bad' : 'pr-nil')}
        {(o.final_gate || cmp(o.waiting_inspection, '0') > 0) && fig(t('fig.waiting'), o.waiting_inspection, cmp(o.waiting_inspection, '0') > 0 ? 'pr-wait' : 'pr-nil')}
        {o.final_gate && cmp(o.failed, '0') > 0 && fig(t('fig.failed'), o.failed, 'pr-bad')}
        {fig(t('fig.receivable'), o.receivable, cmp(o.receivable, '0') > 0 ? 'pr-go' : 'pr-nil')}
        {fig(t('fig.received'), o.received, cmp(o.received, '0') > 0 ? '' : 'pr-nil')}
      </dl>
      <StepStrip
        onPick={onPick ? (no) => onPick(Number(no)) : undefined}
        steps={o.ops.map((p) => ({ no: p.op, name: p.name, status: p.status, done: p.good, total: p.qty_in, scrap: p.scrap, rework: p.rework, place: p.work_center_name, who: [...(who.get(p.op)?.names ?? [])].join(', '), from: who.get(p.op)?.from || p.started_ms || undefined, to: who.get(p.op)?.to || undefined }))}
      />
    </div>
  )
}
