import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'
import { ListPage, type Column } from '@/kit/crud'
import { today } from '@/kit/dates'
import { planItemUrl } from '@/kit/links'
import { NoPlan } from './NoPlan'
import type { Net } from './plan'

const KINDS = ['make', 'buy', 'subcontract', 'phantom', 'customer'] as const
const columns: Column<Net>[] = [
  { key: 'item', type: 'link' }, { key: 'name' }, { key: 'kind', type: 'enum', options: KINDS, words: 'kind' },
  { key: 'short_on', type: 'date', render: (r) => (r.short_on ? <span className={r.short_on <= today() ? 'num kw-late' : 'num'}>{r.short_on}</span> : null) },
  { key: 'stock', type: 'qty', uom: 'uom' }, { key: 'coming', type: 'qty', uom: 'uom' }, { key: 'needed', type: 'qty', uom: 'uom' }, { key: 'planned', type: 'qty', uom: 'uom' }, { key: 'short', type: 'bool', hidden: true },
]
const open = (r: Net) => planItemUrl(r.item)
const sort = ['-short', 'short_on', 'item']

/** Every item with a need or a supply: what is short comes first. */
export default function ItemsPage() {
  const { t } = useTranslation('planning')
  const runs = useGet('/api/v1/planning/runs', { query: { limit: 1, filter: ['live:eq:true'] } })
  if (runs.data && runs.data.items.length === 0) return <NoPlan />
  return <ListPage path="/api/v1/planning/items" ns="planning" columns={columns} open={open} sort={sort} searchHint={t('items.search')} />
}
