import { useTranslation } from 'react-i18next'
import { ListPage } from '@/kit/crud'
import { planItemUrl } from '@/kit/links'
import { SitePick, useSiteFilter } from '@/kit/SitePick'
import { swapColumns, type Swap } from './Swaps'
import './planning.css'

const open = (x: Swap) => `${planItemUrl(x.item)}?tab=swaps`
const sort = ['day', 'item']

/** Where the plan uses stock of one item instead of another. */
export default function SwapsPage() {
  const { t } = useTranslation('planning')
  return <ListPage path="/api/v1/planning/substitutes" ns="planning" columns={swapColumns} open={open} sort={sort} fixed={useSiteFilter()} actions={<SitePick />} live={['planning.']} empty={<div className="kw-none"><b>{t('swap.none')}</b><span>{t('swap.noneText')}</span></div>} />
}
