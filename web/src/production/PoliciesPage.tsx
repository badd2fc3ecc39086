import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Body, Row } from '@/api/types'
import { FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { itemUrl } from './orders'

type Policy = Row<'/api/v1/production/policies'>
const columns: Column<Policy>[] = [
  { key: 'item', type: 'link', to: (r) => itemUrl(r.item) }, { key: 'name' }, { key: 'policy', type: 'enum', options: ['block', 'allow', 'ask'], words: 'policy' }, { key: 'at_ms', type: 'instant' }, { key: 'actor', label: 'f.by' },
]
const fields: Field<NonNullable<Body<'post', '/api/v1/production/policies'>>>[] = [
  { key: 'item', type: 'entity', from: { path: '/api/v1/masterdata/items' }, required: true },
  { key: 'policy', type: 'select', options: ['block', 'ask', 'allow', 'default'], words: 'policy', required: true, help: 'production:policies.help' },
]
const sort = ['item']

/** Items that have their own answer to "the stock is short and the pieces are made". */
export default function PoliciesPage() {
  const { t } = useTranslation('production')
  const may = useMay()
  const [adding, setAdding] = useState(false)
  const add = may('production.policy') && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('policies.new')}</Button>
  return (
    <>
      <ListPage path="/api/v1/production/policies" ns="production" columns={columns} sort={sort} onNew={may('production.policy') ? () => setAdding(true) : undefined} actions={add} empty={<div className="kw-none"><b>{t('policies.none')}</b><span>{t('policies.noneText')}</span></div>} />
      <FormDrawer ns="production" title={t('policies.new')} method="post" path="/api/v1/production/policies" fields={fields} open={adding} onClose={() => setAdding(false)} initial={{ policy: 'ask' }} serial />
    </>
  )
}
