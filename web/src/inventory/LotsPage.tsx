import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'
import { lotUrl, partnerUrl, stockCardUrl } from '@/kit/links'

type Lot = Row<'/api/v1/inventory/lots'>
const columns: Column<Lot>[] = [
  { key: 'lot', type: 'link' }, { key: 'item', type: 'link', to: (l) => stockCardUrl(l.item) }, { key: 'name' }, { key: 'qty', type: 'qty', uom: 'uom', label: 'f.on_hand' }, { key: 'held', type: 'qty', uom: 'uom' },
  { key: 'received_on', type: 'date' }, { key: 'expires_on', type: 'date' }, { key: 'partner', type: 'link', to: (l) => (l.partner ? partnerUrl(l.partner) : undefined) }, { key: 'supplier_lot' }, { key: 'unit_cost', type: 'money', masked: true }, { key: 'created_ms', type: 'instant', hidden: true },
]
const open = (l: Lot) => lotUrl(l.item, l.lot)
const id = (l: Lot) => `${l.item}|${l.lot}`
const sort = ['-created_ms']
const filters = [{ col: 'qty', op: 'gt' as const, value: '0' }]

export default function LotsPage() {
  const { t } = useTranslation('inventory')
  return <ListPage path="/api/v1/inventory/lots" ns="inventory" columns={columns} open={open} idOf={id} sort={sort} filters={filters} searchHint={t('lots.search')} empty={<div className="kw-none"><b>{t('lots.none')}</b><span>{t('stock.noneText')}</span></div>} />
}
