import { addDays, dayOf, showTime, startOf } from '@/kit/dates'
import { toneOf as kitTone, type Tone } from '@/kit/status'
import { toneOf, type Slot } from '../slots'
import { CENTER_H, LANE_H, type BoardRow } from './layout'

export const HEAD = 46
export type Colors = Record<string, string>
export interface View { width: number; height: number; left: number; x: number; y: number; pxMs: number; from: number; now: number; step: number }
export interface Look { hover?: Slot; match?: (s: Slot) => boolean; colors: Colors; font: string; weekday: (day: string) => string; load: (pct: number) => string }

const NAMES = ['card', 'page', 'head', 'line', 'line-soft', 'text', 'text-2', 'text-3', 'primary', 'red', 'selected', ...(['grey', 'blue', 'teal', 'amber', 'red', 'green', 'slate'] as const).flatMap((t) => [`${t}-bg`, `${t}-fg`]), 'grey', 'blue', 'teal', 'amber-solid', 'green', 'slate']
export const readColors = (token: (name: string) => string): Colors => Object.fromEntries(NAMES.map((n) => [n, token(n)]))

const solid = (t: Tone) => (t === 'amber' ? 'amber-solid' : t)
export const barTone = (s: Slot): Tone => toneOf(s) ?? kitTone(s.status)
export const xOf = (v: View, ms: number): number => v.left + (ms - v.from) * v.pxMs - v.x

/** Draws what is in sight: shading, grid, bars, the red line of now, then head and left column over them. */
export function draw(ctx: CanvasRenderingContext2D, v: View, rows: BoardRow[], look: Look): void {
  const c = look.colors
  const col = (n: string) => c[n] ?? '#000'
  ctx.clearRect(0, 0, v.width, v.height)
  ctx.fillStyle = col('card')
  ctx.fillRect(0, 0, v.width, v.height)
  ctx.textBaseline = 'middle'
  const top = v.y
  const seen = rows.filter((r) => r.y + r.h > top && r.y < top + v.height - HEAD)
  const start = v.from + v.x / v.pxMs
  const end = start + (v.width - v.left) / v.pxMs

  for (const r of seen) {
    const y = HEAD + r.y - top
    if (r.kind === 'center') {
      ctx.fillStyle = col('head')
      ctx.fillRect(v.left, y, v.width, r.h)
      continue
    }
    ctx.fillStyle = col('page')
    if (r.center.hours.length > 0) { // off hours are shaded, working hours stay clear
      ctx.fillRect(v.left, y, v.width, r.h)
      ctx.fillStyle = col('card')
      for (const [a, b] of r.center.hours) if (b > start && a < end) { const x = xOf(v, a); ctx.fillRect(x, y, xOf(v, b) - x, r.h) }
    }
    ctx.fillStyle = col('line-soft')
    ctx.fillRect(v.left, y + r.h - 1, v.width, 1)
  }
  const hours = v.step * 3_600_000
  for (let at = firstTick(start, hours); at < end; at += hours) {
    ctx.fillStyle = timeAt(at) === '00:00' ? col('line') : col('line-soft')
    ctx.fillRect(Math.round(xOf(v, at)), HEAD, 1, v.height)
  }
  for (const r of seen) for (const b of r.bars) if (b.slot.end_ms >= start && b.slot.start_ms <= end) bar(ctx, v, b.slot, HEAD + r.y - top + 2 + b.lane * LANE_H, look)
  const now = xOf(v, v.now)
  if (now >= v.left) { ctx.fillStyle = col('red'); ctx.fillRect(Math.round(now), HEAD - 8, 1.5, v.height) }
  head(ctx, v, start, end, look)
  side(ctx, v, seen, top, look)
}

// The wall clock of the site costs some microseconds; while somebody scrolls the same marks come again and again.
const marks = new Map<number, string>()
function timeAt(ms: number): string {
  let text = marks.get(ms)
  if (text === undefined) {
    if (marks.size > 3000) marks.clear()
    marks.set(ms, text = showTime(ms))
  }
  return text
}

const firstTick = (start: number, step: number): number => {
  const midnight = startOf(dayOf(start))
  return midnight + Math.floor((start - midnight) / step) * step
}

function bar(ctx: CanvasRenderingContext2D, v: View, s: Slot, y: number, look: Look): void {
  const c = look.colors
  const x = Math.max(xOf(v, s.start_ms), v.left - 8)
  const w = Math.max(3, xOf(v, s.end_ms) - x - 1)
  const tone = barTone(s)
  const lit = look.hover && look.hover.order === s.order
  ctx.globalAlpha = (look.hover && !lit) || (look.match && !look.match(s)) ? 0.28 : 1
  ctx.fillStyle = (w < 34 ? c[solid(tone)] : c[`${tone}-bg`]) ?? '#ccc' // narrow bars are solid, else they fade away
  ctx.beginPath()
  ctx.roundRect(x, y, w, LANE_H - 4, 3)
  ctx.fill()
  if (w >= 34) {
    const setup = Math.min(w, s.setup_ms * v.pxMs)
    if (setup > 3) { // setting up is the darker beginning
      const full = ctx.globalAlpha
      ctx.globalAlpha = full * 0.18
      ctx.fillStyle = c[solid(tone)] ?? '#888'
      ctx.fillRect(x, y, setup, LANE_H - 4)
      ctx.globalAlpha = full
    }
    ctx.fillStyle = c[solid(tone)] ?? '#888'
    ctx.fillRect(x, y, 3, LANE_H - 4)
    ctx.save()
    ctx.beginPath()
    ctx.rect(x + 6, y, w - 10, LANE_H - 4)
    ctx.clip()
    ctx.fillStyle = c[`${tone}-fg`] ?? '#000'
    ctx.font = `12px ${look.font}`
    ctx.fillText(`${s.order.slice(-4)} ${s.item_name}`, x + 8, y + LANE_H / 2 - 1.5)
    ctx.restore()
  }
  if (lit) {
    ctx.globalAlpha = 1
    ctx.strokeStyle = c.primary ?? '#00f'
    ctx.lineWidth = 1.5
    ctx.beginPath()
    ctx.roundRect(x, y, w, LANE_H - 4, 3)
    ctx.stroke()
  }
  ctx.globalAlpha = 1
}

function head(ctx: CanvasRenderingContext2D, v: View, start: number, end: number, look: Look): void {
  const c = look.colors
  const hours = v.step * 3_600_000
  ctx.fillStyle = c.head ?? '#eee'
  ctx.fillRect(0, 0, v.width, HEAD)
  ctx.fillStyle = c.line ?? '#ddd'
  ctx.fillRect(0, HEAD - 1, v.width, 1)
  for (let at = firstTick(start, hours); at < end; at += hours) {
    const x = Math.round(xOf(v, at))
    if (timeAt(at) === '00:00') { ctx.fillStyle = c.line ?? '#ddd'; ctx.fillRect(x, 0, 1, HEAD) }
    if (v.step < 24) { ctx.font = `11px ${look.font}`; ctx.fillStyle = c['text-3'] ?? '#888'; ctx.fillText(timeAt(at), x + 4, 34) }
  }
  for (let day = dayOf(start), from = startOf(day); from < end; ) {
    const tomorrow = addDays(day, 1)
    const till = startOf(tomorrow)
    const next = xOf(v, till)
    const x = Math.min(Math.max(xOf(v, from), v.left) + 7, next - 96)
    ctx.font = `600 12px ${look.font}`
    ctx.fillStyle = c.text ?? '#000'
    ctx.fillText(day.slice(5), x, 14)
    ctx.font = `12px ${look.font}`
    ctx.fillStyle = c['text-3'] ?? '#888'
    if (next - x > 80) ctx.fillText(look.weekday(day), x + 42, 14)
    day = tomorrow
    from = till
  }
  const now = xOf(v, v.now)
  if (now >= v.left) {
    ctx.fillStyle = c.red ?? '#f00'
    ctx.beginPath()
    ctx.roundRect(now - 19, 26, 38, 16, 8)
    ctx.fill()
    ctx.fillStyle = '#fff'
    ctx.font = `600 11px ${look.font}`
    ctx.textAlign = 'center'
    ctx.fillText(showTime(v.now), now, 34.5)
    ctx.textAlign = 'left'
  }
}

function side(ctx: CanvasRenderingContext2D, v: View, seen: BoardRow[], top: number, look: Look): void {
  const c = look.colors
  ctx.fillStyle = c.card ?? '#fff'
  ctx.fillRect(0, HEAD, v.left, v.height)
  for (const r of seen) {
    const y = HEAD + r.y - top
    if (r.kind === 'center') {
      ctx.fillStyle = c.head ?? '#eee'
      ctx.fillRect(0, y, v.left, r.h)
      ctx.fillStyle = c.text ?? '#000'
      ctx.font = `600 12px ${look.font}`
      ctx.fillText(r.name || r.code, 14, y + CENTER_H / 2)
      if (r.center.load !== undefined) {
        ctx.textAlign = 'right'
        ctx.font = `11px ${look.font}`
        ctx.fillStyle = r.center.load > 100 ? c.red ?? '#f00' : c['text-3'] ?? '#888'
        ctx.fillText(look.load(r.center.load), v.left - 10, y + CENTER_H / 2)
        ctx.textAlign = 'left'
        ctx.fillStyle = c.line ?? '#ddd'
        ctx.fillRect(0, y + r.h - 2, v.left, 2)
        ctx.fillStyle = (r.center.load > 100 ? c.red : r.center.load > 85 ? c['amber-solid'] : c.teal) ?? '#0aa'
        ctx.fillRect(0, y + r.h - 2, v.left * Math.min(1, r.center.load / 100), 2)
      }
      continue
    }
    ctx.save()
    ctx.beginPath()
    ctx.rect(0, y, v.left - 6, r.h)
    ctx.clip()
    ctx.font = `12px ${look.font}`
    ctx.fillStyle = c['text-2'] ?? '#444'
    ctx.fillText(r.name || r.code, 22, y + Math.min(r.h, LANE_H + 4) / 2)
    ctx.restore()
    ctx.fillStyle = c['line-soft'] ?? '#eee'
    ctx.fillRect(0, y + r.h - 1, v.left, 1)
  }
  ctx.fillStyle = c.head ?? '#eee'
  ctx.fillRect(0, 0, v.left, HEAD - 1)
  ctx.fillStyle = c.line ?? '#ddd'
  ctx.fillRect(v.left - 1, 0, 1, v.height)
}
