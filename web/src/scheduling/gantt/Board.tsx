import { useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode, type Ref } from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { token, useTheme } from '@/app/theme'
import { Chip } from '@/kit/Chip'
import { showInstant, showTime } from '@/kit/dates'
import { format } from '@/kit/num'
import { toneOf } from '../slots'
import { span } from '../span'
import { Chart, ZOOMS, type Handlers, type Hover, type Move, type Zoom } from './chart'
import { draw, readColors, timeAt, type Look, type Scene } from './draw'
import { Legend } from './Legend'
import { movable, opText, type Bar } from './model'

export interface BoardHandle { zoom(by: number | Zoom): void; jump(ms: number): void; show(id: string): void; print(): void }
interface Props extends Omit<Handlers, 'hover' | 'zoom'> {
  scene: Scene
  home: Map<string, Bar>
  editable: boolean
  first: Zoom
  goTo: number
  onZoom: (z: Zoom) => void
  onPin: (pin: boolean) => void
  handle: Ref<BoardHandle>
  below?: ReactNode
}

const nearestZoom = (px: number): Zoom => (Object.keys(ZOOMS) as Zoom[]).reduce((a, b) => (Math.abs(Math.log(ZOOMS[b] / px)) < Math.abs(Math.log(ZOOMS[a] / px)) ? b : a))

/** The chart with its hover card and keys; the page around it owns what is chosen and what is changed. */
export function Board({ scene, home, editable, first, goTo, onZoom, onPin, handle, below, pick, move, refuse, take }: Props) {
  const { t, i18n } = useTranslation('scheduling')
  const theme = useTheme((s) => s.theme)
  const box = useRef<HTMLDivElement>(null)
  const pad = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const load = useRef<HTMLCanvasElement>(null)
  const chart = useRef<Chart | undefined>(undefined)
  const [hover, setHover] = useState<Hover | undefined>()
  const [printing, setPrinting] = useState<{ from: number; pxMs: number } | undefined>()
  const fns = useRef({ pick, move, refuse, take, onZoom })
  fns.current = { pick, move, refuse, take, onZoom }
  const look = useMemo<Look>(() => {
    const lang = i18n.language === 'en' ? 'en' : 'zh'
    const day = new Intl.DateTimeFormat(lang, { weekday: 'short', timeZone: 'UTC' })
    const month = new Intl.DateTimeFormat(lang, { year: 'numeric', month: 'short', timeZone: 'UTC' })
    const week = Array.from({ length: 7 }, (_, i) => day.format(Date.UTC(2026, 2, 2 + i)))
    return { theme, colors: readColors(token), font: token('font'), weekday: (w: number) => week[w - 1] ?? '', month: (d: string) => month.format(new Date(`${d}T12:00:00Z`)) } as Look
  }, [theme, i18n.language])

  useLayoutEffect(() => {
    const c = new Chart(box.current!, pad.current!, canvas.current!, load.current, {
      hover: setHover,
      pick: (ids, add) => fns.current.pick(ids, add),
      move: (m: Move[]) => fns.current.move(m),
      refuse: (b, m) => fns.current.refuse(b, m),
      take: () => fns.current.take(),
      zoom: (px) => fns.current.onZoom(nearestZoom(px)),
    })
    c.px = ZOOMS[first]
    chart.current = c
    Object.assign(box.current!, { chart: c }) // for measuring and for tests, which see no bars on a canvas
    return () => c.destroy()
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])
  useLayoutEffect(() => {
    const c = chart.current
    if (!c) return
    const fresh = !c.scene
    c.home = home
    c.editable = editable
    c.set(scene, look)
    if (fresh) c.jump(goTo)
  }, [scene, look, home, editable, goTo])

  const zoom = useCallback((by: number | Zoom) => chart.current?.zoomTo(typeof by === 'number' ? chart.current.px * by : ZOOMS[by]), [])
  useImperativeHandle(handle, () => ({
    zoom,
    jump: (ms) => chart.current?.jump(ms),
    show: (id) => chart.current?.show(id),
    print: () => { const c = chart.current; if (c?.scene) setPrinting({ from: timeAt(c.scene, c.view(), c.left), pxMs: (PAGE.width - c.left) / Math.max(1, (c.view().width - c.left) / c.view().pxMs) }) },
  }), [zoom])

  const keys = (e: KeyboardEvent) => {
    const c = chart.current
    if (!c) return
    const one = scene.sel.size === 1 ? [...scene.sel][0] : undefined
    const bar = one ? scene.layout.places.get(one)?.bar : undefined
    if (e.key === 'Escape') { if (!c.cancel()) pick([], false) } else if (e.key.startsWith('Arrow')) {
      e.preventDefault()
      if (e.altKey) {
        if (!bar || !editable || !movable(bar)) return
        if (e.key === 'ArrowLeft' || e.key === 'ArrowRight') move([{ bar, machine: bar.machine, from: Math.max(scene.now, bar.start_ms + (e.key === 'ArrowLeft' ? -15 : 15) * 60_000) }])
        else { const to = c.other(bar, e.key === 'ArrowUp' ? -1 : 1); if (to) move([{ bar, machine: to, from: bar.start_ms }]) }
        return
      }
      const next = c.beside(one, e.key)
      if (next) { pick([next], e.shiftKey); c.show(next) }
    } else if (e.key === 'p' || e.key === 'P') onPin(true)
    else if (e.key === 'Delete' || e.key === 'Backspace') onPin(false)
    else if (e.key === '+' || e.key === '=') zoom(1.4)
    else if (e.key === '-') zoom(1 / 1.4)
  }
  const b = hover?.placed?.bar
  const stop = hover?.stop
  return (
    <>
      <div className="ap-board" ref={box} tabIndex={0} role="application" aria-label={t('gantt.label')} onKeyDown={keys}>
        <div ref={pad}><canvas ref={canvas} /></div>
      </div>
      <div className="ap-loadbox">{below}<canvas ref={load} aria-hidden="true" /></div>
      {b && hover && (
        <div className="ap-tip" style={{ left: Math.min(hover.x + 14, window.innerWidth - 300), top: Math.min(hover.y + 16, window.innerHeight - 200) }}>
          <div><b className="num">{b.order}</b><Chip status={b.status} tone={toneOf(b)} /></div>
          <strong>{b.item_name}</strong>
          <p>{opText(b)} {b.name} · {b.machine} · {format(b.qty)}</p>
          <p className="num">{showInstant(b.start_ms).slice(5)} – {showTime(b.end_ms)} <small>({span(b.end_ms - b.start_ms, t)}{b.setup_ms > 0 && `, ${t('board.setup', { span: span(b.setup_ms, t) })}`})</small></p>
          {b.due_ms > 0 && <p>{t('f.due')} <span className={b.late_ms > 0 ? 'num kw-late' : 'num'}>{showInstant(b.due_ms - 1).slice(0, 10)}</span>{b.late_ms > 0 && <span className="kw-late"> · {t('board.late', { span: span(b.late_ms, t) })}</span>}</p>}
          {b.conflict && <p className="kw-late">{t('board.conflict')}</p>}
        </div>
      )}
      {stop && hover && (
        <div className="ap-tip ap-tip-stop" style={{ left: Math.min(hover.x + 14, window.innerWidth - 300), top: Math.min(hover.y + 16, window.innerHeight - 120) }}>
          <div><b>{stop.machine}</b><span>{t(`legend.${stop.kind}`)}</span></div>
          {stop.note && <strong>{stop.note}</strong>}
          <p className="num">{showInstant(stop.from).slice(5)} – {showInstant(stop.to).slice(5)}</p>
          {stop.tried && <p>{t('legend.tried')}</p>}
        </div>
      )}
      {printing && <Sheets scene={scene} look={look} at={printing} done={() => setPrinting(undefined)} />}
    </>
  )
}

const PAGE = { width: 1080, height: 700 }

/** The time in sight with all its rows, on as many sheets of landscape A4 as that takes. */
function Sheets({ scene, look, at, done }: { scene: Scene; look: Look; at: { from: number; pxMs: number }; done: () => void }) {
  const { t } = useTranslation('scheduling')
  const pages = useMemo(() => {
    const out: number[] = [0]
    for (const r of scene.layout.rows) if (r.y + r.h - out[out.length - 1]! > PAGE.height - 84) out.push(r.y)
    return out.slice(0, 40)
  }, [scene])
  const end = useRef(done)
  end.current = done
  useEffect(() => {
    const timer = setTimeout(() => { window.print(); end.current() }, 50)
    return () => clearTimeout(timer)
  }, [])
  const paint = (el: HTMLCanvasElement | null, y: number) => {
    const ctx = el?.getContext('2d')
    if (!ctx) return
    ctx.setTransform(2, 0, 0, 2, 0, 0)
    draw(ctx, { ...PAGE, left: 184, x: (at.from - scene.g.from_ms) * at.pxMs, y, pxMs: at.pxMs }, { ...scene, sel: new Set(), order: undefined, chain: [] }, look)
  }
  return createPortal(
    <div className="ap-sheets">{pages.map((y, i) => (
      <section key={y}><p>{t('menu.board')} · {showInstant(scene.now)} · {t('gantt.sheet', { n: i + 1, of: pages.length })}</p><Legend by={scene.by} /><canvas width={PAGE.width * 2} height={PAGE.height * 2} ref={(el) => paint(el, y)} /></section>
    ))}</div>,
    document.body,
  )
}
