import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { add } from '@/kit/num'

export type OpFloor = Answer<'get', '/api/v1/production/floor/{order}/{op}'>
/** Who works at an operation, on what, since when, why it stands still, who was called. */
export const useOpFloor = (order: string, op: string | number | undefined, enabled = true) =>
  useGet('/api/v1/production/floor/{order}/{op}', { path: { order, op: Number(op ?? 0) }, enabled: enabled && op !== undefined, keep: true, live: ['inventory.'] })

/** What was measured, as a start or a report carries it. */
export interface Given { readings: { name: string; value: string; serial?: string }[]; readings_reason?: string }

/** The parameters that a start or a report asks for now; what waits on this device counts as measured. */
export function askedNow(floor: Pick<OpFloor, 'params' | 'start_recorded'> | undefined, when: 'start' | 'report', acts: readonly { lane: string; body: unknown }[], order: string, op: number): OpFloor['params'] {
  const started = floor?.start_recorded || acts.some((a) => { const b = a.body as { op?: number; readings?: unknown }; return a.lane === order && b.op === op && b.readings })
  return floor?.params.filter((p) => (p.taken === 'start' ? !started : when === 'report')) ?? []
}

type Param = OpFloor['params'][number]
/** What is measured together: once (piece 0), or of one piece. */
export interface Measure { piece: number; params: Param[] }

/** What a start or a report measures, in order: what is read once, then piece by piece those that are due: the first of the operation, then each so many; scrapped ones need not be. */
export function measures(params: Param[], of?: { before: string; total: string; whole: string }): Measure[] {
  const once = params.filter((p) => p.taken !== 'piece')
  const out: Measure[] = once.length > 0 ? [{ piece: 0, params: once }] : []
  if (!of) return out
  const up = (q: string) => Math.ceil(parseFloat(q))
  const from = up(of.before) + 1
  const to = up(add(of.before, of.total))
  const at = new Map<number, Param[]>()
  for (const p of params.filter((q) => q.taken === 'piece')) {
    const every = Math.max(p.every ?? 1, 1)
    let wanted = up(of.whole)
    for (let k = from + ((every - ((from - 1) % every)) % every); k <= to && wanted > 0 && at.size <= 2000; k += every, wanted--) at.set(k, [...(at.get(k) ?? []), p])
  }
  return [...out, ...[...at].sort(([a], [b]) => a - b).map(([piece, list]) => ({ piece, params: list }))]
}
