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

/** Runs of neighbours that have a value, with their places: a limit that came or went leaves a gap. */
export function steps(values: readonly (string | undefined)[]): [number, string][][] {
  const out: [number, string][][] = []
  values.forEach((v, i) => {
    if (v === undefined) return
    if (i === 0 || values[i - 1] === undefined) out.push([])
    out[out.length - 1]!.push([i, v])
  })
  return out
}

/** The point that stands nearest to a place on the screen. */
export function nearest(px: number, n: number, x: (i: number) => number): number {
  if (n < 2) return 0
  return Math.max(0, Math.min(n - 1, Math.round((px - x(0)) / (x(n - 1) - x(0)) * (n - 1))))
}
