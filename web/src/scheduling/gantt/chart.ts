import { draw, drawLoad, HEAD, stopsAt, timeAt, xOf, type Held, type Look, type Scene, type View } from './draw'
import { barAt, canDo, firstBar, firstRow, HOUR, movable, nextWork, rowAt, type Bar, type Placed, type Row, type Stop } from './model'

export const MIN_PX = 0.12
export const MAX_PX = 240
/** Pixels per hour of the named zooms. */
export const ZOOMS = { hours: 96, shifts: 24, days: 7, weeks: 1.6, months: 0.4 } as const
export type Zoom = keyof typeof ZOOMS

export interface Move { bar: Bar; machine: string; from: number }
/** What lies under the pointer: a bar, or a time in which a machine stands or a worker is absent. */
export interface Hover { placed?: Placed; stop?: Stop; x: number; y: number }
export interface Handlers {
  hover(at: Hover | undefined): void
  pick(ids: string[], add: boolean): void
  move(moves: Move[]): void
  refuse(bar: Bar, machine: string): void
  zoom(px: number): void
  /** A bar has been taken: a question will follow. */
  take(): void
}

/** How long a finger rests on a bar to take it, and how far it may stray meanwhile. */
export const PRESS = 380
const STRAY = 9

interface Grip { placed: Placed; off: number; x: number; y: number; group: Placed[]; held?: Held }

/** The chart on its canvas: scrolls by the browser's own scrolling, zooms, finds, drags. What it shows is the scene. */
export class Chart {
  px = ZOOMS.shifts as number
  scene: Scene | undefined
  look: Look | undefined
  home = new Map<string, Bar>()
  editable = false
  /** Milliseconds that the last drawing and the first one took. */
  took = 0
  first = 0
  private raf = 0
  private grip: Grip | undefined
  private pan: { x: number; y: number; left: number; top: number; moved: boolean; select: boolean; to?: [number, number] } | undefined
  private pinch: { dist: number; px: number; x: number; y: number } | undefined
  private press: { timer: number; x: number; y: number } | undefined
  private size = { width: 0, height: 0 }
  private pointer = { x: 0, y: 0 }
  private swallow = false
  private off: (() => void)[] = []

  constructor(readonly box: HTMLElement, readonly pad: HTMLElement, readonly canvas: HTMLCanvasElement, readonly load: HTMLCanvasElement | null, readonly on: Handlers) {
    const listen = <K extends keyof HTMLElementEventMap>(name: K, fn: (e: HTMLElementEventMap[K]) => void, passive = true) => {
      box.addEventListener(name, fn, { passive })
      this.off.push(() => box.removeEventListener(name, fn))
    }
    listen('scroll', () => { this.on.hover(undefined); this.paint() })
    listen('wheel', (e) => {
      if (!e.ctrlKey && !e.metaKey) return
      e.preventDefault()
      this.zoomTo(this.px * Math.exp(-Math.max(-100, Math.min(100, e.deltaY)) / 240), this.local(e).x)
    }, false)
    listen('touchstart', (e) => this.touched(e))
    listen('touchmove', (e) => this.slid(e), false)
    listen('touchend', (e) => this.lifted(e), false)
    listen('touchcancel', () => { this.unpress(); this.pinch = undefined; this.cancel() })
    listen('contextmenu', (e) => { if (this.press || this.grip) e.preventDefault() }, false) // a long press is not a question for the browser's menu
    listen('pointerdown', (e) => this.down(e))
    listen('pointermove', (e) => this.moved(e))
    listen('pointerup', (e) => this.up(e))
    listen('pointercancel', (e) => { if (e.pointerType === 'mouse' || !this.grip) this.cancel() })
    listen('pointerleave', () => { if (!this.grip && !this.pan) this.on.hover(undefined) })
    listen('click', (e) => {
      if (this.swallow) { this.swallow = false; return }
      const p = this.find(this.local(e))
      const stop = p ? undefined : this.findStop(this.local(e)) // a finger has no other way to ask
      if (stop) this.on.hover({ stop, x: e.clientX, y: e.clientY })
      this.on.pick(p ? [p.bar.id] : [], e.shiftKey || e.ctrlKey || e.metaKey)
    })
    const see = new ResizeObserver(() => { this.measure(); this.drawNow() })
    see.observe(box)
    this.off.push(() => see.disconnect())
    this.measure()
  }

  destroy(): void {
    cancelAnimationFrame(this.raf)
    this.unpress()
    this.off.forEach((f) => f())
  }

  get left(): number { return this.size.width < 640 ? 96 : 184 }
  view(): View { return { ...this.size, left: this.left, x: this.box.scrollLeft, y: this.box.scrollTop, pxMs: this.px / HOUR } }

  private measure(): void {
    this.size = { width: this.box.clientWidth, height: this.box.clientHeight }
    for (const [el, h] of [[this.canvas, this.size.height], [this.load, this.load?.clientHeight ?? 0]] as const) {
      if (!el) continue
      const dpr = window.devicePixelRatio || 1
      el.style.width = `${this.size.width}px`
      if (el === this.canvas) el.style.height = `${h}px`
      if (el.width !== Math.round(this.size.width * dpr)) el.width = Math.round(this.size.width * dpr)
      if (el.height !== Math.round(h * dpr)) el.height = Math.round(h * dpr)
    }
    this.stretch()
  }
  private stretch(): void {
    const s = this.scene
    if (!s) return
    this.pad.style.width = `${Math.ceil(this.left + ((s.g.to_ms - s.g.from_ms) / HOUR) * this.px)}px`
    this.pad.style.height = `${HEAD + s.layout.height + 12}px`
  }

  set(scene: Scene, look: Look): void {
    this.scene = scene
    this.look = look
    this.stretch()
    if (this.first) this.paint()
    else { this.drawNow(); this.first = this.took }
  }
  /** Draws with the next frame, however often it is asked. */
  paint(): void { this.raf ||= requestAnimationFrame(() => this.drawNow()) }

  drawNow(): void {
    cancelAnimationFrame(this.raf)
    this.raf = 0
    const ctx = this.canvas.getContext('2d')
    if (!ctx || !this.scene || !this.look || this.size.width === 0) return
    const t = performance.now()
    const dpr = window.devicePixelRatio || 1
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0)
    const v = this.view()
    const b = this.pan?.select && this.pan.to ? this.pan : undefined
    draw(ctx, v, this.scene, this.look, this.grip?.held, b && [Math.min(b.x, b.to![0]), Math.min(b.y, b.to![1]), Math.abs(b.to![0] - b.x), Math.abs(b.to![1] - b.y)])
    const below = this.load?.getContext('2d')
    if (below && this.load && this.load.clientHeight > 0) {
      below.setTransform(dpr, 0, 0, dpr, 0, 0)
      drawLoad(below, { ...v, height: this.load.clientHeight }, this.scene, this.look)
    }
    this.took = performance.now() - t
    if (this.grip?.held) this.edge()
  }

  zoomTo(px: number, x = this.size.width / 2): void {
    const s = this.scene
    if (!s) return
    const at = timeAt(s, this.view(), Math.max(x, this.left))
    this.px = Math.max(MIN_PX, Math.min(MAX_PX, px))
    this.stretch()
    this.box.scrollLeft = ((at - s.g.from_ms) / HOUR) * this.px - (Math.max(x, this.left) - this.left)
    this.on.zoom(this.px)
    this.paint()
  }
  /** Brings a moment to a third of the width. */
  jump(ms: number): void {
    if (!this.scene) return
    this.box.scrollLeft = ((ms - this.scene.g.from_ms) / HOUR) * this.px - (this.size.width - this.left) / 4
    this.paint()
  }
  /** Brings a bar into sight. */
  show(id: string): void {
    const p = this.scene?.layout.places.get(id)
    if (!p || !this.scene) return
    const v = this.view()
    const x = xOf(this.scene, v, p.bar.start_ms)
    if (x < v.left + 8 || x > v.width - 60) this.jump(p.bar.start_ms)
    const y = p.row.y - v.y
    if (y < 0 || y + p.row.h > v.height - HEAD - 12) this.box.scrollTop = p.row.y - (v.height - HEAD) / 2
    this.paint()
  }
  /** Where a bar is drawn, in the window's pixels. */
  rect(id: string): { x: number; y: number; width: number; height: number } | undefined {
    const p = this.scene?.layout.places.get(id)
    if (!p || !this.scene) return undefined
    const v = this.view()
    const r = this.box.getBoundingClientRect()
    return { x: r.left + xOf(this.scene, v, p.bar.start_ms), y: r.top + HEAD + p.row.y - v.y + 2 + p.lane * 28, width: (p.bar.end_ms - p.bar.start_ms) * v.pxMs, height: 24 }
  }

  private local(e: { clientX: number; clientY: number }): { x: number; y: number } {
    const r = this.box.getBoundingClientRect()
    return { x: e.clientX - r.left, y: e.clientY - r.top }
  }
  find(at: { x: number; y: number }): Placed | undefined {
    const s = this.scene
    const v = this.view()
    if (!s || at.x < v.left || at.y < HEAD) return undefined
    const y = at.y - HEAD + v.y
    return barAt(rowAt(s.layout.rows, y), y, timeAt(s, v, at.x), 3 / v.pxMs)
  }

  findStop(at: { x: number; y: number }): Stop | undefined {
    const s = this.scene
    const v = this.view()
    if (!s || at.x < v.left || at.y < HEAD) return undefined
    const row = rowAt(s.layout.rows, at.y - HEAD + v.y)
    const ms = timeAt(s, v, at.x)
    return row && stopsAt(s, row).find((x) => x.from <= ms && x.to > ms)
  }

  private grab(p: Placed, at: { x: number; y: number }): void {
    const sel = this.scene!.sel
    const group = sel.has(p.bar.id) ? [...sel].filter((id) => id !== p.bar.id).map((id) => this.scene!.layout.places.get(id)).filter((x): x is Placed => !!x && movable(x.bar)) : []
    this.grip = { placed: p, off: timeAt(this.scene!, this.view(), at.x) - p.bar.start_ms, x: at.x, y: at.y, group }
  }

  // Fingers: one pans, which is the browser's own scrolling; resting on a bar it takes it; two pan and zoom.
  private touched(e: TouchEvent): void {
    this.unpress()
    const d = spread(e)
    if (d) { // whatever one finger held, two let go of
      if (this.grip) this.cancel()
      this.pinch = { ...d, px: this.px }
      return
    }
    const finger = e.touches[0]
    if (!finger || !this.scene || !this.editable) return
    const at = this.local(finger)
    const p = this.find(at)
    if (!p || !movable(p.bar)) return
    this.press = { ...at, timer: window.setTimeout(() => {
      this.press = undefined
      this.on.hover(undefined)
      this.grab(p, at)
      this.pointer = at
      this.on.take()
      try { navigator.vibrate?.(15) } catch { /* it cannot be felt */ }
      this.place()
      this.paint()
    }, PRESS) }
  }
  private slid(e: TouchEvent): void {
    const d = spread(e)
    if (d && this.pinch) {
      e.preventDefault()
      this.box.scrollLeft -= d.x - this.pinch.x
      this.box.scrollTop -= d.y - this.pinch.y
      this.zoomTo(this.pinch.px * (d.dist / this.pinch.dist), d.x - this.box.getBoundingClientRect().left)
      this.pinch = { ...this.pinch, x: d.x, y: d.y }
      return
    }
    const finger = e.touches[0]
    if (!finger) return
    const at = this.local(finger)
    if (this.press && Math.hypot(at.x - this.press.x, at.y - this.press.y) > STRAY) this.unpress() // it scrolls
    if (!this.grip?.held) return
    e.preventDefault()
    this.pointer = at
    this.place()
    this.paint()
  }
  private lifted(e: TouchEvent): void {
    this.unpress()
    if (e.touches.length < 2) this.pinch = undefined
    if (!this.grip?.held || e.touches.length > 0) return
    e.preventDefault() // no click follows
    this.drop(false)
  }
  private unpress(): void {
    if (this.press) clearTimeout(this.press.timer)
    this.press = undefined
  }

  private down(e: PointerEvent): void {
    this.swallow = false
    if (e.pointerType !== 'mouse' || e.button !== 0 || !this.scene) return
    const at = this.local(e)
    if (at.x > this.box.clientWidth || at.y > this.box.clientHeight || at.x < this.left) return // scroll bars and names
    const p = this.find(at)
    if (p && this.editable && !e.shiftKey && movable(p.bar)) this.grab(p, at)
    else if (!p) this.pan = { x: at.x, y: at.y, left: this.box.scrollLeft, top: this.box.scrollTop, moved: false, select: e.shiftKey }
  }

  private moved(e: PointerEvent): void {
    if (e.pointerType !== 'mouse') return // fingers are heard of by their own events
    const at = this.local(e)
    this.pointer = at
    if (this.grip) {
      if (!this.grip.held && Math.hypot(at.x - this.grip.x, at.y - this.grip.y) < 4) return
      if (!this.grip.held) { this.on.hover(undefined); this.on.take(); this.hold(e) }
      this.place()
      this.paint()
      return
    }
    if (this.pan) {
      if (!this.pan.moved && Math.hypot(at.x - this.pan.x, at.y - this.pan.y) < 4) return
      if (!this.pan.moved) this.hold(e)
      this.pan.moved = true
      if (this.pan.select) { this.pan.to = [at.x, at.y]; this.paint() } else this.box.scrollTo(this.pan.left - at.x + this.pan.x, this.pan.top - at.y + this.pan.y)
      return
    }
    const p = this.find(at)
    this.box.style.cursor = p ? (this.editable && movable(p.bar) ? 'grab' : 'pointer') : ''
    const stop = p ? undefined : this.findStop(at)
    this.on.hover(p || stop ? { placed: p, stop, x: e.clientX, y: e.clientY } : undefined)
  }
  private hold(e: PointerEvent): void {
    try { this.box.setPointerCapture(e.pointerId) } catch { /* it is gone already */ }
    this.box.style.cursor = 'grabbing'
  }

  /** Snaps what is held to the marks and to working hours, and sees whether its row can do it. */
  private place(): void {
    const s = this.scene
    const g = this.grip
    if (!s || !g) return
    const bar = g.placed.bar
    const v = this.view()
    const under = s.by === 'machine' ? rowAt(s.layout.rows, this.pointer.y - HEAD + v.y) : g.placed.row
    const row = under?.kind === 'row' ? under : (g.held?.row ?? g.placed.row)
    const lane = s.by === 'machine' ? row.lane : s.layout.machines.get(bar.machine)?.lane
    const ok = s.by !== 'machine' || row === g.placed.row || canDo(this.home, bar, row.lane)
    const snap = (this.px >= 96 ? 5 : this.px >= 16 ? 15 : this.px >= 4 ? 60 : 240) * 60_000
    let ms = Math.max(s.now, Math.round((timeAt(s, v, this.pointer.x) - g.off) / snap) * snap)
    if (Math.abs(ms - bar.start_ms) < snap / 2 && row === g.placed.row) ms = bar.start_ms
    else if (s.by === 'machine') ms = nextWork(s.g, lane, s.stops.get(lane?.machine ?? '') ?? [], ms)
    const by = ms - bar.start_ms
    g.held = { placed: g.placed, start: ms, row, ok, others: g.group.map((p) => ({ placed: p, start: Math.max(s.now, p.bar.start_ms + by) })) }
    this.box.style.cursor = ok ? 'grabbing' : 'not-allowed'
  }
  /** Rolls on while something is held at the edge. */
  private edge(): void {
    const { x, y } = this.pointer
    const dx = x > this.size.width - 36 ? 14 : x < this.left + 24 ? -14 : 0
    const dy = y > this.size.height - 28 ? 8 : y < HEAD + 14 ? -8 : 0
    if (!dx && !dy) return
    const was = [this.box.scrollLeft, this.box.scrollTop]
    this.box.scrollBy(dx, dy)
    if (was[0] !== this.box.scrollLeft || was[1] !== this.box.scrollTop) { this.place(); this.paint() }
  }

  private up(e: PointerEvent): void {
    if (e.pointerType === 'mouse') this.drop(e.ctrlKey || e.metaKey)
  }
  private drop(add: boolean): void {
    const { grip, pan } = this
    this.cancel()
    if (grip?.held) {
      this.swallow = true
      const { held } = grip
      if (!held.ok) { this.on.refuse(grip.placed.bar, held.row.title); return }
      const machine = this.scene?.by === 'machine' ? (held.row.lane?.machine ?? grip.placed.bar.machine) : grip.placed.bar.machine
      if (held.start === grip.placed.bar.start_ms && machine === grip.placed.bar.machine) return
      this.on.move([{ bar: grip.placed.bar, machine, from: held.start }, ...held.others.map((o) => ({ bar: o.placed.bar, machine: o.placed.bar.machine, from: o.start }))])
    } else if (pan?.moved) {
      this.swallow = true
      if (pan.select && pan.to && this.scene) this.on.pick(this.inside(pan.x, pan.y, ...pan.to), add)
    }
  }
  private inside(x1: number, y1: number, x2: number, y2: number): string[] {
    const s = this.scene!
    const v = this.view()
    const [a, b] = [timeAt(s, v, Math.min(x1, x2)), timeAt(s, v, Math.max(x1, x2))]
    const [t, l] = [Math.min(y1, y2) - HEAD + v.y, Math.max(y1, y2) - HEAD + v.y]
    const out: string[] = []
    for (let i = firstRow(s.layout.rows, t); i < s.layout.rows.length && s.layout.rows[i]!.y < l; i++) {
      const r = s.layout.rows[i]!
      for (let k = firstBar(r, a); k < r.bars.length && r.bars[k]!.bar.start_ms < b; k++) if (r.bars[k]!.bar.end_ms > a) out.push(r.bars[k]!.bar.id)
    }
    return out
  }
  /** Lets go of what is held, as if it had never been taken; true when something was held. */
  cancel(): boolean {
    const had = !!this.grip?.held
    this.grip = this.pan = undefined
    this.box.style.cursor = ''
    this.paint()
    return had
  }

  /** The bar beside a bar: before and after it on its row, nearest in time on the rows above and below. */
  beside(id: string | undefined, key: string): string | undefined {
    const s = this.scene
    if (!s) return undefined
    const p = id ? s.layout.places.get(id) : undefined
    if (!p) { // the first in sight
      const v = this.view()
      for (let i = firstRow(s.layout.rows, v.y); i < s.layout.rows.length; i++) {
        const r = s.layout.rows[i]!
        const b = r.bars[firstBar(r, timeAt(s, v, v.left))] ?? r.bars[0]
        if (b) return b.bar.id
      }
      return undefined
    }
    const list = p.row.bars
    const i = list.indexOf(p)
    if (key === 'ArrowLeft') return list[i - 1]?.bar.id
    if (key === 'ArrowRight') return list[i + 1]?.bar.id
    const step = key === 'ArrowUp' ? -1 : 1
    for (let n = s.layout.rows.indexOf(p.row) + step; n >= 0 && n < s.layout.rows.length; n += step) {
      const near = nearest(s.layout.rows[n]!, p.bar.start_ms)
      if (near) return near
    }
    return undefined
  }
  /** The machine above or below that can do a bar's operation too. */
  other(bar: Bar, step: 1 | -1): string | undefined {
    const rows = this.scene?.layout.rows ?? []
    const own = this.scene?.layout.machines.get(bar.machine)
    for (let n = (own ? rows.indexOf(own) : -1) + step; n >= 0 && n < rows.length; n += step) if (canDo(this.home, bar, rows[n]!.lane)) return rows[n]!.lane!.machine
    return undefined
  }
}

function nearest(row: Row, ms: number): string | undefined {
  let best: Bar | undefined
  for (const p of row.bars) if (!best || Math.abs(p.bar.start_ms - ms) < Math.abs(best.start_ms - ms)) best = p.bar
  return best?.id
}
function spread(e: TouchEvent): { dist: number; x: number; y: number } | undefined {
  const [a, b] = [e.touches[0], e.touches[1]]
  return a && b ? { dist: Math.max(20, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)), x: (a.clientX + b.clientX) / 2, y: (a.clientY + b.clientY) / 2 } : undefined
}
