import { PartitionOutlined, PlusOutlined } from '@ant-design/icons'
import { App, Button, Tooltip } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import { addDays, today } from '@/kit/dates'
import { FormDrawer, ListPage, useConfirm } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { ImportOrders } from './ImportOrders'
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
  const { message } = App.useApp()
  const merge = useSend('post', '/api/v1/sales/merges')
  const pick = useSend('post', '/api/v1/sales/picks')
  const ask = useConfirm()
  const refused = (err: Error) => void message.error({ content: messageOf(err), duration: 6 })
  const join = async (into: string, orders: string[], clear: () => void) => {
    if ((await ask({ title: t('merge.ask', { n: orders.length + 1, into }), text: t('merge.text', { into }), ok: t('merge.do') })) === false) return
    merge.mutate({ body: { into, orders } }, { onSuccess: (o) => { clear(); void message.success(t('merge.done', { number: o.number })); void navigate(orderUrl(o.number)) }, onError: refused })
  }
  return (
    <>
      <Quick />
      <ListPage
        path="/api/v1/sales/orders" ns="sales" columns={columns} open={open} sort={sort} filters={filters} tabs={tabs} searchHint={t('orders.search')} live={['inventory.', 'production.']}
        onNew={mayAdd ? () => setAdding(true) : undefined}
        bulk={mayMake || mayAdd || may('sales.pick')
          ? (rows, clear) => {
              const orders = [...new Set(rows.filter((r) => !over(r.status)).map((r) => r.number))]
              const [into, ...others] = orders
              return (
                <>
                  {may('sales.pick') && <Button size="small" disabled={orders.length === 0} title={orders.length === 0 ? t('orders.allOver') : undefined} loading={pick.isPending} onClick={() => pick.mutate({ body: { orders } }, { onSuccess: (p) => void navigate(`/sales/picks/${encodeURIComponent(p.number)}`), onError: refused })}>{t('pick.do')}</Button>}
                  {mayAdd && <Button size="small" disabled={others.length === 0} title={others.length === 0 ? t('merge.few') : undefined} loading={merge.isPending} onClick={() => into && void join(into, others, clear)}>{t('merge.do')}</Button>}
                  {mayMake && <Button size="small" type="primary" icon={<PartitionOutlined />} disabled={orders.length === 0} title={orders.length === 0 ? t('orders.allOver') : undefined} onClick={() => setMaking(orders)}>{t('make.do')}</Button>}
                </>
              )
            }
          : undefined}
        actions={(
          <>
            {mayMake && <Tooltip title={t('make.allHint')}><Button icon={<PartitionOutlined />} aria-label={t('make.do')} onClick={() => setMaking([])}><span className="kw-roomy">{t('make.do')}</span></Button></Tooltip>}
            {mayAdd && <ImportOrders />}
            {mayAdd && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('orders.new')}</Button>}
          </>
        )}
        empty={<div className="kw-none"><b>{t('orders.none')}</b><span>{t('orders.noneText')}</span>{mayAdd && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('orders.new')}</Button>}</div>}
      />
      <FormDrawer ns="sales" title={t('orders.new')} method="post" path="/api/v1/sales/orders" fields={newFields(may('see.sales_price'))} open={adding} onClose={() => setAdding(false)} serial width={960} onDone={(o) => void navigate(orderUrl(o.number))} />
      <MakeWork orders={making ?? []} open={making !== undefined} onClose={() => setMaking(undefined)} />
    </>
  )
}

/** What a salesperson looks for first, each with its count. */
function Quick() {
  const { t } = useTranslation('sales')
  const navigate = useNavigate()
  const [params] = useSearchParams()
  const { data } = useGet('/api/v1/sales/counts', { live: ['inventory.'] })
  const now = today()
  const sunday = addDays(now, (7 - new Date(`${now}T12:00:00`).getDay()) % 7)
  const open_ = 'status:in:open,part_shipped'
  const all: [keyof NonNullable<typeof data>, string[]][] = [
    ['open', [open_]], ['late', [`due:lt:${now}`, open_]], ['week', [`due:ge:${now}`, `due:le:${sunday}`, open_]], ['waiting', ['stage:eq:waiting']], ['ready', ['stage:eq:ready']],
  ]
  const here = params.getAll('filter').sort().join('&')
  return (
    <nav className="so-quick" aria-label={t('quick.title')}>
      {all.map(([key, filter]) => (
        <button key={key} type="button" aria-pressed={here === [...filter].sort().join('&')} className={key === 'late' && data && data.late > 0 ? 'so-quick-late' : undefined} onClick={() => void navigate(`/sales/orders?${filter.map((f) => `filter=${f}`).join('&')}`)}>
          {t(`quick.${key}`)} <b className="num">{data?.[key] ?? '–'}</b>
        </button>
      ))}
    </nav>
  )
}
