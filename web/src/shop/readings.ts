import { cmp, format } from '@/kit/num'
import type { OpFloor } from './opfloor'

export type Param = OpFloor['params'][number]
/** What was measured, as a start or a report carries it. */
export interface Given { readings: { name: string; value: string }[]; readings_reason?: string }

interface Waiting { lane: string; path: string; body: unknown; state: 'waiting' | 'parked' }

/** The parameters that a start or a report asks for now; what waits on this device counts as measured. */
export function askedNow(floor: Pick<OpFloor, 'params' | 'start_recorded'> | undefined, when: 'start' | 'report', acts: readonly Waiting[], order: string, op: string | number): Param[] {
  if (!floor) return []
  const started = floor.start_recorded || acts.some((a) => {
    const b = a.body as { op?: number; readings?: unknown[] }
    return a.lane === order && a.state === 'waiting' && String(b.op) === String(op) && !!b.readings?.length
  })
  return floor.params.filter((p) => (p.taken === 'start' ? !started : when === 'report'))
}

export const isBeyond = (p: Pick<Param, 'lower' | 'upper'>, v: string): boolean => (p.lower !== undefined && cmp(v, p.lower) < 0) || (p.upper !== undefined && cmp(v, p.upper) > 0)

/** 180 – 200, ≥ 180, ≤ 200. */
export const rangeOf = (p: Pick<Param, 'lower' | 'upper'>): string =>
  p.lower !== undefined && p.upper !== undefined ? `${format(p.lower)} – ${format(p.upper)}` : p.lower !== undefined ? `≥ ${format(p.lower)}` : p.upper !== undefined ? `≤ ${format(p.upper)}` : ''

/** Whether a value below zero is possible, so that the pad needs a sign. */
export const mayBeNegative = (p: Pick<Param, 'lower' | 'upper'>): boolean => p.lower === undefined ? p.upper === undefined || cmp(p.upper, '0') <= 0 : cmp(p.lower, '0') < 0
