import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'
import { ListPage, type Column } from '@/kit/crud'
import { today } from '@/kit/dates'
import { format, isZero } from '@/kit/num'
import { SitePick, useSiteFilter } from '@/kit/SitePick'
import { NoPlan } from './NoPlan'
import { brief, netUrl, type Net } from './plan'

const KINDS = ['make', 'buy', 'subcontract', 'phantom', 'customer'] as const
const amount = (key: 'stock' | 'coming' | 'needed' | 'planned'): Column<Net> => ({ key, type: 'qty', render: (r) => (isZero(r[key]) ? <span className="num kw-dim">0</span> : <span className="num" title={format(r[key])}>{brief(r[key])}<span className="kw-uom">{r.uom}</span></span>) })
const columns: Column<Net>[] = [
  { key: 'item', type: 'link' }, { key: 'name' }, { key: 'kind', type: 'enum', options: KINDS, words: 'kind' },
  { key: 'short_on', type: 'date', render: (r) => (r.short_on ? <span className={r.short_on <= today() ? 'num kw-late' : 'num'}>{r.short_on}</span> : null) },
  amount('stock'), amount('coming'), amount('needed'), amount('planned'), { key: 'short', type: 'bool', hidden: true },
]
const sort = ['-short', 'short_on', 'item']

/** Every item with a need or a supply: what is short comes first. */
export default function ItemsPage() {
  const { t } = useTranslation('planning')
  const here = useSiteFilter()
  const runs = useGet('/api/v1/planning/runs', { query: { limit: 1, filter: ['live:eq:true'] } })
  if (runs.data && runs.data.items.length === 0) return <NoPlan />
  return <ListPage path="/api/v1/planning/items" ns="planning" columns={columns} open={netUrl} sort={sort} fixed={here} actions={<SitePick />} searchHint={t('items.search')} />
}
