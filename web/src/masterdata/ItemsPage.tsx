import { PlusOutlined, UploadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { FormDrawer, ListPage } from '@/kit/crud'
import { CodeRulesButton, NextCode } from './CodeRules'
import { itemUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { columns, newFields, open } from './items'
import { MassChange } from './MassChange'
import { ExcelMenu } from './ListActions'

const tabs = { col: 'kind', values: ['make', 'buy', 'subcontract', 'phantom', 'customer'], count: true }
const sort = ['code']

export default function ItemsPage() {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  const mayAdd = may('masterdata.write')
  const add = <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('items.new')}</Button>
  return (
    <>
      <ListPage
        path="/api/v1/masterdata/items" ns="masterdata" columns={columns} open={open} sort={sort} searchHint={t('items.search')} tabs={tabs}
        onNew={mayAdd ? () => setAdding(true) : undefined}
        bulk={mayAdd ? (rows, clear) => <MassChange rows={rows} clear={clear} /> : undefined}
        actions={<><ExcelMenu lists={['items', 'uoms', 'planning']} />{mayAdd && <><CodeRulesButton />{add}</>}</>}
        empty={<div className="kw-none"><b>{t('items.none')}</b><span>{t('items.noneText')}</span>{may('masterdata.import') && <Button icon={<UploadOutlined />} onClick={() => void navigate('/masterdata/import')}>{t('items.import')}</Button>}{mayAdd && add}</div>}
      />
      <FormDrawer ns="masterdata" title={t('items.new')} method="post" path="/api/v1/masterdata/items" fields={newFields(may, <NextCode />)} open={adding} onClose={() => setAdding(false)} serial width={560} onDone={(item, stays) => { if (!stays) void navigate(itemUrl(item.code)) }} />
    </>
  )
}
