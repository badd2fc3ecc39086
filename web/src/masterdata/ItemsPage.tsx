import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { FormDrawer, ListPage } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { columns, fields, type Item } from './items'

const pageOf = (i: Item) => `/masterdata/items/${encodeURIComponent(i.code)}`

export default function ItemsPage() {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  const mayAdd = may('masterdata.write')
  return (
    <>
      <ListPage
        path="/api/v1/masterdata/items" ns="masterdata" columns={columns} open={pageOf} sort={['code']} searchHint={t('items.search')}
        tabs={{ col: 'kind', values: ['make', 'buy', 'subcontract', 'phantom'] }}
        onNew={mayAdd ? () => setAdding(true) : undefined}
        actions={mayAdd && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('items.new')}</Button>}
      />
      <FormDrawer ns="masterdata" title={t('items.new')} method="post" path="/api/v1/masterdata/items" fields={fields} open={adding} onClose={() => setAdding(false)} serial onDone={(item) => void navigate(pageOf(item))} />
    </>
  )
}
