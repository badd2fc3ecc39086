import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { Row } from '@/api/types'
import { RunCharts } from '@/app/RunCharts'
import { ListPage, SubList, type Column } from '@/kit/crud'
import { format } from '@/kit/num'
import { orderUrl } from './orders'
import './production.css'

type Reading = Row<'/api/v1/production/readings'>

const readingColumns: Column<Reading>[] = [
  { key: 'happened_ms', type: 'instant', label: 'reading.at' }, { key: 'op', type: 'number' }, { key: 'op_name' }, { key: 'name', label: 'reading.name' },
  { key: 'value', type: 'number', label: 'reading.value', render: (r) => <b className={r.outside && !r.reversed ? 'num kw-late' : r.reversed ? 'num pr-gone' : 'num'}>{format(r.value)}</b> }, { key: 'unit', label: 'reading.unit' },
  { key: 'lower', type: 'number', label: 'reading.lower' }, { key: 'target', type: 'number', label: 'reading.target', hidden: true }, { key: 'upper', type: 'number', label: 'reading.upper' }, { key: 'outside', type: 'bool', label: 'reading.outside' }, { key: 'reason', label: 'reading.reason' },
  { key: 'taken', type: 'enum', label: 'reading.taken', options: ['start', 'report', 'piece'], words: 'reading.when' }, { key: 'piece', type: 'number', label: 'reading.piece', render: (r) => (r.piece > 0 ? String(r.piece) : null) }, { key: 'serial', label: 'reading.serial' }, { key: 'beyond', type: 'enum', label: 'reading.did', options: ['warn', 'hold_op', 'hold_order'], words: 'reading.then' }, { key: 'worker' }, { key: 'machine' }, { key: 'reversed', type: 'bool', label: 'reading.reversed' },
]
const ofList: Column<Reading>[] = [{ key: 'order', type: 'link', label: 'f.number', to: (r) => orderUrl(r.order) }, { key: 'item' }, { key: 'item_name', label: 'f.name', hidden: true }]
const allColumns: Column<Reading>[] = [readingColumns[0]!, ...ofList, ...readingColumns.slice(1)]

/** What was measured at the operations of an order: drawn, and as a list. */
export function OrderReadings({ order }: { order: string }) {
  const { t } = useTranslation('production')
  return <><RunCharts order={order} /><SubList path="/api/v1/production/readings" ns="production" columns={readingColumns} fixed={[{ col: 'order', op: 'eq', value: order }]} sort={['-happened_ms']} empty={<div className="kw-none">{t('reading.none')}</div>} /></>
}

const sort = ['-happened_ms']

/** Process parameters that were recorded, over all orders; drawn when the list is of one item or one order. */
export default function ReadingsPage() {
  const { t } = useTranslation('production')
  const [search] = useSearchParams()
  const of = (col: string) => search.getAll('filter').find((f) => f.startsWith(`${col}:eq:`))?.slice(col.length + 4)
  const [order, item] = [of('order'), of('item')]
  return <>{(order || item) && <RunCharts order={order} item={order ? undefined : item} />}<ListPage path="/api/v1/production/readings" ns="production" columns={allColumns} sort={sort} searchHint={t('reading.search')} empty={<div className="kw-none"><b>{t('reading.none')}</b><span>{t('reading.noneText')}</span></div>} /></>
}
