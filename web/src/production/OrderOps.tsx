import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'
import { Lines, type Column } from '@/kit/crud'
import { cmp, format } from '@/kit/num'
import { useMay } from '@/kit/who'
import type { Detail } from './orders'

type Op = Detail['ops'][number] & { plan_ms: number; plan_end_ms: number; machine: string; minutes: string }

/** The order's own routing with what is done and when the live schedule wants it. */
export function Ops({ order: o }: { order: Detail }) {
  const { t } = useTranslation('production')
  const may = useMay()
  const planned = !['completed', 'closed', 'cancelled'].includes(o.status) && may('scheduling.read')
  const plan = useGet('/api/v1/scheduling/orders/{number}', { path: { number: o.number }, enabled: planned, live: ['production.'] })
  const slots = new Map<number, { start_ms: number; end_ms: number; machine: string }>()
  for (const s of plan.data?.slots ?? []) { // parts on several machines are one line
    const x = slots.get(s.op)
    slots.set(s.op, x ? { start_ms: Math.min(x.start_ms, s.start_ms), end_ms: Math.max(x.end_ms, s.end_ms), machine: `${x.machine}, ${s.machine}` } : s)
  }
  const rows: Op[] = o.ops.map((p) => ({ ...p, plan_ms: slots.get(p.op)?.start_ms ?? 0, plan_end_ms: slots.get(p.op)?.end_ms ?? 0, machine: slots.get(p.op)?.machine ?? '', minutes: String(Math.round((p.setup_ms + p.run_ms) / 60_000)) }))
  const columns: Column<Op>[] = [
    { key: 'op', type: 'number' }, { key: 'name', label: 'f.op_name' }, { key: 'work_center_name', label: 'f.work_center' }, { key: 'status', type: 'status' }, ...(o.ops.some((p) => p.held_ms > 0) ? [{ key: 'held_reason' as const, label: 'held.why', render: (p: Op) => (p.held_ms > 0 ? <span className="pr-held">{p.held_reason}</span> : null) }] : []), { key: 'report', type: 'bool' },
    { key: 'qty_in', type: 'qty' }, { key: 'good', type: 'qty' }, { key: 'scrap', type: 'qty' }, { key: 'rework', type: 'qty' }, { key: 'unjudged', type: 'qty', label: 'f.unjudged', render: (p) => (cmp(p.unjudged, '0') > 0 ? <b className="num kw-late">{format(p.unjudged)}</b> : null) }, { key: 'wip', type: 'qty', label: 'f.here' }, { key: 'minutes', type: 'number' },
    ...(plan.data ? [{ key: 'plan_ms', type: 'instant' } as const, { key: 'plan_end_ms', type: 'instant' } as const, { key: 'machine' } as const] : []),
    { key: 'started_ms', type: 'instant' }, { key: 'done_ms', type: 'instant' },
    { key: 'tool' }, { key: 'skill' }, { key: 'piece_rate', type: 'money', masked: true },
  ]
  const some = (k: keyof Op) => rows.some((r) => r[k])
  return <Lines ns="production" columns={columns.filter((c) => !['tool', 'skill', 'machine'].includes(c.key) || some(c.key)).filter((c) => (c.key !== 'rework' || rows.some((r) => cmp(r.rework, '0') > 0)) && (c.key !== 'unjudged' || rows.some((r) => cmp(r.unjudged, '0') > 0)))} rows={rows} id={(p) => String(p.op)} empty={<div className="kw-none">{t('order.noOps')}</div>} />
}
