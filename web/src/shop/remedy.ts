import type { Problem } from '@/api/errors'
import { at } from './code'

export interface Remedy { to: string; text: 'issue' | 'previous' | 'next' | 'inspect' | 'send' }

/** The page on which the thing that stands in the way can be put right. */
export function remedyOf(p: Problem, order?: string): Remedy | undefined {
  const of = p.params?.order ?? order
  const op = p.params?.op
  switch (p.code) {
    case 'production.not_issued': return of ? { to: at.issue(of), text: 'issue' } : undefined
    case 'production.over_input': case 'production.nothing_here': return of && p.params?.prev ? { to: at.op(of, p.params.prev), text: 'previous' } : undefined
    case 'production.used_by_next': return of && op ? { to: at.op(of, op), text: 'next' } : undefined
    case 'production.not_inspected': case 'production.first_waits': case 'production.patrol_failed': return of ? { to: `/m/inspect?q=${encodeURIComponent(of)}`, text: 'inspect' } : undefined
    case 'purchasing.not_sent': return of ? { to: at.send(of), text: 'send' } : undefined
  }
  return undefined
}
