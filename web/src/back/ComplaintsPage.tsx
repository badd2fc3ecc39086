import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Body, Row } from '@/api/types'
import { FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { lotUrl, shipmentUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { complaintUrl, customers, filled, items } from './links'

type Complaint = Row<'/api/v1/sales/complaints'>
export const SEVERITIES = ['minor', 'major', 'critical'] as const
const STATUSES = ['open', 'judged', 'closed'] as const
const CAUSES = ['material', 'process', 'handling', 'none'] as const
const columns: Column<Complaint>[] = [
  { key: 'number', type: 'link', label: 'f.complaint' }, { key: 'status', type: 'status', options: STATUSES, words: 'cstatus', tone: (c) => (c.status === 'open' ? (c.severity === 'critical' ? 'red' : 'amber') : c.status === 'judged' ? 'blue' : 'slate') }, { key: 'severity', type: 'enum', options: SEVERITIES, words: 'severity' }, { key: 'customer' },
  { key: 'name' }, { key: 'symptom' }, { key: 'cause', type: 'enum', options: CAUSES, words: 'cause' }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'lot', type: 'link', to: (c) => (c.lot ? lotUrl(c.item, c.lot) : undefined) }, { key: 'serial' },
  { key: 'shipment', type: 'link', to: (c) => (c.shipment ? shipmentUrl(c.shipment) : undefined) }, { key: 'item', hidden: true }, { key: 'at_ms', type: 'instant' },
]
const fields: Field<NonNullable<Body<'post', '/api/v1/sales/complaints'>>>[] = [
  { key: 'code', help: 'back:help.code' }, { key: 'symptom', type: 'textarea', required: true }, { key: 'severity', type: 'select', options: SEVERITIES, words: 'severity', half: true, initial: 'major' }, { key: 'qty', type: 'qty', half: true, help: 'back:help.badQty' },
  { key: 'contact', half: true }, { key: 'customer', type: 'entity', from: customers, half: true, help: 'back:help.customer' }, { key: 'item', type: 'entity', from: items, half: true, help: 'back:help.item' }, { key: 'lot', half: true }, { key: 'serial', half: true }, { key: 'shipment', half: true },
]
const open = (c: Complaint) => complaintUrl(c.number)
const sort = ['-at_ms']
const tabs = { col: 'status', values: STATUSES, words: 'cstatus' }

/** What customers complain about. */
export default function ComplaintsPage() {
  const { t } = useTranslation('back')
  const may = useMay()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  const add = may('sales.complain')
  return (
    <>
      <ListPage path="/api/v1/sales/complaints" ns="back" columns={columns} open={open} sort={sort} tabs={tabs} live={['sales.']} searchHint={t('complaints.search')} onNew={add ? () => setAdding(true) : undefined}
        actions={add && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('complaints.new')}</Button>}
        empty={<div className="kw-none"><b>{t('complaints.none')}</b><span>{t('complaints.noneText')}</span></div>} />
      <FormDrawer ns="back" title={t('complaints.new')} method="post" path="/api/v1/sales/complaints" fields={fields} shape={filled} open={adding} onClose={() => setAdding(false)} said={(c) => t('complaints.made', { number: c.number })} onDone={(c) => void navigate(complaintUrl(c.number))} />
    </>
  )
}
