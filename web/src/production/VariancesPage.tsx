import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { ActButton, ListPage, type Column } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { itemUrl, orderUrl } from './orders'

type Owed = Row<'/api/v1/production/variances'>
const columns: Column<Owed>[] = [
  { key: 'opened_ms', type: 'instant' }, { key: 'order', type: 'link', label: 'f.number' }, { key: 'product' }, { key: 'item', type: 'link', to: (r) => itemUrl(r.item) }, { key: 'name' },
  { key: 'qty', type: 'qty', label: 'f.owed', uom: 'uom' }, { key: 'issue', type: 'enum', options: ['pick', 'backflush'], words: 'mat' },
]
const open = (r: Owed) => orderUrl(r.order)
const sort = ['opened_ms']

/** What reports owe because it was not there, over all work orders. */
export default function VariancesPage() {
  const { t } = useTranslation('production')
  const may = useMay()
  const settle = useSend('post', '/api/v1/production/variances/settle')
  return (
    <ListPage
      path="/api/v1/production/variances" ns="production" columns={columns} open={open} sort={sort} live={['inventory.']}
      actions={may('production.issue') && <ActButton type="primary" send={settle} input={{ body: {} }} done={t('owed.tried')}>{t('owed.settleAll')}</ActButton>}
      empty={<div className="kw-none"><b>{t('owed.none')}</b><span>{t('owed.noneText')}</span></div>}
    />
  )
}
