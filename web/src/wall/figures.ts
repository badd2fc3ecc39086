import type { Answer } from '@/api/types'
import { add, cmp, pct } from '@/kit/num'

export type Board = Answer<'get', '/api/v1/production/wall'>

/** News tell the screen when to look; it asks by itself only in case they are lost, and often while there are none. */
export const pollEvery = (live: boolean): number => (live ? 60_000 : 10_000)

/** After three questions without an answer the figures are called old. */
export const isStale = (lastMs: number, nowMs: number, live = false): boolean => nowMs - lastMs > 3 * pollEvery(live)

/** Whether an event can change the board. */
export const moves = (name: string): boolean => /^(production|scheduling|quality|masterdata)\./.test(name)

/** Calls fn at once, then at most once in ms: a burst of news costs two readings. */
export function atMost(ms: number, fn: () => void): (() => void) & { stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let again = false
  const run = () => {
    again = false
    fn()
    timer = setTimeout(() => { timer = undefined; if (again) run() }, ms)
  }
  return Object.assign(() => { if (timer) again = true; else run() }, { stop: () => clearTimeout(timer) })
}

/** The figures of all lines together. */
export function totals(b: Pick<Board, 'centers'>) {
  const sum = (pick: (c: Board['centers'][number]) => number) => b.centers.reduce((n, c) => n + pick(c), 0)
  const done = add('0', ...b.centers.map((c) => c.done))
  const plan = add('0', ...b.centers.map((c) => c.plan))
  return { done, plan, pct: cmp(plan, '0') > 0 ? Math.floor(pct(done, plan)) : 100, running: sum((c) => c.running), paused: sum((c) => c.paused), waiting: sum((c) => c.waiting_material), people: sum((c) => c.people) }
}

/** How many lines fit on the screen without scrolling: the ones that need a look come first. */
export function shown(b: Pick<Board, 'centers'>, most: number): Board['centers'] {
  const need = (c: Board['centers'][number]) => (c.calls ? 0 : c.paused ? 1 : c.late ? 2 : c.running ? 3 : c.ready + c.waiting_material ? 4 : 5)
  return [...b.centers].sort((x, y) => need(x) - need(y) || x.code.localeCompare(y.code)).slice(0, most)
}

/** How many lines have room: wall.css draws everything in parts of the width. */
export function fits({ w, h }: { w: number; h: number }, calls: number, old: boolean): number {
  const tall = h > w
  const above = tall ? 0.62 + (calls ? 0.12 * calls : 0) + (old ? 0.07 : 0) : 0.175 + (calls ? 0.066 : 0) + (old ? 0.045 : 0)
  const row = tall ? 0.2 : 0.106
  return Math.max(1, Math.floor((h - w * above) / (w * row))) * (tall ? 1 : 3)
}
