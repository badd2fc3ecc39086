import { useEffect, useRef, useState, type PointerEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { addDays, daysBetween } from '@/kit/dates'
import { cmp, format } from '@/kit/num'
import { axis, marks, points, steps } from './chart'
import { shortDay, type Bucket } from './plan'

const H = 250
const PAD = { l: 52, r: 14, t: 14, b: 26 }

/** Projected stock as steps over time: with the plan, without it, the safety line, and where it would be short. */
export function StockChart({ days, safety, today, uom }: { days: Bucket[]; safety: string; today: string; uom: string }) {
  const { t } = useTranslation('planning')
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [at, setAt] = useState<number | undefined>()
  const [bare, setBare] = useState(true) // also without the plan, which goes deep
  useEffect(() => {
    const el = box.current
    if (!el) return
    const watch = new ResizeObserver(() => setWidth(el.clientWidth))
    watch.observe(el)
    setWidth(el.clientWidth)
    return () => watch.disconnect()
  }, [])
  const first = days[0]?.day ?? today
  const from = first < today ? first : today
  const last = days[days.length - 1]?.day ?? today
  const to = addDays(last, Math.max(3, Math.round(daysBetween(from, last) / 20)))
  const y = axis([...days.flatMap((b) => (bare ? [b.left, b.without] : [b.left])), safety])
  const px = (day: string) => PAD.l + (daysBetween(from, day) / Math.max(1, daysBetween(from, to))) * Math.max(10, width - PAD.l - PAD.r)
  const py = (v: number) => PAD.t + (1 - (v - y.lo) / (y.hi - y.lo)) * (H - PAD.t - PAD.b)
  const all = points(days)
  const end = px(to)
  const left = steps(all.map((p) => ({ x: px(p.day), y: py(p.left) })), end)
  const without = steps(all.map((p) => ({ x: px(p.day), y: py(p.without) })), end)
  const zero = py(0)
  const close = (d: string) => (d ? `${d}V${zero}H${px(first)}Z` : '')
  const move = (e: PointerEvent) => {
    const x = e.clientX - (box.current?.getBoundingClientRect().left ?? 0)
    let best: number | undefined
    days.forEach((b, i) => { if (px(b.day) <= x + 3) best = i })
    setAt(best)
  }
  const b = at === undefined ? undefined : days[at]
  const tip = b ? Math.min(Math.max(px(b.day) + 10, 8), Math.max(8, width - 190)) : 0
  return (
    <div className="pn-chart" ref={box} onPointerMove={move} onPointerDown={move} onPointerLeave={() => setAt(undefined)}>
      <div className="pn-legend"><span className="pn-l-left">{t('chart.left')}</span><button type="button" className="pn-l-without" aria-pressed={bare} title={t('chart.toggle')} onClick={() => setBare(!bare)}>{t('chart.without')}</button>{cmp(safety, '0') > 0 && <span className="pn-l-safety">{t('chart.safety', { n: format(safety) })}</span>}</div>
      {width > 0 && (
        <svg width={width} height={H} role="img" aria-label={t('chart.label')}>
          <defs><clipPath id="pn-below"><rect x={PAD.l} y={zero} width={Math.max(0, width - PAD.l - PAD.r)} height={Math.max(0, H - PAD.b - zero)} /></clipPath></defs>
          {y.ticks.map((v) => <g key={v}><line className={v === 0 ? 'pn-zero' : 'pn-gridline'} x1={PAD.l} x2={width - PAD.r} y1={py(v)} y2={py(v)} /><text x={PAD.l - 8} y={py(v) + 4} textAnchor="end">{format(String(v))}</text></g>)}
          {marks(from, to, Math.floor(width / 74)).filter((d) => px(d) < width - 18).map((d) => <g key={d}><line className="pn-gridline" x1={px(d)} x2={px(d)} y1={H - PAD.b} y2={H - PAD.b + 4} /><text x={px(d)} y={H - 6} textAnchor="middle">{shortDay(d, today)}</text></g>)}
          <path className="pn-area" d={close(left)} />
          {bare && <path className="pn-short" d={close(without)} clipPath="url(#pn-below)" />}
          {bare && <path className="pn-without" d={without} />}
          <path className="pn-left" d={left} />
          {cmp(safety, '0') > 0 && <line className="pn-safety" x1={PAD.l} x2={width - PAD.r} y1={py(parseFloat(safety))} y2={py(parseFloat(safety))} />}
          <line className="pn-today" x1={px(today)} x2={px(today)} y1={PAD.t - 6} y2={H - PAD.b} />
          {b && <g className="pn-cursor"><line x1={px(b.day)} x2={px(b.day)} y1={PAD.t} y2={H - PAD.b} /><circle cx={px(b.day)} cy={py(parseFloat(b.left))} r="4" /></g>}
        </svg>
      )}
      {b && (
        <dl className="pn-tip num" style={{ left: tip }}>
          <b>{b.day}</b>
          {cmp(b.needed, '0') !== 0 && <div><dt>{t('f.needed')}</dt><dd>−{format(b.needed)}</dd></div>}
          {cmp(b.coming, '0') !== 0 && <div><dt>{t('f.coming')}</dt><dd>+{format(b.coming)}</dd></div>}
          {cmp(b.planned, '0') !== 0 && <div><dt>{t('f.planned')}</dt><dd>+{format(b.planned)}</dd></div>}
          <div className="pn-tip-sum"><dt>{t('f.left')}</dt><dd>{format(b.left)} {uom}</dd></div>
          <div className={cmp(b.without, '0') < 0 ? 'kw-late' : undefined}><dt>{t('f.without')}</dt><dd>{format(b.without)}</dd></div>
        </dl>
      )}
    </div>
  )
}
