import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { ListPage } from '@/kit/crud'
import { allColumns, Sparks } from './Readings'
import './production.css'

const sort = ['-happened_ms']

/** Process parameters that were recorded, over all orders; drawn when the list is of one item or one order. */
export default function ReadingsPage() {
  const { t } = useTranslation('production')
  const [search] = useSearchParams()
  const of = (col: string) => search.getAll('filter').find((f) => f.startsWith(`${col}:eq:`))?.slice(col.length + 4)
  const [order, item] = [of('order'), of('item')]
  return <>{(order || item) && <Sparks order={order} item={order ? undefined : item} />}<ListPage path="/api/v1/production/readings" ns="production" columns={allColumns} sort={sort} searchHint={t('reading.search')} empty={<div className="kw-none"><b>{t('reading.none')}</b><span>{t('reading.noneText')}</span></div>} /></>
}
