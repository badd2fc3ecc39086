import type { Answer, Body } from '@/api/types'

export type Gantt = Answer<'get', '/api/v1/scheduling/gantt'>
export type Bar = Gantt['bars'][number]
export type Lane = Gantt['machines'][number]
export type Person = Gantt['people'][number]
export type Told = Gantt['told'][number]
export type Figures = Gantt['figures']
export type Draft = Answer<'post', '/api/v1/scheduling/preview'>
export type Ends = Draft['ends'][number]
export type Propose = Body<'post', '/api/v1/scheduling/drafts'>
export type Change = NonNullable<Propose['changes']>[number]
export type By = 'machine' | 'order' | 'worker'
export const HOUR = 3_600_000
export const DAY = 24 * HOUR

export const HEAD_H = 26
export const LANE_H = 28
const GAP = 4

export interface Placed { bar: Bar; lane: number; row: Row }
export interface Row {
  kind: 'head' | 'row'
  key: string
  title: string
  sub: string
  center: string
  lane?: Lane // of a machine
  hours: number // which hours are worked; -1: always
  late: boolean
  y: number
  h: number
  bars: Placed[]
  longest: number
}
export interface Layout { rows: Row[]; places: Map<string, Placed>; machines: Map<string, Row>; height: number }

/** Puts bars into a row by start; what overlaps (an oven holds several orders) gets lanes of its own, as few as possible. */
function fill(row: Row, bars: Bar[]): void {
  const ends: number[] = []
  bars.sort((a, b) => a.start_ms - b.start_ms || a.end_ms - b.end_ms)
  for (const bar of bars) {
    let lane = ends.findIndex((end) => end <= bar.start_ms)
    if (lane < 0) lane = ends.length
    ends[lane] = bar.end_ms
    row.bars.push({ bar, lane, row })
    row.longest = Math.max(row.longest, bar.end_ms - bar.start_ms)
    if (bar.late_ms > 0) row.late = true
  }
  row.h = Math.max(1, ends.length) * LANE_H + GAP
}

const blank = (kind: Row['kind'], key: string, title: string, sub: string, center: string): Row => ({ kind, key, title, sub, center, hours: -1, late: false, y: 0, h: kind === 'head' ? HEAD_H : LANE_H + GAP, bars: [], longest: 0 })

/** Rows by machine (under their work centers), by order (late ones first), or by worker. */
export function layout(machines: Lane[], bars: Bar[], by: By, none: string, people: Person[] = []): Layout {
  const at = new Map<string, Bar[]>()
  const keyOf = by === 'machine' ? (b: Bar) => `${b.work_center}|${b.machine}` : by === 'order' ? (b: Bar) => b.order : (b: Bar) => b.worker ?? ''
  for (const b of bars) {
    if (b.start_ms <= 0 || !b.machine) continue
    const list = at.get(keyOf(b))
    if (list) list.push(b)
    else at.set(keyOf(b), [b])
  }
  const rows: Row[] = []
  if (by === 'machine') {
    const known = new Set(machines.map((m) => `${m.work_center}|${m.machine}`))
    const others = [...at.keys()].filter((k) => !known.has(k)).sort()
    const all = [...machines]
    for (const k of others) { // a place that only this schedule knows
      const [wc = '', m = ''] = k.split('|')
      const from = machines.find((x) => x.work_center === wc)
      const last = all.reduce((n, x, i) => (x.work_center === wc ? i + 1 : n), 0)
      all.splice(last || all.length, 0, { machine: m, work_center: wc, work_center_name: from?.work_center_name ?? wc, kind: from?.kind ?? '', hours: from?.hours ?? -1 })
    }
    let center = ''
    for (const m of all) {
      if (m.work_center !== center) {
        center = m.work_center
        rows.push(blank('head', `wc ${center}`, m.work_center_name || center, center, center))
      }
      const row = blank('row', m.machine, m.machine, '', center)
      row.lane = m
      row.hours = m.hours
      fill(row, at.get(`${center}|${m.machine}`) ?? [])
      rows.push(row)
    }
  } else {
    const known = new Map(by === 'worker' ? people.map((p) => [p.worker, p]) : [])
    for (const k of known.keys()) if (!at.has(k)) at.set(k, []) // absent or idle: there is something to see
    const keys = [...at.keys()]
    const first = new Map(keys.map((k) => [k, at.get(k)!.reduce((n, b) => Math.min(n, b.start_ms), Infinity)]))
    const late = new Map(keys.map((k) => [k, at.get(k)![0]?.late_ms ?? 0]))
    keys.sort(by === 'order' ? (a, b) => late.get(b)! - late.get(a)! || first.get(a)! - first.get(b)! : (a, b) => (a === '' ? 1 : b === '' ? -1 : a.localeCompare(b)))
    for (const k of keys) {
      const row = blank('row', k, k || none, by === 'order' ? at.get(k)![0]!.item_name : known.get(k)?.name ?? '', '')
      row.hours = known.get(k)?.hours ?? -1
      fill(row, at.get(k)!)
      rows.push(row)
    }
  }
  let y = 0
  const places = new Map<string, Placed>()
  const named = new Map<string, Row>()
  for (const r of rows) {
    r.y = y
    y += r.h
    if (r.lane) named.set(r.lane.machine, r)
    for (const p of r.bars) places.set(p.bar.id, p)
  }
  return { rows, places, machines: named, height: y }
}

/** Index of the first row that reaches below a height, by halving. */
export function firstRow(rows: Row[], y: number): number {
  let lo = 0
  let hi = rows.length
  while (lo < hi) {
    const mid = (lo + hi) >> 1
    if (rows[mid]!.y + rows[mid]!.h > y) hi = mid
    else lo = mid + 1
  }
  return lo
}
export function rowAt(rows: Row[], y: number): Row | undefined {
  const r = rows[firstRow(rows, y)]
  return r && y >= r.y ? r : undefined
}

/** Index of the first bar of a row that may reach past a moment. */
export function firstBar(row: Row, ms: number): number {
  const from = ms - row.longest
  let lo = 0
  let hi = row.bars.length
  while (lo < hi) {
    const mid = (lo + hi) >> 1
    if (row.bars[mid]!.bar.start_ms >= from) hi = mid
    else lo = mid + 1
  }
  return lo
}

export function barAt(row: Row | undefined, y: number, ms: number, slack: number): Placed | undefined {
  if (!row) return undefined
  const lane = Math.floor((y - row.y - GAP / 2) / LANE_H)
  let best: Placed | undefined
  for (let i = firstBar(row, ms - slack); i < row.bars.length; i++) {
    const p = row.bars[i]!
    if (p.bar.start_ms - slack > ms) break
    if (p.lane === lane && p.bar.end_ms + slack >= ms && (!best || ms >= p.bar.start_ms)) best = p
  }
  return best
}

/** Working hours of a machine between two moments: calendar, overtime told or tried added, standstill taken out. */
export function openHours(g: Pick<Gantt, 'hours'>, lane: { hours: number } | undefined, told: Stop[], from: number, to: number): [number, number][] {
  let out: [number, number][] = []
  const spans = lane && lane.hours >= 0 ? g.hours[lane.hours] : undefined
  if (!spans) out.push([from, to])
  else {
    let lo = 0
    let hi = spans.length >> 1
    while (lo < hi) {
      const mid = (lo + hi) >> 1
      if (spans[2 * mid + 1]! > from) hi = mid
      else lo = mid + 1
    }
    for (let i = lo; 2 * i < spans.length && spans[2 * i]! < to; i++) out.push([Math.max(from, spans[2 * i]!), Math.min(to, spans[2 * i + 1]!)])
  }
  if (told.length === 0) return out
  for (const s of told) {
    if (s.kind === 'overtime' && s.to > from && s.from < to) out.push([Math.max(from, s.from), Math.min(to, s.to)])
  }
  out.sort((a, b) => a[0] - b[0])
  const merged: [number, number][] = []
  for (const s of out) {
    const last = merged[merged.length - 1]
    if (last && s[0] <= last[1]) last[1] = Math.max(last[1], s[1])
    else merged.push([s[0], s[1]])
  }
  out = merged
  for (const s of told) if (s.kind === 'down' || s.kind === 'absent') out = out.flatMap(([a, b]): [number, number][] => (s.from >= b || s.to <= a ? [[a, b]] : [...(s.from > a ? [[a, s.from] as [number, number]] : []), ...(s.to < b ? [[s.to, b] as [number, number]] : [])]))
  return out
}

/** A time in which a machine stands, or works beyond its calendar; or in which a worker is absent. */
export interface Stop { kind: 'down' | 'overtime' | 'absent'; machine: string; from: number; to: number; tried: boolean; note: string }
export const awayOf = (people: Person[]): Map<string, Stop[]> => new Map(people.filter((p) => p.off.length > 0).map((p) => [p.worker, p.off.map((a): Stop => ({ kind: 'absent', machine: p.worker, from: a.from_ms, to: a.to_ms, tried: false, note: a.reason }))]))
export function stopsOf(told: Told[], changes: Change[]): Map<string, Stop[]> {
  const out = new Map<string, Stop[]>()
  const add = (s: Stop) => { const l = out.get(s.machine); if (l) l.push(s); else out.set(s.machine, [s]) }
  for (const x of told) if (x.kind === 'down' || x.kind === 'overtime') add({ kind: x.kind, machine: x.machine, from: x.from_ms, to: x.to_ms, tried: false, note: x.note })
  for (const x of changes) if (x.kind === 'down' || x.kind === 'overtime') add({ kind: x.kind, machine: x.machine ?? '', from: x.from_ms ?? 0, to: x.to_ms ?? 0, tried: true, note: x.note ?? '' })
  return out
}

/** The next moment in which the machine works. */
export function nextWork(g: Pick<Gantt, 'hours' | 'to_ms'>, lane: Lane | undefined, told: Stop[], ms: number): number {
  return openHours(g, lane, told, ms, Math.max(ms + 30 * DAY, g.to_ms))[0]?.[0] ?? ms
}

/** Work centers that can do a bar's operation, its own first. */
export const centersOf = (b: Bar): string[] => [b.work_center, ...(b.alternatives ? b.alternatives.split(' ') : [])]
export const movable = (b: Bar): boolean => b.state !== 'started' && b.state !== 'unplaced' && b.status !== 'running'

/** Where a bar's home is, whatever alternative it lies on now: the other machines come from there too. */
export function canDo(home: Map<string, Bar>, b: Bar, lane: Lane | undefined): boolean {
  if (!lane) return false
  const h = home.get(b.id)
  return centersOf(b).includes(lane.work_center) || (!!h && centersOf(h).includes(lane.work_center))
}

/** The bars that a bar waits for, itself first, down to the cause. */
export function chainOf(bars: Map<string, Bar>, id: string): Bar[] {
  const out: Bar[] = []
  const seen = new Set<string>()
  for (let b = bars.get(id); b && !seen.has(b.id) && out.length < 60; b = b.by && b.by !== '0' ? bars.get(b.by) : undefined) {
    seen.add(b.id)
    out.push(b)
  }
  return out
}

/** The last bar of an order: its chain is what makes the order late. */
export function lastOf(bars: Iterable<Bar>, order: string): Bar | undefined {
  let last: Bar | undefined
  for (const b of bars) if (b.order === order && (!last || b.end_ms > last.end_ms)) last = b
  return last
}

/** Which part of an operation it is, where it is split over machines: "1/2". */
export const partOf = (b: { split_no?: number; split_of?: number }): string => (b.split_no ? `${b.split_no}/${b.split_of ?? b.split_no}` : '')
/** An operation in a list: "20", or "20 (1/2)". */
export const opText = (b: { op: number; split_no?: number; split_of?: number }): string => (b.split_no ? `${b.op} (${partOf(b)})` : String(b.op))
/** What a pin is of. The first part of an operation and all of it are the same, as either may become the other. */
export const pinKey = (c: { order?: string; op?: number; split_no?: number }): string => `${c.order ?? ''}|${c.op ?? 0}|${c.split_no || 1}`
export const pinOf = (b: Bar, machine: string, from: number): Change => ({ kind: 'pin', order: b.order, op: b.op, ...(b.split_no ? { split_no: b.split_no } : {}), machine, from_ms: from })

/** What keeps: of several changes of the same thing the last one. */
export function merge(list: Change[]): Change[] {
  const key = (c: Change) => `${c.kind}|${c.order ?? ''}|${c.op ?? 0}|${c.kind === 'pin' ? c.split_no || 1 : `${c.machine ?? ''}|${c.work_center ?? ''}|${c.kind === 'parts' ? '' : `${c.from_ms ?? 0}|${c.to_ms ?? 0}`}`}`
  const last = new Map<string, Change>()
  for (const c of list) {
    const k = key(c)
    last.delete(k)
    last.set(k, c)
  }
  return [...last.values()]
}

/** The bars as a draft would have them; `ghosts` are the places that they leave. */
export function applied(live: Bar[], d: Draft | undefined, machines: Lane[]): { bars: Bar[]; moved: Set<string>; ghosts: Bar[] } {
  if (!d) return { bars: live, moved: new Set(), ghosts: [] }
  const center = new Map(machines.map((m) => [m.machine, m.work_center]))
  const at = new Map(d.bars.map((b) => [b.id, b]))
  const late = new Map(d.ends.map((e) => [e.order, e.late_is_ms]))
  const gone = new Set(d.changes.filter((c) => c.kind === 'drop').map((c) => c.order))
  const ghosts: Bar[] = []
  const bars: Bar[] = []
  const have = new Set<string>()
  for (const b of live) {
    have.add(b.id)
    if (gone.has(b.order)) { ghosts.push(b); continue }
    const m = at.get(b.id)
    const l = late.get(b.order)
    if (!m) { bars.push(l === undefined || l === b.late_ms ? b : { ...b, late_ms: l }); continue }
    ghosts.push(b)
    bars.push({ ...b, machine: m.machine, work_center: center.get(m.machine) ?? (m.machine === b.machine ? b.work_center : m.machine.replace(/[+#]\d+$/, '')), start_ms: m.start_ms, end_ms: m.end_ms, setup_ms: m.setup_ms, qty: m.qty, split_no: m.split_no, split_of: m.split_of, state: m.state as Bar['state'], why: m.why as Bar['why'], by: m.by, part: m.part, part_name: m.part_name, part_doc: m.part_doc, part_ms: m.part_ms, conflict: m.conflict, late_ms: l ?? b.late_ms })
  }
  const ends = new Map(d.ends.map((e) => [e.order, e]))
  for (const m of d.bars) {
    if (have.has(m.id)) continue
    const e = ends.get(m.order)
    bars.push({ id: m.id, order: m.order, op: m.op, name: '', item: e?.item ?? '', item_name: e?.item_name ?? '', family: '', work_center: center.get(m.machine) ?? m.machine, machine: m.machine, start_ms: m.start_ms, end_ms: m.end_ms, setup_ms: m.setup_ms, qty: m.qty, split_no: m.split_no, split_of: m.split_of, good: '0', state: m.state as Bar['state'], status: 'planned', why: m.why as Bar['why'], by: m.by, part: m.part, part_name: m.part_name, part_doc: m.part_doc, part_ms: m.part_ms, due_ms: 0, late_ms: e?.late_is_ms ?? 0, priority: 5, alternatives: '' })
  }
  return { bars, moved: new Set(d.bars.map((b) => b.id)), ghosts }
}

/** The difference between two schedules that both lie here: a stored draft and the live one. */
export function differs(live: Bar[], draft: Bar[]): { moved: Set<string>; ghosts: Bar[]; ends: Ends[] } {
  const was = new Map(live.map((b) => [b.id, b]))
  const moved = new Set<string>()
  const ghosts: Bar[] = []
  for (const b of draft) {
    const w = was.get(b.id)
    if (w && (w.machine !== b.machine || w.start_ms !== b.start_ms || w.end_ms !== b.end_ms)) { moved.add(b.id); ghosts.push(w) }
    if (!w) moved.add(b.id)
  }
  const end = (list: Bar[]) => {
    const m = new Map<string, Bar>()
    for (const b of list) { const x = m.get(b.order); if (!x || b.end_ms > x.end_ms) m.set(b.order, b) }
    return m
  }
  const a = end(live)
  const z = end(draft)
  const ends: Ends[] = []
  for (const order of new Set([...a.keys(), ...z.keys()])) {
    const w = a.get(order)
    const b = z.get(order)
    if (w?.end_ms === b?.end_ms && w?.late_ms === b?.late_ms) continue
    const any = (b ?? w)!
    ends.push({ order, item: any.item, item_name: any.item_name, due: '', end_was_ms: w?.end_ms ?? 0, end_is_ms: b?.end_ms ?? 0, late_was_ms: w?.late_ms ?? 0, late_is_ms: b?.late_ms ?? 0 })
  }
  return { moved, ghosts, ends: ends.sort(endOrder) }
}
const classOf = (e: Ends) => (e.late_is_ms > e.late_was_ms ? 0 : e.late_is_ms < e.late_was_ms ? 1 : 2)
const endOrder = (a: Ends, b: Ends) => classOf(a) - classOf(b) || Math.abs(b.late_is_ms - b.late_was_ms) - Math.abs(a.late_is_ms - a.late_was_ms) || a.end_is_ms - b.end_is_ms

/** Busy and available time of a work center per day, in milliseconds. A machine that holds several orders at once is busy once. */
export function loadOf(g: Pick<Gantt, 'hours'>, rows: Row[], center: string, days: { ms: number; to: number }[], stops: Map<string, Stop[]>): { busy: number; open: number; setup: number }[] {
  const out = days.map(() => ({ busy: 0, open: 0, setup: 0 }))
  const first = days[0]
  const last = days[days.length - 1]
  if (!first || !last) return out
  const dayAt = (ms: number) => { let i = Math.min(days.length - 1, Math.max(0, Math.floor((ms - first.ms) / DAY))); while (i > 0 && days[i]!.ms > ms) i--; while (i < days.length - 1 && days[i]!.to <= ms) i++; return i }
  const spread = (a: number, b: number, key: 'busy' | 'open' | 'setup') => {
    for (let i = dayAt(a); i < days.length && days[i]!.ms < b; i++) out[i]![key] += Math.max(0, Math.min(b, days[i]!.to) - Math.max(a, days[i]!.ms))
  }
  for (const r of rows) {
    if (r.kind !== 'row' || r.center !== center || !r.lane) continue
    const open = openHours(g, r.lane, stops.get(r.lane.machine) ?? [], first.ms, last.to)
    for (const [a, b] of open) spread(a, b, 'open')
    let k = 0
    let reach = 0
    for (const p of r.bars) { // by start; overlaps count once
      const from = Math.max(p.bar.start_ms, reach, first.ms)
      const to = Math.min(p.bar.end_ms, last.to)
      if (to <= from) continue
      reach = to
      while (k < open.length && open[k]![1] <= from) k++
      let setup = p.bar.setup_ms
      for (let j = k; j < open.length && open[j]![0] < to; j++) {
        const a = Math.max(from, open[j]![0])
        const b = Math.min(to, open[j]![1])
        spread(a, b, 'busy')
        if (setup > 0) { const s = Math.min(setup, b - a); spread(a, a + s, 'setup'); setup -= s }
      }
    }
  }
  return out
}
