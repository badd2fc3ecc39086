import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'
import { orderUrl, shipmentUrl } from './orders'

type Shipment = Row<'/api/v1/sales/shipments'>
const columns: Column<Shipment>[] = [
  { key: 'number', type: 'link', label: 'f.shipment' }, { key: 'status', type: 'status', options: ['shipped', 'reversed'] },
  { key: 'order', type: 'link', to: (s) => orderUrl(s.order) }, { key: 'customer' }, { key: 'carrier' }, { key: 'waybill' }, { key: 'cartons', type: 'number' },
  { key: 'shipped_ms', type: 'instant' }, { key: 'shipped_by' },
]
const open = (s: Shipment) => shipmentUrl(s.number)
const sort = ['-shipped_ms']
const tabs = { col: 'status', values: ['shipped', 'reversed'] }

export default function ShipmentsPage() {
  const { t } = useTranslation('sales')
  return <ListPage path="/api/v1/sales/shipments" ns="sales" columns={columns} open={open} sort={sort} tabs={tabs} searchHint={t('shipments.search')} empty={<div className="kw-none"><b>{t('shipments.none')}</b><span>{t('shipments.noneText')}</span></div>} />
}
