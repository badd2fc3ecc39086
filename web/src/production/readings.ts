import type { Answer } from '@/api/types'

export type Series = Answer<'get', '/api/v1/production/readings/series'>['series'][number]

const n = (s: string) => parseFloat(s)

/** What the drawing of a series needs: each value and each limit as a height between 0 (top) and 1. */
export function heights(s: Pick<Series, 'points' | 'lower' | 'upper' | 'target'>): { y: (v: string) => number; lo: number; hi: number } {
  const all = [...s.points.map((p) => n(p.value)), ...[s.lower, s.upper, s.target].filter((v) => v !== undefined).map(n)]
  let lo = Math.min(...all)
  let hi = Math.max(...all)
  const pad = (hi - lo || Math.abs(hi) || 1) * 0.1
  lo -= pad
  hi += pad
  return { y: (v) => 1 - (n(v) - lo) / (hi - lo), lo, hi }
}
