import type { Answer } from '@/api/types'
import type { ShopIcon } from '@/kit/shop'
import { at } from './code'

export type FloorOp = NonNullable<Answer<'get', '/api/v1/production/floor'>['ops']>[number]
export const TABS = ['ready', 'running', 'waiting'] as const
export type Tab = (typeof TABS)[number]
export type CardAct = 'start' | 'go' | 'run' | 'report' | 'issue' | 'open'

/** Ready to start comes first, and what is paused only waits for a hand. */
export const tabOf = (status: string): Tab => (status === 'running' ? 'running' : status === 'ready' || status === 'paused' ? 'ready' : 'waiting')

/** What an operation waits for; undefined for one that waits for nothing. */
export const waitGroup = (o: Pick<FloorOp, 'status'>): 'material' | 'previous' | 'inspection' | undefined =>
  o.status === 'waiting_material' ? 'material' : o.status === 'waiting_inspection' ? 'inspection' : tabOf(o.status) === 'waiting' ? 'previous' : undefined

/** Whether to ask, when it starts, if it is set up first: while nothing has been made, and where the routing has a time for it. */
export const asksSetup = (o: { setup_ms: number; setting_ms: number; good: string; status: string }): boolean => o.setup_ms > 0 && o.setting_ms === 0 && o.good === '0' && o.status !== 'running'

type May = (perm: string) => boolean

/** The one main act of a card: what this person most likely does next with it. */
export function cardAct(o: Pick<FloorOp, 'status' | 'report' | 'setting_ms'>, may: May): CardAct {
  if (!o.report) return 'open'
  const report = may('production.report')
  switch (o.status) {
    case 'running': return report ? (o.setting_ms > 0 ? 'run' : 'report') : 'open'
    case 'paused': return report ? 'go' : 'open'
    case 'ready': return report ? 'start' : 'open'
    case 'waiting_material': return may('production.issue') ? 'issue' : 'open'
  }
  return 'open'
}

/** The rare acts behind the three dots; never the main one again. */
export function actsOf(o: Pick<FloorOp, 'status' | 'report' | 'order' | 'op' | 'setting_ms'>, may: May): { text: string; icon: ShopIcon; to: string }[] {
  const main = cardAct(o, may)
  return [
    { text: 'card.report', icon: 'report' as const, to: at.report(o.order, o.op), on: main !== 'report' && o.report && tabOf(o.status) !== 'waiting' && may('production.report') },
    { text: 'call.title', icon: 'alert' as const, to: at.call(o.order, o.op), on: may('production.call') },
    { text: 'card.issue', icon: 'issue' as const, to: at.issue(o.order), on: main !== 'issue' && may('production.issue') },
    { text: 'card.open', icon: 'search' as const, to: at.op(o.order, o.op), on: main !== 'open' },
  ].filter((a) => a.on)
}
