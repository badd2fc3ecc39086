import { DownloadOutlined } from '@ant-design/icons'
import { App, Button, Segmented } from 'antd'
import { useEffect, useRef, useState, type PointerEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { download } from '@/api/client'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import { Card } from '@/kit/crud'
import { addDays, dayOf, showInstant, startOf, today } from '@/kit/dates'
import { save } from '@/kit/files'
import { workOrderUrl } from '@/kit/links'
import { format } from '@/kit/num'
import { heights, nearest, steps, type Series } from './readings'
import './runchart.css'

const W = 320
const H = 84
const SPANS = ['all', '30', '90', '365'] as const
type Span = (typeof SPANS)[number]
const keyOf = (s: Pick<Series, 'op' | 'name' | 'unit'>) => `${s.op}|${s.name}|${s.unit}`
const limitsOf = (s: Series) => (s.lower !== undefined || s.upper !== undefined ? `${s.lower === undefined ? '' : format(s.lower)} – ${s.upper === undefined ? '' : format(s.upper)}` : '–')

/** One parameter over time, small: which one is drawn large. */
function Spark({ s, chosen, onClick }: { s: Series; chosen: boolean; onClick: () => void }) {
  const { t } = useTranslation('production')
  const { y } = heights(s)
  const x = (i: number) => (s.points.length === 1 ? W / 2 : 6 + (i / (s.points.length - 1)) * (W - 12))
  const py = (v: string) => y(v) * H
  return (
    <button type="button" className="pr-spark" aria-pressed={chosen} onClick={onClick}>
      <span><b>{s.op} {s.op_name} · {s.name}</b> <span className="kw-dim">{s.unit}</span></span>
      <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={t('reading.chart', { name: s.name })}>
        {s.upper !== undefined && <line className="pr-limit" x1={0} x2={W} y1={py(s.upper)} y2={py(s.upper)} />}
        {s.lower !== undefined && <line className="pr-limit" x1={0} x2={W} y1={py(s.lower)} y2={py(s.lower)} />}
        <path d={s.points.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${py(p.value).toFixed(1)}`).join('')} />
        {s.points.map((p, i) => p.outside && <circle key={i} cx={x(i)} cy={py(p.value)} r={4} className="pr-out" />)}
      </svg>
      <small className="kw-dim num">{t('reading.n')} {s.n}{s.outside > 0 && <span className="kw-late"> · {t('reading.beyond', { n: s.outside })}</span>}</small>
    </button>
  )
}

const TALL = 260
const LEFT = 62
const PAD = 14

/** One parameter, reading after reading, over all orders: limits as they were, mean, and where an order ends. */
function Run({ s, more }: { s: Series; more: boolean }) {
  const { t } = useTranslation('production')
  const box = useRef<HTMLDivElement>(null)
  const [wide, setWide] = useState(800)
  const [at, setAt] = useState<number | undefined>()
  useEffect(() => {
    const el = box.current
    if (!el) return
    const look = new ResizeObserver(() => setWide(Math.max(el.clientWidth, 280)))
    look.observe(el)
    return () => look.disconnect()
  }, [])
  const { y, lo, hi } = heights({ ...s, points: s.points.flatMap((p) => [p, ...[p.lower, p.upper].filter((v) => v !== undefined).map((value) => ({ ...p, value }))]) })
  const n = s.points.length
  const x = (i: number) => (n === 1 ? (LEFT + wide - PAD) / 2 : LEFT + (i / (n - 1)) * (wide - LEFT - PAD))
  const py = (v: string) => 8 + y(v) * (TALL - 34)
  const line = (of: 'lower' | 'upper') => steps(s.points.map((p) => p[of])).map((run) => run.map(([i, v], k) => `${k === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${py(v).toFixed(1)}`).join('')).join('')
  const changes = s.points.map((p, i) => i > 0 && s.points[i - 1]!.order !== p.order && i).filter((i): i is number => i !== false)
  const point = at === undefined ? undefined : s.points[at]
  const follow = (e: PointerEvent<SVGSVGElement>) => setAt(nearest(e.clientX - e.currentTarget.getBoundingClientRect().left, n, x))
  const ticks = [...new Set([0, Math.floor((n - 1) / 2), n - 1])]
  return (
    <>
      <div ref={box}>
        <svg className="kw-chart" height={TALL} viewBox={`0 0 ${wide} ${TALL}`} role="img" aria-label={t('reading.chart', { name: s.name })} onPointerMove={follow} onPointerDown={follow}>
          {changes.length <= 60 && changes.map((i) => <line key={i} className="kw-change" x1={(x(i - 1) + x(i)) / 2} x2={(x(i - 1) + x(i)) / 2} y1={8} y2={TALL - 26} />)}
          <path className="kw-limit" d={line('upper')} /><path className="kw-limit" d={line('lower')} />
          {s.target !== undefined && <line className="kw-target" x1={LEFT} x2={wide - PAD} y1={py(s.target)} y2={py(s.target)} />}
          <line className="kw-mean" x1={LEFT} x2={wide - PAD} y1={py(s.mean)} y2={py(s.mean)} />
          {s.upper !== undefined && <text className="kw-limit" x={LEFT - 6} y={py(s.upper) + 4} textAnchor="end">{format(s.upper)}</text>}
          {s.lower !== undefined && <text className="kw-limit" x={LEFT - 6} y={py(s.lower) + 4} textAnchor="end">{format(s.lower)}</text>}
          {s.upper === undefined && s.lower === undefined && <><text x={LEFT - 6} y={14} textAnchor="end">{hi.toPrecision(4)}</text><text x={LEFT - 6} y={TALL - 28} textAnchor="end">{lo.toPrecision(4)}</text></>}
          <path d={s.points.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${py(p.value).toFixed(1)}`).join('')} />
          {s.points.map((p, i) => (p.outside || n <= 150 || i === at) && <circle key={i} cx={x(i)} cy={py(p.value)} r={i === at ? 5 : p.outside ? 4 : 2.5} className={[p.outside && 'kw-out', i === at && 'kw-at'].filter(Boolean).join(' ') || undefined} />)}
          {ticks.map((i, k) => <text key={i} x={x(i)} y={TALL - 8} textAnchor={n === 1 ? 'middle' : k === 0 ? 'start' : i === n - 1 ? 'end' : 'middle'}>{dayOf(s.points[i]!.at_ms)}</text>)}
        </svg>
      </div>
      <p className="kw-readout num">{point ? <>{showInstant(point.at_ms)} · <b className={point.outside ? 'kw-late' : undefined}>{format(point.value)} {s.unit}</b> · <Link to={workOrderUrl(point.order)}>{point.order}</Link>{point.piece ? ` · ${t('reading.piece')} ${point.piece}` : ''}{point.serial && ` · ${point.serial}`}{point.machine && ` · ${point.machine}`}</> : <span className="kw-dim">{t('reading.point')}</span>}</p>
      <dl>
        <div><dt>{t('reading.min')}</dt><dd className="num">{format(s.min)}</dd></div><div><dt>{t('reading.mean')}</dt><dd className="num">{format(s.mean)}</dd></div><div><dt>{t('reading.max')}</dt><dd className="num">{format(s.max)}</dd></div>
        <div><dt>{t('reading.limits')}</dt><dd className="num">{limitsOf(s)}</dd></div>{s.target !== undefined && <div><dt>{t('reading.target')}</dt><dd className="num">{format(s.target)}</dd></div>}
        <div><dt>{t('reading.n')}</dt><dd className="num">{s.n}{s.outside > 0 && <span className="kw-late"> · {t('reading.beyond', { n: s.outside })}</span>}</dd></div>
      </dl>
      {more && <p className="kw-dim">{t('reading.more')}</p>}
    </>
  )
}

/** The parameters of an order or an item over time; one of them large, over the days that are chosen, as CSV too. */
export function RunCharts({ order, item }: { order?: string; item?: string }) {
  const { t, ready } = useTranslation('production')
  const { message } = App.useApp()
  const [chosen, setChosen] = useState('')
  const [span, setSpan] = useState<Span>('all')
  const all = useGet('/api/v1/production/readings/series', { query: { order, item } }).data
  const pick = all?.series.find((s) => keyOf(s) === chosen) ?? all?.series[0]
  const from = span === 'all' ? undefined : addDays(today(), -parseInt(span, 10))
  const one = useGet('/api/v1/production/readings/series', { query: { order, item, op: pick?.op, name: pick?.name, from }, enabled: !!pick }).data
  if (!all || !ready) return null
  if (!pick) return item && !order ? <div className="kw-none"><b>{t('reading.none')}</b><span>{t('reading.noneText')}</span></div> : null
  const s = one?.series.find((x) => keyOf(x) === keyOf(pick))
  const csv = async () => {
    const filter = [order ? `order:eq:${order}` : `item:eq:${item}`, `op:eq:${pick.op}`, `name:eq:${pick.name}`, 'reversed:eq:false', ...(from ? [`happened_ms:ge:${startOf(from)}`] : [])]
    try { const f = await download('/api/v1/production/readings/export', { query: { format: 'csv', sort: 'happened_ms', filter } }); save(f.blob, f.name) } catch (err) { void message.error(messageOf(err)) }
  }
  return (
    <Card>
      {all.series.length > 1 && <div className="pr-sparks">{all.series.map((x) => <Spark key={keyOf(x)} s={x} chosen={x === pick} onClick={() => setChosen(keyOf(x))} />)}</div>}
      <section className="kw-run">
        <header>
          <b>{pick.op} {pick.op_name} · {pick.name}{pick.unit && ` (${pick.unit})`}</b><span className="kw-grow" />
          <Segmented size="small" value={span} onChange={setSpan} options={SPANS.map((v) => ({ value: v, label: t(`reading.span.${v}`) }))} />
          <Button size="small" icon={<DownloadOutlined />} onClick={() => void csv()}>CSV</Button>
        </header>
        {s ? <Run key={keyOf(s)} s={s} more={!!one?.more} /> : one && <div className="kw-none">{t('reading.noneThen')}</div>}
      </section>
    </Card>
  )
}
