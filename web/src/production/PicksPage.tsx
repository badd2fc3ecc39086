import { useTranslation } from 'react-i18next'
import { ListPage, type Column } from '@/kit/crud'
import type { Row } from '@/api/types'

type Pick = Row<'/api/v1/production/picks'>
const STATUSES = ['open', 'picked', 'short', 'cancelled'] as const
const columns: Column<Pick>[] = [
  { key: 'number', type: 'link', label: 'f.pick' }, { key: 'status', type: 'status', options: STATUSES }, { key: 'orders', label: 'menu.orders' }, { key: 'stops', type: 'number' }, { key: 'missing', type: 'number', label: 'f.missing_lines' }, { key: 'made_ms', type: 'instant' }, { key: 'made_by' },
]
export const pickUrl = (number: string) => `/production/picks/${encodeURIComponent(number)}`
const open = (p: Pick) => pickUrl(p.number)
const tabs = { col: 'status', values: STATUSES }
const sort = ['-made_ms']

export default function PicksPage() {
  const { t } = useTranslation('production')
  return <ListPage path="/api/v1/production/picks" ns="production" columns={columns} open={open} sort={sort} tabs={tabs} live={['production.']} empty={<div className="kw-none"><b>{t('pick.none')}</b><span>{t('pick.noneText')}</span></div>} />
}
