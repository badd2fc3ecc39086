import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Row } from '@/api/types'
import { FormDrawer, ListPage, type Column } from '@/kit/crud'
import { warehouseUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { ListActions } from './ListActions'
import { WAREHOUSE_KINDS, warehouseFields, withCode } from './resources'

type Warehouse = Row<'/api/v1/masterdata/warehouses'>
const columns: Column<Warehouse>[] = [
  { key: 'code', type: 'link' }, { key: 'name' }, { key: 'kind', type: 'enum', options: WAREHOUSE_KINDS, words: 'warehouse' }, { key: 'locations', type: 'number' }, { key: 'in_costing', type: 'bool' }, { key: 'site' },
  { key: 'status', type: 'status', options: ['active', 'inactive'], width: 90 },
]
const open = (w: Warehouse) => warehouseUrl(w.code)
const sort = ['code']

export default function WarehousesPage() {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  return (
    <>
      <ListPage path="/api/v1/masterdata/warehouses" ns="masterdata" columns={columns} open={open} sort={sort} searchHint={t('search')} actions={<ListActions lists={['warehouses', 'locations']} label={t('warehouses.new')} onNew={() => setAdding(true)} />} onNew={may('masterdata.write') ? () => setAdding(true) : undefined} empty={<div className="kw-none"><b>{t('warehouses.none')}</b><span>{t('edit.noneText')}</span></div>} />
      <FormDrawer ns="masterdata" title={t('warehouses.new')} method="post" path="/api/v1/masterdata/warehouses" fields={withCode(warehouseFields)} open={adding} onClose={() => setAdding(false)} serial onDone={(w, stays) => { if (!stays) void navigate(warehouseUrl(w.code)) }} />
    </>
  )
}
