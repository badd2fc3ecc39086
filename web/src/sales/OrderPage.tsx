import { PartitionOutlined, SendOutlined } from '@ant-design/icons'
import { App, Button, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import { ActButton, Card, DetailPage, Facts, History, type Column, type Fact } from '@/kit/crud'
import { today } from '@/kit/dates'
import { cmp, format } from '@/kit/num'
import { useKeys } from '@/kit/useKeys'
import { useMay } from '@/kit/who'
import { CopyText } from './CopyText'
import { LineCard } from './LineCard'
import { MakeWork } from './MakeWork'
import { over, unpromised, type Track } from './orders'
import { earliestDue } from './progress'
import { ShipDrawer } from './ShipDrawer'
import { ShipmentCards } from './ShipmentCards'
import { StageLine } from './StageLine'
import './sales.css'

interface Head { customer: string; channel: string; ordered_ms: number; due: string; phone: string; address: string; note: string }
const facts: Column<Head>[] = [
  { key: 'customer' }, { key: 'channel', type: 'enum', words: 'channel' }, { key: 'ordered_ms', type: 'instant' }, { key: 'due', type: 'due', label: 'order.nextDue' }, { key: 'phone' }, { key: 'address' }, { key: 'note' },
]
const headOf = (o: Track): Head => ({ customer: [o.customer.code, o.customer.name].filter(Boolean).join('  '), channel: o.channel, ordered_ms: o.ordered_ms, due: earliestDue(o), phone: o.customer.phone, address: o.customer.address, note: o.note })

/** Where is my order: every step, quantity, person, time and lot. */
export default function OrderPage() {
  const { t } = useTranslation('sales')
  const { message } = App.useApp()
  const { number = '' } = useParams()
  const may = useMay()
  const order = useGet('/api/v1/sales/orders/{number}', { path: { number }, live: ['production.', 'inventory.', 'quality.', 'scheduling.'] })
  const allocate = useSend('post', '/api/v1/sales/orders/{number}/allocate')
  const deallocate = useSend('post', '/api/v1/sales/orders/{number}/deallocate')
  const cancel = useSend('post', '/api/v1/sales/orders/{number}/cancel')
  const [making, setMaking] = useState(false)
  const [shipping, setShipping] = useState(false)
  const o = order.data
  const running = !!o && !over(o.status)
  const allocated = !!o?.lines.some((l) => cmp(l.allocated, '0') > 0)
  const wanting = !!o?.lines.some((l) => cmp(unpromised(l), '0') > 0)
  const toMake = !!o?.lines.some((l) => cmp(unpromised(l), l.in_work) > 0)
  const stocked = !!o?.lines.some((l) => cmp(unpromised(l), '0') > 0 && cmp(l.free_stock, '0') > 0)
  const untouched = !!o && o.lines.every((l) => cmp(l.shipped, '0') === 0)
  const mayMake = running && toMake && may('production.create')
  const mayShip = running && may('sales.ship')
  useKeys({ w: mayMake && (() => setMaking(true)), s: mayShip && (() => setShipping(true)) })
  const due = o ? earliestDue(o) : ''
  return (
    <DetailPage
      query={order} title={number} sub={o?.customer.name} status={o?.status} tone={due && due < today() ? 'red' : undefined} word={o && t(`state.${o.status}`)}
      actions={o && (
        <>
          <CopyText track={o} />
          {untouched && running && may('sales.create') && <ActButton danger send={cancel} input={(reason) => ({ path: { number }, body: { reason } })} confirm={{ title: t('cancel.ask', { number }), text: t('cancel.text'), ok: t('cancel.do'), reason: true }} done={t('cancel.done')}>{t('cancel.do')}</ActButton>}
          {allocated && running && may('sales.allocate') && <ActButton send={deallocate} input={{ path: { number } }} done={t('allocate.freed')}>{t('allocate.free')}</ActButton>}
          {running && wanting && may('sales.allocate') && (
            <ActButton
              type={stocked && !allocated ? 'primary' : 'default'} send={allocate} input={{ path: { number } }}
              onDone={(a) => {
                const short = a.short.map((s) => `${s.line}: ${format(s.qty)}`).join(', ')
                if (short) void message.warning({ content: t(a.picks.length ? 'allocate.part' : 'allocate.none', { short }), duration: 6 })
                else void message.success(t('allocate.done'))
              }}
            >{t('allocate.do')}
            </ActButton>
          )}
          {mayMake && <Button type={allocated || stocked ? 'default' : 'primary'} icon={<PartitionOutlined />} onClick={() => setMaking(true)}>{t('make.do')}<kbd className="so-key">w</kbd></Button>}
          {mayShip && <Button type={allocated || (!mayMake && !stocked) ? 'primary' : 'default'} icon={<SendOutlined />} onClick={() => setShipping(true)}>{t('ship.do')}<kbd className="so-key">s</kbd></Button>}
        </>
      )}
      facts={o && <Facts ns="sales" columns={facts.filter((c) => !['phone', 'address', 'note'].includes(c.key) || headOf(o)[c.key])} row={headOf(o)} />}
      tabs={o && [
        { key: 'lines', label: t('order.lines'), count: o.lines.length, children: <div className="so-cards">{o.lines.map((l) => <LineCard key={l.id} line={l} start={o.lines.length <= 5} />)}</div> },
        { key: 'shipments', label: t('order.shipments'), count: o.shipments.length, children: <ShipmentCards shipments={o.shipments} /> },
        { key: 'log', label: t('order.log'), children: <Log track={o} /> },
      ]}
    >
      {o && (
        <>
          {o.status !== 'cancelled' && <Card><StageLine track={o} /></Card>}
          <MakeWork orders={[number]} open={making} onClose={() => setMaking(false)} />
          <ShipDrawer track={o} open={shipping} onClose={() => setShipping(false)} />
        </>
      )}
    </DetailPage>
  )
}

/** What happened to the order, and to each of its work orders. */
function Log({ track }: { track: Track }) {
  const { t } = useTranslation('sales')
  const may = useMay()
  const work = may('production.read') ? track.lines.flatMap((l) => l.work.map((w) => w.number)) : []
  const [subject, setSubject] = useState(`so:${track.number}`)
  return (
    <Card title={t('order.log')} extra={work.length > 0 && <Segmented size="small" className="so-subjects" value={subject} onChange={setSubject} options={[{ value: `so:${track.number}`, label: track.number }, ...work.map((n) => ({ value: `wo:${n}`, label: n }))]} />}>
      <History key={subject} subject={subject} tell={tell} />
    </Card>
  )
}

interface Told { number?: string; shipment?: string; picks?: { item: string; lot: string; qty: string; serials?: string[] }[] }
function tell(fact: Fact) {
  const p = fact.payload as Told
  if (fact.name === 'sales.shipped') return p.number
  if (fact.name === 'sales.shipment_reversed') return p.shipment
  if (fact.name === 'sales.allocated') return p.picks?.map((x) => `${x.lot || x.serials?.join(' ') || x.item} × ${format(x.qty)}`).join(', ')
  return undefined
}
