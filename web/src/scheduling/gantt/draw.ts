import { showTime } from '@/kit/dates'
import { toneOf as kitTone, type Tone } from '@/kit/status'
import { toneOf } from '../slots'
import { DAY, firstBar, firstRow, HOUR, LANE_H, openHours, opText, partOf, type Bar, type By, type Gantt, type Layout, type Placed, type Row, type Stop } from './model'

export const HEAD = 46
export type Colors = Record<string, string>
export interface Day { ms: number; to: number; date: string; week: number }
export interface View { width: number; height: number; left: number; x: number; y: number; pxMs: number }
export interface Look { colors: Colors; font: string; weekday: (week: number) => string; month: (date: string) => string }
/** What is to be seen; the chart draws it, whatever somebody scrolls. */
export interface Scene {
  g: Pick<Gantt, 'hours' | 'from_ms' | 'to_ms'>
  layout: Layout
  by: By
  stops: Map<string, Stop[]>
  away: Map<string, Stop[]> // by worker
  days: Day[]
  now: number
  freeze: number
  sel: ReadonlySet<string>
  order?: string
  chain: string[]
  chainLate: boolean
  ghosts: Bar[]
  moved: ReadonlySet<string>
  worse: ReadonlySet<string>
  saved: ReadonlySet<string>
  match?: (b: Bar) => boolean
  load?: { center: string; days: { busy: number; open: number; setup: number }[] }
}

const NAMES = ['card', 'page', 'head', 'line', 'line-soft', 'text', 'text-2', 'text-3', 'primary', 'primary-soft', 'red', 'selected', 'hover', ...(['grey', 'blue', 'teal', 'amber', 'red', 'green', 'slate'] as const).flatMap((t) => [`${t}-bg`, `${t}-fg`]), 'grey', 'blue', 'teal', 'amber-solid', 'green', 'slate']
export const readColors = (token: (name: string) => string): Colors => Object.fromEntries(NAMES.map((n) => [n, token(n)]))
export const solid = (t: Tone) => (t === 'amber' ? 'amber-solid' : t)
export const barTone = (b: Bar): Tone => toneOf(b) ?? kitTone(b.status)
export const xOf = (s: Scene, v: View, ms: number): number => v.left + (ms - s.g.from_ms) * v.pxMs - v.x
export const timeAt = (s: Scene, v: View, x: number): number => s.g.from_ms + (x - v.left + v.x) / v.pxMs

/** Hours between two marks: what leaves them some 56 pixels. */
const STEPS = [0.25, 0.5, 1, 2, 4, 6, 12]
export function stepOf(pxMs: number): number {
  return STEPS.find((h) => h * HOUR * pxMs >= 56) ?? 24
}

// The wall clock of the site costs some microseconds; while somebody scrolls the same marks come again and again.
const marks = new Map<number, string>()
function clock(ms: number): string {
  let text = marks.get(ms)
  if (text === undefined) {
    if (marks.size > 3000) marks.clear()
    marks.set(ms, text = showTime(ms))
  }
  return text
}

export interface Held { placed: Placed; start: number; row: Row; ok: boolean; others: { placed: Placed; start: number }[] }

export function draw(ctx: CanvasRenderingContext2D, v: View, s: Scene, look: Look, held?: Held, box?: [number, number, number, number]): void {
  const c = look.colors
  const col = (n: string) => c[n] ?? '#000'
  const rows = s.layout.rows
  ctx.globalAlpha = 1
  ctx.fillStyle = col('card')
  ctx.fillRect(0, 0, v.width, v.height)
  ctx.textBaseline = 'middle'
  const i0 = firstRow(rows, v.y)
  let i1 = i0
  while (i1 < rows.length && rows[i1]!.y < v.y + v.height - HEAD) i1++
  const start = s.g.from_ms + v.x / v.pxMs
  const end = start + (v.width - v.left) / v.pxMs

  // hours that do not work are shaded; machines of one calendar share the arithmetic
  const shared = new Map<number, [number, number][]>()
  for (let i = i0; i < i1; i++) {
    const r = rows[i]!
    const y = HEAD + r.y - v.y
    if (r.kind === 'head') { ctx.fillStyle = col('head'); ctx.fillRect(v.left, y, v.width, r.h); continue }
    const stops = stopsAt(s, r)
    if (r.hours >= 0 || stops.length > 0 || s.by === 'machine') {
      let open = stops.length > 0 ? undefined : shared.get(r.hours)
      if (!open) {
        open = closeUp(openHours(s.g, r, stops, start, end), 1.2 / v.pxMs)
        if (stops.length === 0) shared.set(r.hours, open)
      }
      ctx.fillStyle = col('page')
      ctx.fillRect(v.left, y, v.width, r.h)
      ctx.fillStyle = col('card')
      for (const [a, b] of open) { const x = xOf(s, v, a); ctx.fillRect(x, y, (b - a) * v.pxMs, r.h) }
      for (const x of stops) if (x.to > start && x.from < end) stop(ctx, xOf(s, v, Math.max(x.from, start)), y, (Math.min(x.to, end) - Math.max(x.from, start)) * v.pxMs, r.h, x, look)
    } else {
      ctx.fillStyle = col('card')
      ctx.fillRect(v.left, y, v.width, r.h)
    }
    ctx.fillStyle = col('line-soft')
    ctx.fillRect(v.left, y + r.h - 1, v.width, 1)
    if (held && s.by === 'machine' && held.row === r) {
      ctx.globalAlpha = 0.5
      ctx.fillStyle = col(held.ok ? 'selected' : 'red-bg')
      ctx.fillRect(v.left, y, v.width, r.h)
      ctx.globalAlpha = 1
    }
  }
  const step = stepOf(v.pxMs)
  const d0 = dayIndex(s.days, start)
  const dayPx = DAY * v.pxMs
  for (let d = d0; d < s.days.length && s.days[d]!.ms < end; d++) {
    const day = s.days[d]!
    const heavy = dayPx >= 20 || day.week === 1 || day.date.endsWith('-01')
    if (heavy) { ctx.fillStyle = col(dayPx >= 20 && step < 24 ? 'line' : 'line-soft'); ctx.fillRect(Math.round(xOf(s, v, day.ms)), HEAD, 1, v.height) }
    if (step < 24) {
      ctx.fillStyle = col('line-soft')
      for (let at = day.ms + step * HOUR; at < day.to; at += step * HOUR) if (at > start && at < end) ctx.fillRect(Math.round(xOf(s, v, at)), HEAD, 1, v.height)
    }
  }

  // the places that bars leave
  if (s.ghosts.length > 0) {
    ctx.strokeStyle = col('slate')
    ctx.lineWidth = 1
    ctx.setLineDash([3, 3])
    for (const b of s.ghosts) {
      if (b.end_ms < start || b.start_ms > end) continue
      const r = s.by === 'machine' ? s.layout.machines.get(b.machine) : s.layout.places.get(b.id)?.row
      if (!r || r.y > v.y + v.height || r.y + r.h < v.y) continue
      const x = xOf(s, v, b.start_ms)
      ctx.strokeRect(x + 0.5, HEAD + r.y - v.y + 3.5, Math.max(3, (b.end_ms - b.start_ms) * v.pxMs - 1), LANE_H - 7)
    }
    ctx.setLineDash([])
  }

  ctx.font = `12px ${look.font}`
  for (let i = i0; i < i1; i++) {
    const r = rows[i]!
    const y = HEAD + r.y - v.y + 2
    for (let k = firstBar(r, start); k < r.bars.length; k++) {
      const p = r.bars[k]!
      if (p.bar.start_ms > end) break
      if (p.bar.end_ms < start) continue
      bar(ctx, v, s, p.bar, y + p.lane * LANE_H, look, held?.placed === p ? 0.3 : 1)
    }
  }
  if (s.chain.length > 1) links(ctx, v, s, look)
  if (held) {
    for (const o of [{ placed: held.placed, start: held.start }, ...held.others]) {
      const r = o.placed === held.placed ? held.row : o.placed.row
      const x = xOf(s, v, o.start)
      const w = Math.max(4, (o.placed.bar.end_ms - o.placed.bar.start_ms) * v.pxMs - 1)
      const y = HEAD + r.y - v.y + 2 + (r === o.placed.row ? o.placed.lane * LANE_H : 0)
      ctx.globalAlpha = 0.85
      ctx.fillStyle = col(held.ok ? 'primary' : 'red')
      ctx.beginPath()
      ctx.roundRect(x, y, w, LANE_H - 4, 3)
      ctx.fill()
      ctx.globalAlpha = 1
    }
    const x = xOf(s, v, held.start)
    const text = `${s.days[dayIndex(s.days, held.start)]?.date.slice(5) ?? ''} ${clock(held.start)}${s.by === 'machine' ? `  ${held.row.title}` : ''}`
    const w = ctx.measureText(text).width + 14
    const y = HEAD + held.row.y - v.y
    ctx.fillStyle = col(held.ok ? 'text' : 'red')
    ctx.beginPath()
    ctx.roundRect(Math.max(v.left + 2, x), y < HEAD + 26 ? y + 30 : y - 22, w, 20, 4)
    ctx.fill()
    ctx.fillStyle = col('card')
    ctx.fillText(text, Math.max(v.left + 2, x) + 7, (y < HEAD + 26 ? y + 30 : y - 22) + 10.5)
  }
  if (box) {
    ctx.strokeStyle = col('primary')
    ctx.fillStyle = col('primary')
    ctx.globalAlpha = 0.12
    ctx.fillRect(...box)
    ctx.globalAlpha = 1
    ctx.strokeRect(...box)
  }
  if (s.freeze > start) { // what begins before it keeps its place
    const x = Math.min(xOf(s, v, s.freeze), v.width)
    const from = Math.max(xOf(s, v, s.now), v.left)
    ctx.fillStyle = col('blue')
    ctx.globalAlpha = 0.06
    ctx.fillRect(from, HEAD, x - from, v.height)
    ctx.globalAlpha = 1
    ctx.setLineDash([6, 4])
    ctx.strokeStyle = col('blue')
    ctx.beginPath()
    ctx.moveTo(x + 0.5, HEAD)
    ctx.lineTo(x + 0.5, v.height)
    ctx.stroke()
    ctx.setLineDash([])
  }
  const now = xOf(s, v, s.now)
  if (now >= v.left) { ctx.fillStyle = col('red'); ctx.fillRect(Math.round(now), HEAD - 8, 1.5, v.height) }
  head(ctx, v, s, start, end, step, look)
  side(ctx, v, s, i0, i1, look, held)
}

/** Joins spans whose gap nobody would see. */
function closeUp(spans: [number, number][], gap: number): [number, number][] {
  const out: [number, number][] = []
  for (const s of spans) {
    const last = out[out.length - 1]
    if (last && s[0] - last[1] < gap) last[1] = s[1]
    else out.push([s[0], s[1]])
  }
  return out
}

const NO_STOPS: Stop[] = []
/** What a row's machine stands or works longer for, or its worker is absent for. */
export const stopsAt = (s: Pick<Scene, 'by' | 'stops' | 'away'>, r: Row): Stop[] => (s.by === 'order' ? undefined : s.by === 'worker' ? s.away.get(r.key) : s.stops.get(r.key)) ?? NO_STOPS

const STOP_TONES: Record<string, Tone> = { down: 'red', absent: 'amber', overtime: 'green' }
function stop(ctx: CanvasRenderingContext2D, x: number, y: number, w: number, h: number, s: Stop, look: Look): void {
  const tone = STOP_TONES[s.kind] ?? 'slate'
  const c = look.colors
  ctx.save()
  ctx.beginPath()
  ctx.rect(x, y, w, h - 1)
  ctx.clip()
  ctx.globalAlpha = s.kind === 'overtime' ? 0.6 : 0.35
  ctx.strokeStyle = c[solid(tone)] ?? '#000'
  ctx.fillStyle = c[`${tone}-bg`] ?? '#eee'
  ctx.fillRect(x, y, w, h)
  if (s.kind !== 'overtime') {
    ctx.beginPath()
    for (let i = -h; i < w && i < 4000; i += 8) { ctx.moveTo(x + i, y + h); ctx.lineTo(x + i + h, y) }
    ctx.stroke()
  }
  if (s.note && w > 60) { // why, where there is room to say it
    ctx.globalAlpha = 1
    ctx.font = `11px ${look.font}`
    const text = Math.min(w - 8, ctx.measureText(s.note).width + 10)
    ctx.fillRect(x + 3, y + h / 2 - 8, text, 16)
    ctx.fillStyle = c[`${tone}-fg`] ?? '#000'
    ctx.fillText(s.note, x + 8, y + h / 2 + 0.5)
  }
  ctx.restore()
}

export function dayIndex(days: Day[], ms: number): number {
  const first = days[0]
  if (!first) return 0
  let i = Math.min(days.length - 1, Math.max(0, Math.floor((ms - first.ms) / DAY)))
  while (i > 0 && days[i]!.ms > ms) i--
  while (i < days.length - 1 && days[i]!.to <= ms) i++
  return i
}

function bar(ctx: CanvasRenderingContext2D, v: View, s: Scene, b: Bar, y: number, look: Look, alpha: number): void {
  const c = look.colors
  const x0 = xOf(s, v, b.start_ms)
  const x = Math.max(x0, v.left - 8)
  const w = Math.max(2.5, x0 + (b.end_ms - b.start_ms) * v.pxMs - x - 1)
  const tone = barTone(b)
  const h = LANE_H - 4
  const chosen = s.sel.has(b.id)
  const lit = chosen || s.order === b.order
  const dim = (s.match && !s.match(b)) || (s.order !== undefined && !lit && !s.chain.includes(b.id) && !s.moved.has(b.id))
  ctx.globalAlpha = alpha * (dim ? 0.3 : 1)
  const narrow = w < 34
  ctx.fillStyle = (narrow ? c[solid(tone)] : c[`${tone}-bg`]) ?? '#ccc' // narrow bars are solid, else they fade away
  if (w < 6) ctx.fillRect(x, y, w, h)
  else { ctx.beginPath(); ctx.roundRect(x, y, w, h, 3); ctx.fill() }
  const setup = Math.min(w, (b.start_ms + b.setup_ms - s.g.from_ms) * v.pxMs - v.x + v.left - x)
  if (setup > 2) { // setting up is the hatched beginning
    ctx.fillStyle = (narrow ? c.card : c[solid(tone)]) ?? '#888'
    const full = ctx.globalAlpha
    ctx.globalAlpha = full * 0.28
    ctx.fillRect(x, y, setup, h)
    ctx.globalAlpha = full
  }
  if (!narrow) {
    ctx.fillStyle = c[solid(tone)] ?? '#888'
    ctx.fillRect(x, y, 3, h)
    ctx.save()
    ctx.beginPath()
    ctx.rect(x + 6, y, w - (b.state === 'pinned' || b.state === 'frozen' ? 20 : 10), h)
    ctx.clip()
    ctx.fillStyle = c[`${tone}-fg`] ?? '#000'
    ctx.fillText(s.by === 'machine' ? `${b.order.slice(-4)} ${b.split_no ? `${partOf(b)} ` : ''}${b.item_name}` : `${b.split_no ? opText(b) : b.op} ${b.name} · ${b.machine}`, x + 8, y + h / 2 + 0.5)
    ctx.restore()
    if (b.state === 'pinned' || b.state === 'frozen') pin(ctx, x + w - 9, y + h / 2, c[`${tone}-fg`] ?? '#000', b.state === 'pinned')
  }
  if (s.moved.has(b.id) || lit || b.conflict) {
    ctx.globalAlpha = 1
    ctx.strokeStyle = (b.conflict ? c.red : chosen ? c.text : s.moved.has(b.id) && s.worse.has(b.order) ? c.red : s.moved.has(b.id) && s.saved.has(b.order) ? c.green : c.primary) ?? '#00f'
    ctx.lineWidth = chosen ? 2 : 1.5
    ctx.beginPath()
    ctx.roundRect(x, y, w, h, 3)
    ctx.stroke()
    ctx.lineWidth = 1
  }
  ctx.globalAlpha = 1
}

function pin(ctx: CanvasRenderingContext2D, x: number, y: number, color: string, full: boolean): void {
  ctx.strokeStyle = ctx.fillStyle = color
  ctx.lineWidth = 1.2
  ctx.beginPath()
  ctx.arc(x, y - 2.5, 3, 0, Math.PI * 2)
  if (full) ctx.fill()
  else ctx.stroke()
  ctx.beginPath()
  ctx.moveTo(x, y + 0.5)
  ctx.lineTo(x, y + 6)
  ctx.stroke()
  ctx.lineWidth = 1
}

/** The chain of what waits for what, from the cause to the bar. */
function links(ctx: CanvasRenderingContext2D, v: View, s: Scene, look: Look): void {
  ctx.strokeStyle = ctx.fillStyle = (s.chainLate ? look.colors.red : look.colors.primary) ?? '#00f'
  ctx.lineWidth = 2
  ctx.save()
  ctx.beginPath()
  ctx.rect(v.left, HEAD, v.width - v.left, v.height - HEAD)
  ctx.clip()
  for (let i = 0; i + 1 < s.chain.length; i++) {
    const to = s.layout.places.get(s.chain[i]!)
    const from = s.layout.places.get(s.chain[i + 1]!)
    if (!to || !from) continue
    const y1 = HEAD + from.row.y - v.y + 2 + from.lane * LANE_H + LANE_H / 2 - 2
    const y2 = HEAD + to.row.y - v.y + 2 + to.lane * LANE_H + LANE_H / 2 - 2
    const x1 = xOf(s, v, Math.min(from.bar.end_ms, Math.max(to.bar.start_ms, from.bar.start_ms)))
    const x2 = xOf(s, v, to.bar.start_ms)
    const mid = Math.max(x1 + 6, x2 - 6)
    ctx.beginPath()
    ctx.moveTo(x1, y1)
    if (y1 === y2) ctx.lineTo(x2, y2)
    else { ctx.lineTo(mid, y1); ctx.lineTo(mid, y2); ctx.lineTo(x2, y2) }
    ctx.stroke()
    if (y1 === y2 && (to.bar.end_ms - to.bar.start_ms) * v.pxMs < 16) continue // too close for a point on each
    ctx.beginPath()
    ctx.moveTo(x2 + 1, y2)
    ctx.lineTo(x2 - 6, y2 - 4)
    ctx.lineTo(x2 - 6, y2 + 4)
    ctx.fill()
  }
  ctx.restore()
  ctx.lineWidth = 1
}

function head(ctx: CanvasRenderingContext2D, v: View, s: Scene, start: number, end: number, step: number, look: Look): void {
  const c = look.colors
  ctx.fillStyle = c.head ?? '#eee'
  ctx.fillRect(0, 0, v.width, HEAD)
  ctx.fillStyle = c.line ?? '#ddd'
  ctx.fillRect(0, HEAD - 1, v.width, 1)
  const dayPx = DAY * v.pxMs
  const byMonth = step >= 24
  const d0 = dayIndex(s.days, start)
  for (let d = d0; d < s.days.length && s.days[d]!.ms < end; d++) {
    const day = s.days[d]!
    const x = Math.round(xOf(s, v, day.ms))
    const next = xOf(s, v, day.to)
    if (byMonth) {
      if (day.date.endsWith('-01') || d === d0) {
        if (d !== d0) { ctx.fillStyle = c.line ?? '#ddd'; ctx.fillRect(x, 0, 1, HEAD) }
        const after = s.days.findIndex((q, k) => k > d && q.date.endsWith('-01'))
        const room = (after < 0 ? v.width : xOf(s, v, s.days[after]!.ms)) - Math.max(x, v.left)
        if (room > 64) {
          ctx.font = `600 12px ${look.font}`
          ctx.fillStyle = c.text ?? '#000'
          ctx.fillText(look.month(day.date), Math.max(x, v.left) + 7, 14)
        }
      }
      const show = dayPx >= 20 ? true : dayPx >= 5 ? day.week === 1 : day.date.endsWith('-01') || day.date.endsWith('-15')
      if (show) {
        ctx.font = `11px ${look.font}`
        ctx.fillStyle = (day.week >= 6 ? c['text-3'] : c['text-2']) ?? '#888'
        ctx.fillText(String(Number(day.date.slice(8))), x + 4, 34)
        if (dayPx >= 44) ctx.fillText(look.weekday(day.week), x + 20, 34)
      }
      continue
    }
    ctx.fillStyle = c.line ?? '#ddd'
    ctx.fillRect(x, 0, 1, HEAD)
    const at = Math.min(Math.max(x, v.left) + 7, next - 96)
    ctx.font = `600 12px ${look.font}`
    ctx.fillStyle = c.text ?? '#000'
    ctx.fillText(day.date.slice(5), at, 14)
    ctx.font = `12px ${look.font}`
    ctx.fillStyle = c['text-3'] ?? '#888'
    if (next - at > 80) ctx.fillText(look.weekday(day.week), at + 42, 14)
    ctx.font = `11px ${look.font}`
    for (let ms = day.ms; ms < day.to; ms += step * HOUR) if (ms > start - step * HOUR && ms < end) ctx.fillText(clock(ms), xOf(s, v, ms) + 4, 34)
  }
  const now = xOf(s, v, s.now)
  if (now >= v.left && now < v.width + 20) {
    ctx.fillStyle = c.red ?? '#f00'
    ctx.beginPath()
    ctx.roundRect(now - 19, 26, 38, 16, 8)
    ctx.fill()
    ctx.fillStyle = '#fff'
    ctx.font = `600 11px ${look.font}`
    ctx.textAlign = 'center'
    ctx.fillText(clock(Math.floor(s.now / 60_000) * 60_000), now, 34.5)
    ctx.textAlign = 'left'
  }
}

function side(ctx: CanvasRenderingContext2D, v: View, s: Scene, i0: number, i1: number, look: Look, held?: Held): void {
  const c = look.colors
  ctx.fillStyle = c.card ?? '#fff'
  ctx.fillRect(0, HEAD, v.left, v.height)
  for (let i = i0; i < i1; i++) {
    const r = s.layout.rows[i]!
    const y = HEAD + r.y - v.y
    const tint = r.kind === 'head' ? c.head : held?.row === r ? (held.ok ? c.selected : c['red-bg']) : undefined
    if (tint) { ctx.fillStyle = tint; ctx.fillRect(0, y, v.left, r.h) }
    ctx.save()
    ctx.beginPath()
    ctx.rect(0, y, v.left - 6, r.h)
    ctx.clip()
    if (r.kind === 'head') {
      ctx.fillStyle = c.text ?? '#000'
      ctx.font = `600 12px ${look.font}`
      ctx.fillText(r.title, 12, y + r.h / 2 + 0.5)
    } else {
      ctx.font = `12px ${look.font}`
      ctx.fillStyle = (r.late && s.by === 'order' ? c['red-fg'] : c['text-2']) ?? '#444'
      ctx.fillText(r.title, s.by === 'machine' ? 20 : 12, y + Math.min(r.h, LANE_H + 4) / 2)
      if (r.sub && v.left > 150) {
        const w = ctx.measureText(r.title).width
        ctx.font = `11px ${look.font}`
        ctx.fillStyle = c['text-3'] ?? '#888'
        ctx.fillText(r.sub, 12 + w + 8, y + Math.min(r.h, LANE_H + 4) / 2)
      }
    }
    ctx.restore()
    ctx.fillStyle = c['line-soft'] ?? '#eee'
    ctx.fillRect(0, y + r.h - 1, v.left, 1)
  }
  ctx.fillStyle = c.head ?? '#eee'
  ctx.fillRect(0, 0, v.left, HEAD - 1)
  ctx.fillStyle = c.line ?? '#ddd'
  ctx.fillRect(0, HEAD - 1, v.left, 1)
  ctx.fillRect(v.left - 1, 0, 1, v.height)
}

/** Busy against available per day, under the bars and on the same time line. */
export function drawLoad(ctx: CanvasRenderingContext2D, v: View, s: Scene, look: Look): void {
  const c = look.colors
  ctx.fillStyle = c.card ?? '#fff'
  ctx.fillRect(0, 0, v.width, v.height)
  const load = s.load
  if (!load) return
  const top = 14
  const room = v.height - top - 4
  const most = Math.max(1, ...load.days.map((d) => Math.max(d.busy, d.open)))
  const start = s.g.from_ms + v.x / v.pxMs
  const end = start + (v.width - v.left) / v.pxMs
  ctx.font = `11px ${look.font}`
  ctx.textBaseline = 'middle'
  for (let d = dayIndex(s.days, start); d < s.days.length && s.days[d]!.ms < end; d++) {
    const day = s.days[d]!
    const l = load.days[d]!
    const x = xOf(s, v, day.ms)
    const w = (day.to - day.ms) * v.pxMs
    const gap = w > 12 ? 2 : w > 4 ? 1 : 0
    const hOpen = (l.open / most) * room
    const hBusy = (l.busy / most) * room
    const hSetup = (l.setup / most) * room
    const pct = l.open > 0 ? l.busy / l.open : l.busy > 0 ? 2 : 0
    ctx.fillStyle = c['line-soft'] ?? '#eee'
    ctx.fillRect(x + gap, v.height - hOpen - 2, w - 2 * gap, hOpen)
    ctx.fillStyle = (pct > 1.005 ? c.red : pct > 0.85 ? c['amber-solid'] : c.teal) ?? '#0aa'
    ctx.fillRect(x + gap, v.height - hBusy - 2, w - 2 * gap, hBusy)
    ctx.fillStyle = 'rgba(0,0,0,.22)'
    ctx.fillRect(x + gap, v.height - hSetup - 2, w - 2 * gap, hSetup)
    ctx.fillStyle = c['text-3'] ?? '#888'
    if (l.open > 0) ctx.fillRect(x + gap, v.height - hOpen - 2.5, w - 2 * gap, 1)
    if (w > 36 && l.busy > 0) {
      ctx.fillStyle = (pct > 1.005 ? c['red-fg'] : c['text-2']) ?? '#555'
      ctx.textAlign = 'center'
      ctx.fillText(`${Math.round(pct * 100)}%`, Math.min(Math.max(x + w / 2, v.left + 20), v.width - 16), Math.max(8, v.height - Math.max(hBusy, hOpen) - 10))
      ctx.textAlign = 'left'
    }
  }
  const now = xOf(s, v, s.now)
  if (now >= v.left) { ctx.fillStyle = c.red ?? '#f00'; ctx.fillRect(Math.round(now), 0, 1.5, v.height) }
  ctx.fillStyle = c.card ?? '#fff'
  ctx.fillRect(0, 0, v.left, v.height)
  ctx.fillStyle = c.line ?? '#ddd'
  ctx.fillRect(v.left - 1, 0, 1, v.height)
  ctx.fillRect(0, 0, v.width, 1)
}
