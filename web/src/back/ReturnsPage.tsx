import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'
import { salesOrderUrl, shipmentUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { complaintUrl, RETURN_TONES, returnUrl } from './links'
import { ReturnForm, WISHES } from './ReturnForm'

type Return = Row<'/api/v1/sales/returns'>
const STATUSES = ['expected', 'part_received', 'received', 'inspected', 'done', 'cancelled'] as const
const columns: Column<Return>[] = [
  { key: 'number', type: 'link', label: 'f.return' }, { key: 'status', type: 'status', options: STATUSES, words: 'rstatus', tone: (r) => RETURN_TONES[r.status] }, { key: 'customer' }, { key: 'items', noSort: true }, { key: 'received', type: 'progress', of: 'qty' }, { key: 'qty', type: 'qty' },
  { key: 'shipment', type: 'link', to: (r) => shipmentUrl(r.shipment) }, { key: 'complaint', type: 'link', to: (r) => (r.complaint ? complaintUrl(r.complaint) : undefined) }, { key: 'order', type: 'link', to: (r) => salesOrderUrl(r.order), hidden: true },
  { key: 'wish', type: 'enum', options: WISHES, words: 'wish' }, { key: 'settled', type: 'enum', options: ['credit', 'replace'], words: 'settled' }, { key: 'reason' }, { key: 'at_ms', type: 'instant' },
]
const open = (r: Return) => returnUrl(r.number)
const sort = ['-at_ms']
const tabs = { col: 'status', values: STATUSES, words: 'rstatus' }

/** Goods that customers send back. */
export default function ReturnsPage() {
  const { t } = useTranslation('back')
  const may = useMay()
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams()
  const shipment = params.get('shipment') ?? ''
  const [adding, setAdding] = useState(shipment !== '')
  const close = () => { setAdding(false); if (shipment) setParams({}, { replace: true }) }
  const add = may('sales.return')
  return (
    <>
      <ListPage path="/api/v1/sales/returns" ns="back" columns={columns} open={open} sort={sort} tabs={tabs} live={['sales.', 'quality.']} searchHint={t('returns.search')} onNew={add ? () => setAdding(true) : undefined}
        actions={add && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('returns.new')}</Button>}
        empty={<div className="kw-none"><b>{t('returns.none')}</b><span>{t('returns.noneText')}</span></div>} />
      <ReturnForm shipment={shipment} open={adding} onClose={close} onDone={(n) => void navigate(returnUrl(n))} />
    </>
  )
}
