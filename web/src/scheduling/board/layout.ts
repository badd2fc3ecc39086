import type { Slot } from '../slots'

export interface Machine { code: string; name: string; center: string }
export interface Center { code: string; name: string; load: number | undefined; hours: [number, number][] }
export interface Bar { slot: Slot; lane: number }
export interface BoardRow { kind: 'center' | 'machine'; code: string; name: string; center: Center; y: number; h: number; lanes: number; bars: Bar[] }

export const CENTER_H = 26
export const LANE_H = 28
const GAP = 4

/** Bars that overlap (an oven holds several orders) get lanes of their own, as few as possible. */
export function lanesOf(slots: Slot[]): { bars: Bar[]; lanes: number } {
  const ends: number[] = []
  const bars = [...slots].sort((a, b) => a.start_ms - b.start_ms || a.end_ms - b.end_ms).map((slot) => {
    let lane = ends.findIndex((end) => end <= slot.start_ms)
    if (lane < 0) lane = ends.length
    ends[lane] = slot.end_ms
    return { slot, lane }
  })
  return { bars, lanes: Math.max(1, ends.length) }
}

/** One heading per work center and one row per machine, idle ones too. Machines that only the schedule knows (a pool's places) follow. */
export function rowsOf(centers: Center[], machines: Machine[], slots: Slot[]): BoardRow[] {
  const at = new Map<string, Slot[]>()
  for (const s of slots) {
    const key = `${s.work_center}|${s.machine}`
    const list = at.get(key)
    if (list) list.push(s)
    else at.set(key, [s])
  }
  const rows: BoardRow[] = []
  let y = 0
  for (const center of centers) {
    const known = machines.filter((m) => m.center === center.code)
    const codes = new Set(known.map((m) => m.code))
    const others = [...new Set(slots.filter((s) => s.work_center === center.code && !codes.has(s.machine)).map((s) => s.machine))].sort()
    const all = [...known, ...others.map((code) => ({ code, name: '', center: center.code }))]
    if (all.length === 0) continue
    rows.push({ kind: 'center', code: center.code, name: center.name, center, y, h: CENTER_H, lanes: 0, bars: [] })
    y += CENTER_H
    for (const m of all) {
      const { bars, lanes } = lanesOf(at.get(`${center.code}|${m.code}`) ?? [])
      const h = lanes * LANE_H + GAP
      rows.push({ kind: 'machine', code: m.code, name: m.name, center, y, h, lanes, bars })
      y += h
    }
  }
  return rows
}

export const heightOf = (rows: BoardRow[]): number => { const last = rows[rows.length - 1]; return last ? last.y + last.h : 0 }

/** The row at a height, by halving. */
export function rowAt(rows: BoardRow[], y: number): BoardRow | undefined {
  let lo = 0
  let hi = rows.length - 1
  while (lo <= hi) {
    const mid = (lo + hi) >> 1
    const r = rows[mid]!
    if (y < r.y) hi = mid - 1
    else if (y >= r.y + r.h) lo = mid + 1
    else return r
  }
  return undefined
}

export function barAt(row: BoardRow | undefined, y: number, ms: number, slack: number): Bar | undefined {
  if (!row || row.kind !== 'machine') return undefined
  const lane = Math.floor((y - row.y - GAP / 2) / LANE_H)
  return row.bars.find((b) => b.lane === lane && ms >= b.slot.start_ms - slack && ms <= b.slot.end_ms + slack)
}

/** Minutes by which a zone is ahead of UTC at a moment. */
function ahead(zone: string, at: number): number {
  const p = Object.fromEntries(new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' }).formatToParts(at).map((x) => [x.type, Number(x.value)]))
  return (Date.UTC(p.year ?? 0, (p.month ?? 1) - 1, p.day, p.hour, p.minute) - at) / 60_000
}

export interface Week { weekday: number; from: string; to: string }
export interface DayOf { date: string; kind?: string; from?: string; to?: string }
const minutes = (hhmm: string) => { const [h = '0', m = '0'] = hhmm.split(':'); return Number(h) * 60 + Number(m) }

/** Working hours of a weekly calendar between two moments, in the site's zone. */
export function hoursOf(week: Week[], zone: string, from: number, to: number): [number, number][] {
  const out: [number, number][] = []
  const day = 86_400_000
  const off = ahead(zone, Math.floor(from / 60_000) * 60_000) * 60_000
  for (let local = Math.floor((from + off) / day) * day - day; local < to + off; local += day) {
    const weekday = ((new Date(local).getUTCDay() + 6) % 7) + 1
    for (const w of week) {
      if (w.weekday !== weekday) continue
      const start = local + minutes(w.from) * 60_000
      let end = local + minutes(w.to) * 60_000
      if (end <= start) end += day
      if (end - off > from && start - off < to) out.push([start - off, end - off])
    }
  }
  return out.sort((a, b) => a[0] - b[0])
}
