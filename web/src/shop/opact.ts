import type { Answer } from '@/api/types'
import { cmp } from '@/kit/num'

export type Card = Answer<'get', '/api/v1/production/scan'>
export type MainAct = 'start' | 'resume' | 'run' | 'report' | 'issue' | 'previous' | 'next' | 'inspect' | 'receive'

const opAt = (c: Card, step: 1 | -1): number | undefined => {
  const points = c.ops.filter((o) => o.report)
  const list = step === 1 ? points.filter((o) => o.op > c.op) : points.filter((o) => o.op < c.op).reverse()
  return list[0]?.op
}
export const previousOp = (c: Card): number | undefined => opAt(c, -1)
export const nextOp = (c: Card): number | undefined => opAt(c, 1)

/** What a person with this traveler in hand does next; one act only, and none that this person may not do. */
export function mainAct(c: Card, may: (perm: string) => boolean, after: { receivable?: string; waiting?: string } = {}): MainAct | undefined {
  if (!c.report) return nextOp(c) ? 'next' : undefined
  switch (c.status) {
    case 'running': return may('production.report') ? (c.setting_ms > 0 ? 'run' : 'report') : undefined
    case 'paused': return may('production.report') ? 'resume' : undefined
    case 'ready': return may('production.report') ? 'start' : undefined
    case 'waiting_material': return may('production.issue') ? 'issue' : may('production.report') ? 'start' : undefined
    case 'waiting_inspection': return may('quality.judge') ? 'inspect' : undefined
    case 'waiting_previous': return previousOp(c) ? 'previous' : undefined
    case 'done':
      if (nextOp(c)) return 'next'
      if (after.waiting && cmp(after.waiting, '0') > 0 && may('quality.judge')) return 'inspect'
      if (after.receivable && cmp(after.receivable, '0') > 0 && may('production.receive')) return 'receive'
  }
  return undefined
}
