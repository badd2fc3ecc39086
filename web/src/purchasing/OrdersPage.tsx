import { ClockCircleOutlined, InboxOutlined, PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { FormDrawer, ListPage } from '@/kit/crud'
import { today } from '@/kit/dates'
import { purchaseOrderUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { columns, filled, newFields, STATUSES, type OrderLine } from './orders'
import { ReceiveDrawer, type Due } from './ReceiveDrawer'

const open = (l: OrderLine) => purchaseOrderUrl(l.order)
const id = (l: OrderLine) => `${l.order}/${l.line}`
const tabs = { col: 'status', values: STATUSES, count: true }
const sort = ['due']

export default function OrdersPage() {
  const { t } = useTranslation('purchasing')
  const may = useMay()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  const [due, setDue] = useState<Due | undefined>()
  const mayAdd = may('purchasing.create')
  const add = <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('orders.new')}</Button>
  return (
    <>
      <ListPage
        path="/api/v1/purchasing/orders" ns="purchasing" columns={columns} open={open} idOf={id} sort={sort} tabs={tabs} searchHint={t('orders.search')} onNew={mayAdd ? () => setAdding(true) : undefined}
        bulk={may('purchasing.receive')
          ? (rows) => <Button size="small" type="primary" icon={<InboxOutlined />} disabled={rows.length !== 1 || rows[0]?.status === 'closed'} onClick={() => rows[0] && setDue({ order: rows[0].order, line: rows[0].line, item: rows[0].item, name: rows[0].name, open: rows[0].open, uom: rows[0].uom })}>{t('receive.do')}</Button>
          : undefined}
        actions={(
          <>
            <Button icon={<ClockCircleOutlined />} onClick={() => void navigate(`/purchasing/orders?filter=due:lt:${today()}&filter=status:in:open,partial`)}>{t('orders.late')}</Button>
            {mayAdd && add}
          </>
        )}
        empty={<div className="kw-none"><b>{t('orders.none')}</b>{mayAdd && <span>{t('orders.noneText')}</span>}{mayAdd && add}</div>}
      />
      <FormDrawer ns="purchasing" title={t('orders.new')} method="post" path="/api/v1/purchasing/orders" fields={newFields(may('see.price'))} shape={filled} open={adding} onClose={() => setAdding(false)} serial width={860} said={(o) => t('orders.made', { number: o.number })} onDone={(o, stays) => { if (!stays) void navigate(purchaseOrderUrl(o.number)) }} />
      <ReceiveDrawer due={due} onClose={() => setDue(undefined)} />
    </>
  )
}
