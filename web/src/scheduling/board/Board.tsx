import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { token, useTheme } from '@/app/theme'
import { Chip } from '@/kit/Chip'
import { showInstant, showTime } from '@/kit/dates'
import { format } from '@/kit/num'
import { orderUrl, toneOf, type Slot } from '../slots'
import { span } from '../span'
import { draw, HEAD, readColors, type View } from './draw'
import { barAt, heightOf, rowAt, type BoardRow } from './layout'

/** Hours that are 100 pixels wide, and hours between two lines. */
export const ZOOMS = { hours: { px: 72, step: 1 }, shifts: { px: 24, step: 4 }, days: { px: 7, step: 24 } } as const
export type Zoom = keyof typeof ZOOMS
const HOUR = 3_600_000
const clock = () => Date.now()

/** The plan as bars on a canvas: scrolls, lights up an order's other steps, opens a work order. Read only. */
export function Board({ rows, from, to, zoom, q, jump }: { rows: BoardRow[]; from: number; to: number; zoom: Zoom; q: string; jump: number }) {
  const { t, i18n } = useTranslation('scheduling')
  const navigate = useNavigate()
  const theme = useTheme((s) => s.theme)
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  const [hover, setHover] = useState<{ slot: Slot; x: number; y: number } | undefined>()
  const left = size.width < 640 ? 104 : 176
  const { px, step } = ZOOMS[zoom]
  const pxMs = px / HOUR
  const wide = left + (to - from) * pxMs
  const high = HEAD + heightOf(rows) + 8
  const first = useMemo(() => Math.min(...rows.flatMap((r) => r.bars.map((b) => b.slot.start_ms)), Infinity), [rows])
  const look = useMemo(() => {
    const text = q.trim().toLowerCase()
    const day = new Intl.DateTimeFormat(i18n.language === 'en' ? 'en' : 'zh', { weekday: 'short', timeZone: 'UTC' })
    return {
      theme, // new colours when it changes
      colors: readColors(token), font: token('font'),
      weekday: (d: string) => day.format(new Date(`${d}T12:00:00Z`)), load: (n: number) => `${n}%`,
      match: text ? (s: Slot) => `${s.order} ${s.item} ${s.item_name} ${s.name}`.toLowerCase().includes(text) : undefined,
    }
  }, [theme, i18n.language, q])

  const view = useCallback((): View => ({ ...size, left, x: box.current?.scrollLeft ?? 0, y: box.current?.scrollTop ?? 0, pxMs, from, now: clock(), step }), [size, left, pxMs, from, step])
  const paint = useCallback(() => {
    const el = canvas.current
    const ctx = el?.getContext('2d')
    if (!el || !ctx || size.width === 0) return
    const dpr = window.devicePixelRatio || 1
    if (el.width !== size.width * dpr || el.height !== size.height * dpr) { el.width = size.width * dpr; el.height = size.height * dpr }
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0)
    draw(ctx, view(), rows, { ...look, hover: hover?.slot })
  }, [size, view, rows, look, hover])

  useLayoutEffect(() => {
    const el = box.current
    if (!el) return
    const see = new ResizeObserver(() => setSize({ width: el.clientWidth, height: el.clientHeight }))
    see.observe(el)
    return () => see.disconnect()
  }, [])
  useLayoutEffect(paint, [paint])
  useEffect(() => { // the red line moves
    const timer = setInterval(paint, 60_000)
    return () => clearInterval(timer)
  }, [paint])
  // To now, or to the first bar when the plan begins later.
  useLayoutEffect(() => {
    if (!box.current || size.width === 0) return
    const aim = Number.isFinite(first) ? Math.max(clock(), first) : clock()
    box.current.scrollLeft = Math.max(0, (aim - HOUR - from) * pxMs)
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [zoom, jump, size.width > 0, first])

  const find = (e: MouseEvent): Slot | undefined => {
    const r = canvas.current?.getBoundingClientRect()
    const v = view()
    if (!r) return undefined
    const x = e.clientX - r.left
    const y = e.clientY - r.top
    if (x < v.left || y < HEAD) return undefined
    const inside = y - HEAD + v.y
    return barAt(rowAt(rows, inside), inside, v.from + (x - v.left + v.x) / pxMs, 2 / pxMs)?.slot
  }
  const move = (e: MouseEvent) => {
    const slot = find(e)
    if (slot?.id === hover?.slot.id && !slot) return
    setHover(slot && { slot, x: e.clientX, y: e.clientY })
  }
  const h = hover?.slot
  return (
    <div className="ap-board" ref={box} tabIndex={0} aria-label={t('board.label')} onScroll={() => { setHover(undefined); paint() }} onMouseMove={move} onMouseLeave={() => setHover(undefined)} onClick={(e) => { const s = find(e); if (s) void navigate(orderUrl(s.order)) }} style={{ cursor: hover ? 'pointer' : undefined }}>
      <div style={{ width: wide, height: high }}>
        <canvas ref={canvas} style={{ width: size.width, height: size.height }} />
      </div>
      {h && hover && (
        <div className="ap-tip" style={{ left: Math.min(hover.x + 14, window.innerWidth - 300), top: Math.min(hover.y + 16, window.innerHeight - 190) }}>
          <div><b className="num">{h.order}</b><Chip status={h.status} tone={toneOf(h)} /></div>
          <strong>{h.item_name}</strong>
          <p>{h.op} {h.name} · {format(h.qty)}</p>
          <p className="num">{showInstant(h.start_ms)} – {showTime(h.end_ms)} <small>({span(h.end_ms - h.start_ms, t)}{h.setup_ms > 0 && `, ${t('board.setup', { span: span(h.setup_ms, t) })}`})</small></p>
          <p>{t('f.due')} <span className={h.late_ms > 0 ? 'num kw-late' : 'num'}>{h.due}</span>{h.late_ms > 0 && <span className="kw-late"> · {t('board.late', { span: span(h.late_ms, t) })}</span>}</p>
          {h.conflict && <p className="kw-late">{t('board.conflict')}</p>}
        </div>
      )}
    </div>
  )
}
