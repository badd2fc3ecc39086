import type { Message } from './plan'

export interface Cause { cause: string; n: number; until: string }

/** What the late customers' orders wait for: how many, and until when at the latest; the one that frees most first. */
export function byCause(late: Pick<Message, 'cause' | 'to'>[]): Cause[] {
  const out = new Map<string, Cause>()
  for (const m of late) {
    const c = out.get(m.cause) ?? { cause: m.cause, n: 0, until: '' }
    c.n++
    if (m.to > c.until) c.until = m.to
    out.set(m.cause, c)
  }
  return [...out.values()].sort((a, b) => b.n - a.n || a.cause.localeCompare(b.cause))
}
