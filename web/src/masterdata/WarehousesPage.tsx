import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'
import { warehouseUrl } from '@/kit/links'

type Warehouse = Row<'/api/v1/masterdata/warehouses'>
const columns: Column<Warehouse>[] = [
  { key: 'code', type: 'link' }, { key: 'name' }, { key: 'kind', type: 'enum', options: ['normal', 'line', 'quarantine', 'customer_owned'], words: 'warehouse' }, { key: 'locations', type: 'number' }, { key: 'in_costing', type: 'bool' }, { key: 'site' },
  { key: 'status', type: 'status', options: ['active', 'inactive'], width: 90 },
]
const open = (w: Warehouse) => warehouseUrl(w.code)
const sort = ['code']

export default function WarehousesPage() {
  const { t } = useTranslation('masterdata')
  return <ListPage path="/api/v1/masterdata/warehouses" ns="masterdata" columns={columns} open={open} sort={sort} searchHint={t('search')} empty={<div className="kw-none"><b>{t('warehouses.none')}</b><span>{t('boms.noneText')}</span></div>} />
}
