import { useTranslation } from 'react-i18next'
import { ListPage, type Column } from '@/kit/crud'
import { orderUrl } from './orders'
import { decideColumn, SUB_STATES, subColumns, type Sub } from './Substitutes'

const columns: Column<Sub>[] = [{ key: 'order', type: 'link', label: 'f.number' }, decideColumn, { key: 'product' }, ...subColumns]
const open = (r: Sub) => orderUrl(r.order)
const tabs = { col: 'state', values: SUB_STATES, count: true, words: 'sub.state' }
const filters = [{ col: 'state', op: 'eq' as const, value: 'open' }]
const sort = ['-asked_ms']

/** Requests to use another item, over all work orders. */
export default function SubstitutesPage() {
  const { t } = useTranslation('production')
  return <ListPage path="/api/v1/production/substitutes" ns="production" columns={columns} open={open} sort={sort} tabs={tabs} filters={filters} live={['production.']} empty={<div className="kw-none"><b>{t('sub.none')}</b><span>{t('sub.noneText')}</span></div>} />
}
