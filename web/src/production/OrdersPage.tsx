import { ClockCircleOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Tooltip } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useSend } from '@/api/hooks'
import { ActButton, FormDrawer, ListPage } from '@/kit/crud'
import { today } from '@/kit/dates'
import { useMay } from '@/kit/who'
import { VersionDiff } from './VersionDiff'
import { pickUrl } from './PicksPage'
import { columns, newFields, orderUrl, STATUSES, type Order } from './orders'

const open = (o: Order) => orderUrl(o.number)
const tabs = { col: 'status', values: STATUSES, count: true }
const filters = [{ col: 'status', op: 'in' as const, value: 'planned,released,started' }]
const sort = ['due']

export default function OrdersPage() {
  const { t } = useTranslation('production')
  const may = useMay()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  const release = useSend('post', '/api/v1/production/orders/release')
  const pick = useSend('post', '/api/v1/production/picks')
  const mayAdd = may('production.create')
  const add = mayAdd && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('orders.new')}</Button>
  return (
    <>
      <ListPage
        path="/api/v1/production/orders" ns="production" columns={columns} open={open} sort={sort} filters={filters} tabs={tabs} searchHint={t('orders.search')}
        onNew={mayAdd ? () => setAdding(true) : undefined}
        bulk={may('production.release') || may('production.issue')
          ? (rows, clear) => {
              const planned = rows.filter((r) => r.status === 'planned').map((r) => r.number)
              const working = rows.filter((r) => r.status === 'released' || r.status === 'started').map((r) => r.number)
              return (
                <>
                  {may('production.release') && <ActButton size="small" type="primary" disabled={planned.length === 0} title={planned.length === 0 ? t('release.whyNone') : undefined} send={release} input={{ body: { orders: planned } }} done={t('release.done')} onDone={clear}>{t('release.some', { n: planned.length })}</ActButton>}
                  {may('production.issue') && <ActButton size="small" disabled={working.length === 0} title={working.length === 0 ? t('pick.whyNone') : undefined} send={pick} input={{ body: { orders: working } }} done={t('pick.made')} onDone={(p) => { clear(); void navigate(pickUrl(p.number)) }}>{t('pick.some', { n: working.length })}</ActButton>}
                </>
              )
            }
          : undefined}
        actions={(
          <>
            <Tooltip title={t('orders.lateHint')}><Button icon={<ClockCircleOutlined />} aria-label={t('orders.late')} onClick={() => void navigate(`/production/orders?filter=due:lt:${today()}&filter=status:in:planned,released,started`)}><span className="kw-roomy">{t('orders.late')}</span></Button></Tooltip>
            {add}
          </>
        )}
        empty={<div className="kw-none"><b>{t('orders.none')}</b><span>{t('orders.noneText')}</span>{add}</div>}
      />
      <FormDrawer ns="production" title={t('orders.new')} method="post" path="/api/v1/production/orders" fields={newFields(may('production.release'))} open={adding} onClose={() => setAdding(false)} width={1040} more={(_, err) => <VersionDiff error={err} />} onDone={(a) => { if (a.orders.length === 1) void navigate(orderUrl(a.orders[0]!.number)) }} />
    </>
  )
}
