import { addDays, daysBetween } from '@/kit/dates'
import { cmp, max, min, sub } from '@/kit/num'
import type { Bucket } from './plan'

// Quantities become numbers here for drawing only.
const num = (d: string): number => parseFloat(d)

export interface Axis { lo: number; hi: number; ticks: number[] }

/** A scale that holds all values and zero, with four to six round steps. */
export function axis(values: string[]): Axis {
  const lo = num(values.reduce((a, b) => min(a, b), '0'))
  const hi = num(values.reduce((a, b) => max(a, b), '0'))
  const span = hi - lo || 1
  const raw = span / 4
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw)!
  const from = Math.floor(lo / step) * step
  const to = Math.max(Math.ceil(hi / step) * step, from + step)
  const ticks = Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => Math.round((from + i * step) * 1e6) / 1e6)
  return { lo: ticks[0]!, hi: ticks[ticks.length - 1]!, ticks }
}

export interface Point { day: string; left: number; without: number }

/** The projected stock after each day, from today; a day before the first one has what was there at first. */
export const points = (days: Bucket[]): Point[] => days.map((b) => ({ day: b.day, left: num(b.left), without: num(b.without) }))

/** Steps: a level holds until the next day on which something moves. */
export function steps(at: { x: number; y: number }[], end: number): string {
  let d = ''
  at.forEach((p, i) => { d += i === 0 ? `M${p.x},${p.y}` : `H${p.x}V${p.y}` })
  return d && `${d}H${end}`
}

/** Days on which the axis is marked: every Monday, or the first of a month when there are many weeks. */
export function marks(from: string, to: string, most = 14): string[] {
  const long = daysBetween(from, to)
  const out: string[] = []
  for (let d = from; d <= to; d = addDays(d, 1)) {
    const w = new Date(`${d}T12:00:00Z`).getUTCDay()
    if (long > 120 ? d.endsWith('-01') : long > 14 ? w === 1 : true) out.push(d)
  }
  const skip = Math.ceil(out.length / Math.max(2, most))
  return out.filter((_, i) => i % skip === 0)
}

/** The first day on which what is there and ordered does not suffice. */
export const shortOn = (days: Bucket[]): string => days.find((b) => cmp(b.without, '0') < 0)?.day ?? ''
/** The first day below the safety stock, with the plan. */
export const belowOn = (days: Bucket[], safety: string): string => (cmp(safety, '0') > 0 ? (days.find((b) => cmp(sub(b.left, safety), '0') < 0)?.day ?? '') : '')
