import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Row } from '@/api/types'
import { Card, ListPage, SubList, type Column } from '@/kit/crud'
import { showInstant } from '@/kit/dates'
import { format } from '@/kit/num'
import { orderUrl } from './orders'
import { heights, type Series } from './readings'
import './production.css'

type Reading = Row<'/api/v1/production/readings'>
const W = 320
const H = 84

const readingColumns: Column<Reading>[] = [
  { key: 'happened_ms', type: 'instant', label: 'reading.at' }, { key: 'op', type: 'number' }, { key: 'op_name' }, { key: 'name', label: 'reading.name' },
  { key: 'value', type: 'number', label: 'reading.value', render: (r) => <b className={r.outside && !r.reversed ? 'num kw-late' : r.reversed ? 'num pr-gone' : 'num'}>{format(r.value)}</b> }, { key: 'unit', label: 'reading.unit' },
  { key: 'lower', type: 'number', label: 'reading.lower' }, { key: 'target', type: 'number', label: 'reading.target', hidden: true }, { key: 'upper', type: 'number', label: 'reading.upper' }, { key: 'outside', type: 'bool', label: 'reading.outside' }, { key: 'reason', label: 'reading.reason' },
  { key: 'taken', type: 'enum', label: 'reading.taken', options: ['start', 'report'], words: 'reading.when' }, { key: 'worker' }, { key: 'machine' }, { key: 'reversed', type: 'bool', label: 'reading.reversed' },
]
const ofList: Column<Reading>[] = [{ key: 'order', type: 'link', label: 'f.number', to: (r) => orderUrl(r.order) }, { key: 'item' }, { key: 'item_name', label: 'f.name', hidden: true }]
const allColumns: Column<Reading>[] = [readingColumns[0]!, ...ofList, ...readingColumns.slice(1)]

/** One parameter over time, with its limits; values beyond them are red. */
function Spark({ s }: { s: Series }) {
  const { t } = useTranslation('production')
  const { y } = heights(s)
  const x = (i: number) => (s.points.length === 1 ? W / 2 : 6 + (i / (s.points.length - 1)) * (W - 12))
  const py = (v: string) => y(v) * H
  const path = s.points.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${py(p.value).toFixed(1)}`).join('')
  return (
    <figure className="pr-spark">
      <figcaption><b>{s.op} {s.op_name} · {s.name}</b> <span className="kw-dim">{s.unit}</span></figcaption>
      <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={t('reading.chart', { name: s.name })}>
        {s.upper !== undefined && <line className="pr-limit" x1={0} x2={W} y1={py(s.upper)} y2={py(s.upper)} />}
        {s.lower !== undefined && <line className="pr-limit" x1={0} x2={W} y1={py(s.lower)} y2={py(s.lower)} />}
        {s.target !== undefined && <line className="pr-target" x1={0} x2={W} y1={py(s.target)} y2={py(s.target)} />}
        <path d={path} />
        {s.points.map((p, i) => (p.outside || s.points.length < 60) && <circle key={i} cx={x(i)} cy={py(p.value)} r={p.outside ? 4 : 2.5} className={p.outside ? 'pr-out' : undefined}><title>{`${showInstant(p.at_ms)}  ${format(p.value)} ${s.unit}  ${p.order}`}</title></circle>)}
      </svg>
      <dl>
        <div><dt>{t('reading.min')}</dt><dd className="num">{format(s.min)}</dd></div><div><dt>{t('reading.mean')}</dt><dd className="num">{format(s.mean, 3)}</dd></div><div><dt>{t('reading.max')}</dt><dd className="num">{format(s.max)}</dd></div>
        <div><dt>{t('reading.limits')}</dt><dd className="num">{s.lower !== undefined || s.upper !== undefined ? `${s.lower === undefined ? '' : format(s.lower)} – ${s.upper === undefined ? '' : format(s.upper)}` : '–'}</dd></div>
        <div><dt>{t('reading.n')}</dt><dd className="num">{s.n}{s.outside > 0 && <span className="kw-late"> · {t('reading.beyond', { n: s.outside })}</span>}</dd></div>
      </dl>
    </figure>
  )
}

/** The parameters of an order or an item over time. */
function Sparks({ order, item }: { order?: string; item?: string }) {
  const { t } = useTranslation('production')
  const { data } = useGet('/api/v1/production/readings/series', { query: { order, item } })
  if (!data || data.series.length === 0) return null
  return <Card><div className="pr-sparks">{data.series.map((s) => <Spark key={`${s.op}|${s.name}|${s.unit}`} s={s} />)}</div>{data.more && <p className="kw-dim">{t('reading.more')}</p>}</Card>
}

/** What was measured at the operations of an order: drawn, and as a list. */
export function OrderReadings({ order }: { order: string }) {
  const { t } = useTranslation('production')
  return <><Sparks order={order} /><SubList path="/api/v1/production/readings" ns="production" columns={readingColumns} fixed={[{ col: 'order', op: 'eq', value: order }]} sort={['-happened_ms']} empty={<div className="kw-none">{t('reading.none')}</div>} /></>
}

const sort = ['-happened_ms']

/** Process parameters that were recorded, over all orders; drawn when the list is of one item or one order. */
export default function ReadingsPage() {
  const { t } = useTranslation('production')
  const [search] = useSearchParams()
  const of = (col: string) => search.getAll('filter').find((f) => f.startsWith(`${col}:eq:`))?.slice(col.length + 4)
  const [order, item] = [of('order'), of('item')]
  return <>{(order || item) && <Sparks order={order} item={order ? undefined : item} />}<ListPage path="/api/v1/production/readings" ns="production" columns={allColumns} sort={sort} searchHint={t('reading.search')} empty={<div className="kw-none"><b>{t('reading.none')}</b><span>{t('reading.noneText')}</span></div>} /></>
}
