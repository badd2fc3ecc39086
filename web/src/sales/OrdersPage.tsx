import { ClockCircleOutlined, PartitionOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Tooltip } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { today } from '@/kit/dates'
import { FormDrawer, ListPage } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { MakeWork } from './MakeWork'
import { columns, newFields, orderUrl, over, STATUSES, type OrderLine } from './orders'

const open = (l: OrderLine) => orderUrl(l.number)
const tabs = { col: 'status', values: STATUSES, count: true }
const sort = ['due']
const filters = [{ col: 'status', op: 'eq' as const, value: 'open' }]

export default function OrdersPage() {
  const { t } = useTranslation('sales')
  const may = useMay()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  const [making, setMaking] = useState<string[] | undefined>()
  const mayAdd = may('sales.create')
  const mayMake = may('production.create')
  return (
    <>
      <ListPage
        path="/api/v1/sales/orders" ns="sales" columns={columns} open={open} sort={sort} filters={filters} tabs={tabs} searchHint={t('orders.search')} live={['inventory.', 'production.']}
        onNew={mayAdd ? () => setAdding(true) : undefined}
        bulk={mayMake
          ? (rows) => <Button size="small" type="primary" icon={<PartitionOutlined />} disabled={!rows.some((r) => !over(r.status))} onClick={() => setMaking([...new Set(rows.filter((r) => !over(r.status)).map((r) => r.number))])}>{t('make.do')}</Button>
          : undefined}
        actions={(
          <>
            <Tooltip title={t('orders.lateHint')}><Button icon={<ClockCircleOutlined />} aria-label={t('orders.late')} onClick={() => void navigate(`/sales/orders?filter=due:lt:${today()}&filter=status:in:open,part_shipped`)}><span className="kw-roomy">{t('orders.late')}</span></Button></Tooltip>
            {mayMake && <Tooltip title={t('make.allHint')}><Button icon={<PartitionOutlined />} aria-label={t('make.do')} onClick={() => setMaking([])}><span className="kw-roomy">{t('make.do')}</span></Button></Tooltip>}
            {mayAdd && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('orders.new')}</Button>}
          </>
        )}
        empty={<div className="kw-none"><b>{t('orders.none')}</b><span>{t('orders.noneText')}</span>{mayAdd && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('orders.new')}</Button>}</div>}
      />
      <FormDrawer ns="sales" title={t('orders.new')} method="post" path="/api/v1/sales/orders" fields={newFields(may('see.price'))} open={adding} onClose={() => setAdding(false)} serial width={880} onDone={(o) => void navigate(orderUrl(o.number))} />
      <MakeWork orders={making ?? []} open={making !== undefined} onClose={() => setMaking(undefined)} />
    </>
  )
}
