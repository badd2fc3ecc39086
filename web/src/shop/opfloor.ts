import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'

export type OpFloor = Answer<'get', '/api/v1/production/floor/{order}/{op}'>
/** Who works at an operation, on what, since when, why it stands still, who was called. */
export const useOpFloor = (order: string, op: string | number | undefined, enabled = true) =>
  useGet('/api/v1/production/floor/{order}/{op}', { path: { order, op: Number(op ?? 0) }, enabled: enabled && op !== undefined, keep: true, live: ['inventory.'] })

/** What was measured, as a start or a report carries it. */
export interface Given { readings: { name: string; value: string }[]; readings_reason?: string }

/** The parameters that a start or a report asks for now; what waits on this device counts as measured. */
export function askedNow(floor: Pick<OpFloor, 'params' | 'start_recorded'> | undefined, when: 'start' | 'report', acts: readonly { lane: string; body: unknown }[], order: string, op: number): OpFloor['params'] {
  const started = floor?.start_recorded || acts.some((a) => { const b = a.body as { op?: number; readings?: unknown }; return a.lane === order && b.op === op && b.readings })
  return floor?.params.filter((p) => (p.taken === 'start' ? !started : when === 'report')) ?? []
}
