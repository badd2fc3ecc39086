import { add, isDec, parse, type Dec } from '@/kit/num'

/** What a number pad holds ("", "12", "3.") as a decimal. */
export const clean = (typed: string): Dec => parse(typed) ?? '0'

interface Waiting { lane: string; path: string; body: unknown; state: 'waiting' | 'parked' }

/** Pieces of an operation that wait on this device to be reported: they are not left to report again. inOwn: what was counted by the box. */
export function pendingOf(acts: readonly Waiting[], order: string, op: string | number, inOwn: (qty: Dec, uom: string) => Dec = (q) => q): Dec {
  return acts.filter((a) => a.lane === order && a.path === '/api/v1/production/reports').reduce((sum, a) => {
    const b = a.body as { op?: number; good?: string; uom?: string; scrap?: string; rework?: string }
    if (String(b.op) !== String(op)) return sum
    return add(sum, ...[isDec(b.good) && b.uom ? inOwn(b.good, b.uom) : b.good, b.scrap, b.rework].filter(isDec))
  }, '0')
}

/** Whether the operation will run when what waits on this device has been sent. */
export function statusAfter(acts: readonly Waiting[], order: string, op: string | number, status: string): string {
  for (const a of [...acts].reverse()) {
    if (a.lane !== order || a.state !== 'waiting' || String((a.body as { op?: number }).op) !== String(op)) continue
    if (a.path.endsWith('/starts')) return 'running'
    if (a.path.endsWith('/pauses')) return 'paused'
  }
  return status
}

/** Since when it is set up when what waits on this device has been sent; 0 = it is not. */
export function settingAfter(acts: readonly (Waiting & { madeAt: number })[], order: string, op: string | number, since: number): number {
  for (const a of [...acts].reverse()) {
    const b = a.body as { op?: number; kind?: string }
    if (a.lane !== order || a.state !== 'waiting' || String(b.op) !== String(op)) continue
    if (a.path.endsWith('/starts')) return b.kind === 'setup' ? a.madeAt : 0
    if (a.path.endsWith('/pauses') || a.path.endsWith('/reports')) return 0
  }
  return since
}

/** Whole minutes of a team: what a person has typed stays, the others share the rest evenly; together they are `all` when that is possible. */
export function shareMinutes(all: number, typed: readonly (number | undefined)[]): number[] {
  const open = typed.filter((n) => n === undefined).length
  const rest = Math.max(0, all - typed.reduce<number>((s, n) => s + (n ?? 0), 0))
  let i = 0
  return typed.map((n) => n ?? Math.floor(rest / open) + (i++ < rest % open ? 1 : 0))
}

/** Eight digits of a number pad as a date; undefined while they are none. */
export function dateOf(digits: string): string | undefined {
  const [, y, m, d] = /^(\d{4})(\d{2})(\d{2})$/.exec(digits) ?? []
  if (!y || !m || !d) return undefined
  const text = `${y}-${m}-${d}`
  const back = new Date(`${text}T12:00:00`)
  return !Number.isNaN(back.getTime()) && back.getDate() === Number(d) && Number(y) >= 2000 ? text : undefined
}

/** The same day so many months later; the last of the month when it has no such day. */
export function monthsOn(date: string, months: number): string {
  const [y = 0, m = 1, d = 1] = date.split('-').map(Number)
  const last = new Date(y, m + months, 0).getDate()
  const x = new Date(y, m - 1 + months, Math.min(d, last), 12)
  return `${x.getFullYear()}-${String(x.getMonth() + 1).padStart(2, '0')}-${String(x.getDate()).padStart(2, '0')}`
}
