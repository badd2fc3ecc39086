import { useTranslation } from 'react-i18next'
import { ListPage } from '@/kit/crud'
import { bomUrl } from '@/kit/links'
import { GENERAL_STATES, generalColumns, type General } from './GeneralSubs'

const open = (r: General) => `${bomUrl(r.product)}?tab=general`
const tabs = { col: 'state', values: GENERAL_STATES, count: true, words: 'gsub.state' }
const sort = ['-asked_ms']

/** Substitutes for all orders of a product: what waits for an answer, what holds. */
export default function GeneralSubsPage() {
  const { t } = useTranslation('masterdata')
  return <ListPage path="/api/v1/masterdata/substitutes" ns="masterdata" columns={generalColumns} open={open} sort={sort} tabs={tabs} live={['masterdata.']} empty={<div className="kw-none"><b>{t('gsub.none')}</b><span>{t('gsub.noneText')}</span></div>} />
}
