import { useTranslation } from 'react-i18next'
import { ListPage, type Column } from '@/kit/crud'
import type { Row } from '@/api/types'

type Pick = Row<'/api/v1/sales/picks'>
const STATUSES = ['open', 'picked', 'cancelled'] as const
const columns: Column<Pick>[] = [
  { key: 'number', type: 'link', label: 'f.pick' }, { key: 'status', type: 'status', options: STATUSES }, { key: 'orders', label: 'menu.orders' }, { key: 'stops', type: 'number' }, { key: 'left', type: 'number' }, { key: 'made_ms', type: 'instant' }, { key: 'made_by' },
]
const open = (p: Pick) => `/sales/picks/${encodeURIComponent(p.number)}`
const tabs = { col: 'status', values: STATUSES }
const sort = ['-made_ms']

export default function PicksPage() {
  const { t } = useTranslation('sales')
  return <ListPage path="/api/v1/sales/picks" ns="sales" columns={columns} open={open} sort={sort} tabs={tabs} empty={<div className="kw-none"><b>{t('pick.none')}</b><span>{t('pick.noneText')}</span></div>} />
}
