import { App, Button } from 'antd'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Body } from '@/api/types'
import { FormDrawer, type Field } from '@/kit/crud'
import { momentOf } from '@/kit/moment'
import { openPdf } from '@/kit/files'
import { cmp, format, isDec, parse, sub } from '@/kit/num'
import { both, inOwn, useUnits } from '@/kit/units'
import { useMeasured } from './measured'
import type { Detail } from './orders'
import { useReasons } from './reasons'
import { Along, type OutputPlan } from './Outputs'
import { DrawPreview } from './wholeacts'

interface Props { order: Detail; open: boolean; onClose: () => void }
type R = NonNullable<Body<'post', '/api/v1/production/reports'>> & { op_text?: string; team?: { worker?: string; minutes?: string }[]; done_at?: string }
const some = (v: unknown): boolean => { const s = String(v ?? '').trim(); return s !== '' && s !== '0' }

/** A report from the office, for whoever forgot it on the floor. */
export function ReportDrawer({ order: o, op, open, onClose }: Props & { op?: number }) {
  const { t } = useTranslation('production')
  const { message } = App.useApp()
  const reasons = useReasons()
  const [ask, setAsk] = useState(false)
  const onPlan = useCallback((p: { lines: { policy: string }[] }) => setAsk(p.lines.some((l) => l.policy === 'ask')), [])
  const points = o.ops.filter((x) => x.report)
  const measured = useMeasured(points, 'report')
  const units = useUnits(o.item)
  const own = (v: Record<string, unknown>) => { const n = parse(String(v.good ?? '')); return units && v.uom && n !== undefined ? inOwn(units, n, String(v.uom)) ?? '' : v.good }
  const first = points.find((x) => x.op === op) ?? points.find((x) => ['running', 'ready', 'paused'].includes(x.status)) ?? points[0]
  const fields: Field<R>[] = [
    { key: 'op_text', label: 'f.op_name', type: 'select', required: true, options: points.map((x) => String(x.op)), names: Object.fromEntries(points.map((x) => [String(x.op), `${x.op}  ${x.name}  ·  ${t('report.waiting', { n: format(x.wip) })}`])) },
    { key: 'good', type: 'qty', required: true, half: true }, { key: 'uom', type: 'uom', item: o.item, suffix: o.uom, half: true },
    { key: 'scrap', type: 'qty', half: true, suffix: o.uom },
    { key: 'scrap_reason', type: 'select', half: true, options: reasons.scrap, names: reasons.names, hidden: (v) => !some(v.scrap), required: true },
    { key: 'rework', type: 'qty', half: true, suffix: o.uom },
    { key: 'rework_reason', type: 'select', half: true, options: reasons.rework, names: reasons.names, hidden: (v) => !some(v.rework), required: true },
    ...(measured.fields as Field<R>[]),
    { key: 'team', type: 'lines', fields: [{ key: 'worker', type: 'entity', from: { path: '/api/v1/masterdata/workers' } }, { key: 'minutes', type: 'qty', label: 'f.share', width: 130 }] },
    { key: 'done_at', type: 'datetime', half: true, help: 'production:report.doneAtHelp' },
    { key: 'note', type: 'textarea' },
    ...(ask ? [{ key: 'confirm_short', type: 'bool', help: 'production:report.confirmHelp' } satisfies Field<R>] : []),
  ]
  return (
    <FormDrawer
      ns="production" title={t('report.title', { number: o.number })} method="post" path="/api/v1/production/reports" fields={fields as Field<NonNullable<Body<'post', '/api/v1/production/reports'>>>[]} open={open} onClose={onClose} ok={t('report.do')}
      initial={first && { op_text: String(first.op), good: cmp(first.wip, '0') > 0 ? first.wip : '' }}
      width={760}
      shape={(all) => {
        const { op_text, team, done_at, ...body } = measured.shape(all)
        const people = ((team as R['team']) ?? []).filter((w) => w?.worker)
        return { ...body, order: o.number, op: Number(op_text), ...(typeof done_at === 'string' && done_at ? { end_ms: momentOf(done_at) } : {}), ...(people.length ? { workers: people.map((w) => w.worker) } : {}), ...(people.length > 1 && people.some((w) => some(w.minutes)) ? { minutes: people.map((w) => w.minutes || '0') } : {}) }
      }}
      more={(v) => <DrawPreview order={o.number} values={{ ...v, good: own(v) }} onPlan={onPlan} />}
      onDone={(a) => { if (a.inspection) void message.info({ content: t('report.inspection', { number: a.inspection }), duration: 6 }) }}
    />
  )
}

type Rec = NonNullable<Body<'post', '/api/v1/production/receipts'>>
const receiveFields = (o: Detail): Field<Rec>[] => [
  { key: 'qty', type: 'qty', required: true, half: true }, { key: 'uom', type: 'uom', item: o.item, suffix: o.uom, half: true },
  { key: 'lot', half: true, help: 'production:receive.lotHelp', hidden: () => o.tracking === 'none' },
  { key: 'location', type: 'entity', from: { path: '/api/v1/masterdata/locations' }, help: 'production:receive.locationHelp' },
]

/** Finished pieces go into stock; the labels can be printed at once. */
export function ReceiveDrawer({ order: o, open, onClose }: Props) {
  const { t } = useTranslation('production')
  const { notification } = App.useApp()
  const [said, setSaid] = useState<Record<number, string>>({})
  const [plan, setPlan] = useState<OutputPlan>([])
  const units = useUnits(o.item)
  const own = (v: Record<string, unknown>) => { const n = parse(String(v.qty ?? '')); return units && v.uom && n !== undefined ? inOwn(units, n, String(v.uom)) ?? '' : v.qty }
  const others = Object.keys(said).length > 0 // nobody changed anything: the server brings what the bill expects
  return (
    <FormDrawer
      ns="production" title={t('receive.title', { number: o.number })} method="post" path="/api/v1/production/receipts" fields={receiveFields(o)} open={open} onClose={onClose} ok={t('receive.do')} width={o.outputs.length ? 680 : undefined}
      initial={{ qty: o.receivable }} shape={(body) => ({ ...body, order: o.number, ...(others && { outputs: plan.map((x) => ({ line: x.line, qty: said[x.line]?.trim() || (x.line in said ? '0' : x.proposed) })) }) })}
      more={(v) => o.outputs.length > 0 && <Along order={o} qty={own(v)} said={said} onSay={(line, qty) => setSaid((was) => ({ ...was, [line]: qty }))} onPlan={setPlan} />}
      onDone={(r) => notification.success({
        title: t('receive.done', { number: r.number }), description: [`${r.lot || r.item} × ${both(r.qty, r.uom, r)} → ${r.location}`, ...(r.outputs ?? []).map((x) => `${x.lot || x.item} × ${format(x.qty)} ${x.uom} → ${x.location}`)].join('\n'), duration: 10,
        actions: <Button size="small" type="primary" onClick={() => openPdf('/api/v1/production/receipts/{number}/labels.pdf', { path: { number: r.number } })}>{t('receive.labels')}</Button>,
      })}
    />
  )
}

type Ret = NonNullable<Body<'post', '/api/v1/production/returns'>>
const returnFields = (item?: string): Field<Ret>[] => [
  { key: 'code', required: true, help: 'production:return.codeHelp' },
  { key: 'qty', type: 'qty', half: true, help: 'production:return.qtyHelp' }, ...(item ? [{ key: 'uom', type: 'uom', item, half: true } satisfies Field<Ret>] : []),
  { key: 'location', type: 'entity', from: { path: '/api/v1/masterdata/locations' }, half: true, help: 'production:return.locationHelp' },
]

/** Material that was issued and not used goes back to where it came from. */
export function ReturnDrawer({ order: o, item, open, onClose }: Props & { item?: string }) {
  const { t } = useTranslation('production')
  return <FormDrawer ns="production" title={t('return.title', { number: o.number })} method="post" path="/api/v1/production/returns" fields={returnFields(item)} open={open} onClose={onClose} ok={t('return.do')} initial={{ code: item ?? '' }} shape={(body) => ({ ...body, order: o.number })} />
}

export const shortOf = (open: string, available: string): string => (isDec(open) && isDec(available) && cmp(open, available) > 0 ? sub(open, cmp(available, '0') > 0 ? available : '0') : '0')
