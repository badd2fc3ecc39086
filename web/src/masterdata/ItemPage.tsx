import { EditOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import { Card, DetailPage, Facts, FormDrawer, type Column } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { columns, fields, type Item } from './items'

const facts = columns.filter((c) => !['code', 'name', 'lead_days', 'safety_stock', 'standard_cost', 'purchase_price'].includes(c.key)).map((c) => (c.type === 'link' ? { ...c, type: 'text' as const } : c))
const planning: Column<Item>[] = [
  { key: 'lead_days', type: 'number' }, { key: 'safety_stock', type: 'qty', uom: 'uom' }, { key: 'min_lot', type: 'qty', uom: 'uom' },
  { key: 'lot_multiple', type: 'qty', uom: 'uom' }, { key: 'yield_pct', type: 'number' }, { key: 'shelf_life_days', type: 'number' },
]
const money: Column<Item>[] = [{ key: 'standard_cost', type: 'money', masked: true }, { key: 'purchase_price', type: 'money', masked: true }]

export default function ItemPage() {
  const { t } = useTranslation('masterdata')
  const { code = '' } = useParams()
  const may = useMay()
  const [editing, setEditing] = useState(false)
  const item = useGet('/api/v1/masterdata/items/{code}', { path: { code } })
  const it = item.data
  return (
    <DetailPage
      query={item} title={code} sub={it?.name} status={it?.status}
      actions={may('masterdata.write') && <Button icon={<EditOutlined />} onClick={() => setEditing(true)}>{t('item.edit')}</Button>}
      facts={it && <Facts ns="masterdata" columns={facts} row={it} />}
    >
      {it && (
        <>
          <FormDrawer ns="masterdata" title={t('items.edit')} method="put" path="/api/v1/masterdata/items/{code}" pathParams={{ code }} fields={fields.map((f) => (f.key === 'code' ? { ...f, readOnly: true } : f))} initial={it} open={editing} onClose={() => setEditing(false)} />
          <div className="kw-panels">
            <Card title={t('item.planning')}><Facts ns="masterdata" columns={planning} row={it} /></Card>
            {(it.standard_cost !== undefined || it.purchase_price !== undefined) && <Card title={t('item.money')}><Facts ns="masterdata" columns={money} row={it} /></Card>}
          </div>
        </>
      )}
    </DetailPage>
  )
}
