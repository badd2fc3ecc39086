import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Body, Row } from '@/api/types'
import { FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { stockCardUrl, transferUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { items } from './boxes'

type Transfer = Row<'/api/v1/inventory/site-transfers'>
type New = NonNullable<Body<'post', '/api/v1/inventory/site-transfers'>>
export const STATUSES = ['open', 'on_the_way', 'received', 'closed'] as const
const columns: Column<Transfer>[] = [
  { key: 'number', type: 'link', to: (r) => transferUrl(r.number) }, { key: 'status', type: 'status', options: STATUSES, words: 'transferStatus' }, { key: 'from', label: 'f.from_site' }, { key: 'to', label: 'f.to_site' },
  { key: 'item', type: 'link', to: (r) => stockCardUrl(r.item) }, { key: 'name' }, { key: 'qty', type: 'qty', uom: 'uom', label: 'f.asked' }, { key: 'sent', type: 'qty' }, { key: 'in_transit', type: 'qty' }, { key: 'received', type: 'qty', label: 'f.arrived' }, { key: 'differs', type: 'qty', hidden: true },
  { key: 'ship_on', type: 'date' }, { key: 'due', type: 'date', label: 'f.due_there' }, { key: 'wanted_for' }, { key: 'made_ms', type: 'instant', hidden: true },
]
const sort = ['-made_ms', 'line']
const tabs = { col: 'status', values: STATUSES }
const site = { path: '/api/v1/masterdata/sites' as const }
const fields: Field<New>[] = [
  { key: 'from', type: 'entity', from: site, required: true, half: true, label: 'f.from_site' }, { key: 'to', type: 'entity', from: site, half: true, label: 'f.to_site' },
  { key: 'ship_on', type: 'date', half: true }, { key: 'due', type: 'date', required: true, half: true, label: 'f.due_there' },
  { key: 'lines', type: 'lines', fields: [{ key: 'item', type: 'entity', from: items, required: true }, { key: 'qty', type: 'qty', required: true, half: true }] as never }, { key: 'note' },
]

/** Goods that go from one site to another. */
export default function TransfersPage() {
  const { t } = useTranslation('inventory')
  const may = useMay()
  const navigate = useNavigate()
  const [making, setMaking] = useState(false)
  return (
    <>
      <ListPage path="/api/v1/inventory/site-transfers" ns="inventory" columns={columns} sort={sort} tabs={tabs} searchHint={t('transfers.search')} onOpen={(r) => void navigate(transferUrl(r.number))}
        actions={may('inventory.between') && <Button type="primary" onClick={() => setMaking(true)}>{t('transfers.new')}</Button>} empty={<div className="kw-none"><b>{t('transfers.none')}</b><span>{t('transfers.noneText')}</span></div>} />
      <FormDrawer ns="inventory" title={t('transfers.new')} method="post" path="/api/v1/inventory/site-transfers" fields={fields} open={making} onClose={() => setMaking(false)} onDone={(r) => void navigate(transferUrl(r.number))} />
    </>
  )
}
