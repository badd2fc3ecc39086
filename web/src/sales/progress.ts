import { add, max, min, type Dec } from '@/kit/num'
import type { Track, TrackLine } from './orders'

export const STAGES = ['ordered', 'made', 'inspected', 'received', 'allocated', 'shipped'] as const
export interface Stage { key: (typeof STAGES)[number]; qty: Dec; at?: number }

const sum = (xs: Dec[]): Dec => add('0', ...xs)

/** How far a line has come: what is further along has also passed every step before, so the figures only fall. */
export function lineStages(l: TrackLine): Record<Stage['key'], Dec> {
  const work = l.work.filter((w) => w.status !== 'cancelled')
  const cap = (q: Dec) => min(q, l.qty)
  const shipped = cap(l.shipped)
  const allocated = cap(add(l.shipped, l.allocated))
  const received = max(allocated, cap(sum(work.map((w) => w.received))))
  const inspected = max(received, cap(sum(work.map((w) => (w.final_gate ? w.passed : w.good)))))
  const made = max(inspected, cap(sum(work.map((w) => w.good))))
  return { ordered: l.qty, made, inspected, received, allocated, shipped }
}

/** The whole order's way from ordered to shipped, with the moment of each step where one is known. */
export function stagesOf(t: Track): { stages: Stage[]; total: Dec; uom?: string } {
  const lines = t.lines.filter((l) => l.status !== 'cancelled')
  const each = lines.map(lineStages)
  const work = lines.flatMap((l) => l.work)
  const first = (ms: number[]) => { const real = ms.filter((x) => x > 0); return real.length ? Math.min(...real) : undefined }
  const last = (ms: number[]) => { const real = ms.filter((x) => x > 0); return real.length ? Math.max(...real) : undefined }
  const at: Partial<Record<Stage['key'], number | undefined>> = {
    ordered: t.ordered_ms,
    made: first(work.map((w) => w.started_ms)),
    received: last(work.flatMap((w) => w.made.map((m) => m.at_ms))),
    shipped: last(t.shipments.filter((s) => !s.reversed_ms).map((s) => s.shipped_ms)),
  }
  const uoms = new Set(lines.map((l) => l.uom))
  return {
    stages: STAGES.map((key) => ({ key, qty: sum(each.map((e) => e[key])), at: at[key] })),
    total: sum(lines.map((l) => l.qty)),
    uom: uoms.size === 1 ? [...uoms][0] : undefined,
  }
}

export const earliestDue = (t: Track): string => t.lines.filter((l) => l.status !== 'shipped' && l.status !== 'cancelled').map((l) => l.due).sort()[0] ?? ''
