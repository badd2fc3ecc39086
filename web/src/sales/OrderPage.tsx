import { MoreOutlined, PartitionOutlined, SendOutlined } from '@ant-design/icons'
import { App, Button, Dropdown, Segmented } from 'antd'
import i18n from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import { ActButton, Attachments, Card, DetailPage, Facts, History, useConfirm, type Column, type Fact } from '@/kit/crud'
import { today } from '@/kit/dates'
import { cmp, format } from '@/kit/num'
import { useKeys } from '@/kit/useKeys'
import { useMay } from '@/kit/who'
import { CancelDrawer } from './CancelDrawer'
import { ChangeDrawer } from './ChangeDrawer'
import { CopyText } from './CopyText'
import { LineCard } from './LineCard'
import { LinkDrawer } from './LinkDrawer'
import { MakeWork } from './MakeWork'
import { orderUrl, over, unpromised, type Track } from './orders'
import { earliestDue } from './progress'
import { ReallocateDrawer } from './ReallocateDrawer'
import { ShipDrawer } from './ShipDrawer'
import { ShipmentCards } from './ShipmentCards'
import { SplitDrawer } from './SplitDrawer'
import { StageLine } from './StageLine'
import { VersionCard } from './VersionCard'
import './sales.css'

interface Head { customer: string; channel: string; ordered_ms: number; due: string; phone: string; address: string; note: string }
const facts: Column<Head>[] = [
  { key: 'customer' }, { key: 'channel', type: 'enum', words: 'channel' }, { key: 'ordered_ms', type: 'instant' }, { key: 'due', type: 'due', label: 'order.nextDue' }, { key: 'phone' }, { key: 'address' }, { key: 'note' },
]
const headOf = (o: Track): Head => ({ customer: [o.customer.code, o.customer.name].filter(Boolean).join('  '), channel: o.channel, ordered_ms: o.ordered_ms, due: earliestDue(o), phone: o.customer.phone, address: [o.customer.ship_to, o.customer.address, o.customer.contact].filter(Boolean).join('  '), note: o.note })

/** Where is my order: every step, quantity, person, time and lot. */
export default function OrderPage() {
  const { t } = useTranslation('sales')
  const { message } = App.useApp()
  const { number = '' } = useParams()
  const may = useMay()
  const order = useGet('/api/v1/sales/orders/{number}', { path: { number }, live: ['production.', 'inventory.', 'quality.', 'scheduling.'] })
  const allocate = useSend('post', '/api/v1/sales/orders/{number}/allocate')
  const deallocate = useSend('post', '/api/v1/sales/orders/{number}/deallocate')
  const close = useSend('post', '/api/v1/sales/orders/{number}/close')
  const pick = useSend('post', '/api/v1/sales/picks')
  const ask = useConfirm()
  const navigate = useNavigate()
  const [making, setMaking] = useState(false)
  const [shipping, setShipping] = useState(false)
  const [drawer, setDrawer] = useState<'change' | 'split' | 'cancel' | 'link' | 'reallocate' | undefined>()
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
  const mayChange = running && may('sales.create')
  const shut = () => setDrawer(undefined)
  const closeShort = async () => {
    const reason = await ask({ title: t('close.ask', { number }), text: t('close.text'), ok: t('close.do'), reason: true, danger: true })
    if (reason === false) return
    // what is still in work for the lines goes on for stock
    const work = [...new Set((o?.lines ?? []).filter((l) => !over(l.status)).flatMap((l) => l.work.filter((w) => !['closed', 'cancelled'].includes(w.status)).map((w) => w.number)))]
    close.mutate({ path: { number }, body: { reason, work: work.map((w) => ({ order: w, answer: 'stock' as const })) } }, { onSuccess: () => void message.success(t('close.done')), onError: (err) => void message.error({ content: messageOf(err), duration: 6 }) })
  }
  const more = [
    ...(may('sales.link') && o?.status !== 'cancelled' ? [{ key: 'link', label: t('link.do'), onClick: () => setDrawer('link') }] : []),
    ...(mayChange ? [{ key: 'split', label: t('splits.do'), onClick: () => setDrawer('split') }] : []),
    ...(allocated && running && may('sales.pick') ? [{ key: 'pick', label: t('pick.do'), onClick: () => pick.mutate({ body: { orders: [number] } }, { onSuccess: (p) => void navigate(`/sales/picks/${encodeURIComponent(p.number)}`), onError: (err) => void message.error({ content: messageOf(err), duration: 6 }) }) }] : []),
    ...(running && wanting && may('sales.allocate') ? [{ key: 'reallocate', label: t('reallocate.do'), onClick: () => setDrawer('reallocate') }] : []),
    ...(allocated && running && may('sales.allocate') ? [{ key: 'free', label: t('allocate.free'), onClick: () => deallocate.mutate({ path: { number } }, { onSuccess: () => void message.success(t('allocate.freed')) }) }] : []),
    ...(!untouched && mayChange ? [{ key: 'close', label: t('close.do'), onClick: () => void closeShort() }] : []),
    ...(untouched && mayChange ? [{ key: 'cancel', danger: true, label: t('cancel.do'), onClick: () => setDrawer('cancel') }] : []),
  ]
  return (
    <DetailPage
      query={order} title={number} sub={o?.customer.name} status={o?.status} tone={due && due < today() ? 'red' : undefined} word={o && t(`state.${o.status}`)}
      actions={o && (
        <>
          <CopyText track={o} />
          {more.length > 0 && <Dropdown menu={{ items: more }} trigger={['click']}><Button icon={<MoreOutlined />} aria-label={t('order.more')}>{t('order.more')}</Button></Dropdown>}
          {mayChange && <Button onClick={() => setDrawer('change')}>{t('change.do')}</Button>}
          {running && wanting && may('sales.allocate') && (
            <ActButton
              type={stocked && !allocated ? 'primary' : 'default'} send={allocate} input={{ path: { number } }}
              onDone={(a) => {
                const short = a.short.map((s) => t('allocate.shortLine', { line: s.line, qty: format(s.qty), uom: o.lines.find((l) => l.line === s.line)?.uom ?? '' })).join(t('tell.comma'))
                const soft = (a.soft ?? []).map((s) => t('allocate.softLine', { line: s.line, date: s.from })).join(', ')
                if (soft) void message.info({ content: t('allocate.soft', { list: soft }), duration: 8 })
                if (short) void message.warning({ content: t(a.picks.length ? 'allocate.part' : 'allocate.none', { short }), duration: 6 })
                else if (a.picks.length || !soft) void message.success(t('allocate.done'))
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
        { key: 'lines', label: t('order.lines'), count: o.lines.length, children: <div className="so-cards">{o.lines.map((l) => <LineCard key={l.id} number={number} line={l} start={o.lines.length <= 5} />)}</div> },
        { key: 'shipments', label: t('order.shipments'), count: o.shipments.length, children: <ShipmentCards shipments={o.shipments} /> },
        { key: 'files', label: t('order.files'), children: <Attachments subject={`so:${number}`} write={may('sales.create')} /> },
        { key: 'log', label: t('order.log'), children: <Log track={o} /> },
      ]}
    >
      {o && (
        <>
          {o.merged_into && <p className="so-told">{t('merge.into')} <Link to={orderUrl(o.merged_into)}>{o.merged_into}</Link></p>}
          {o.split_from && <p className="so-told">{t('splits.from')} <Link to={orderUrl(o.split_from)}>{o.split_from}</Link></p>}
          {o.picks.length > 0 && may('sales.pick') && <p className="so-told">{t('pick.lists')} {o.picks.map((p) => <Link key={p} to={`/sales/picks/${encodeURIComponent(p)}`}>{p} </Link>)}</p>}
          {o.lines.filter((l) => l.version_conflict && !over(l.status)).map((l) => <VersionCard key={l.id} number={number} line={l} />)}
          {o.status !== 'cancelled' && <Card><StageLine track={o} /></Card>}
          <ChangeDrawer track={o} open={drawer === 'change'} onClose={shut} />
          <SplitDrawer track={o} open={drawer === 'split'} onClose={shut} />
          <CancelDrawer number={number} open={drawer === 'cancel'} onClose={shut} />
          <ReallocateDrawer number={number} open={drawer === 'reallocate'} onClose={shut} />
          <LinkDrawer number={number} open={drawer === 'link'} onClose={shut} />
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

/** What no stock was free for. */
function StillShort({ lines }: { lines?: Told['short'] }) {
  const { t } = useTranslation('sales')
  return lines?.length ? <span className="kw-late">{t('allocate.stillShort', { list: lines.map((x) => `${x.item} × ${format(x.qty)}`).join(t('tell.comma')) })}</span> : null
}

interface Told { source?: string; short?: { line: number; item: string; qty: string }[]; soft?: { item: string; qty: string; from: string }[]; order?: string; loses?: { order: string; item: string; lot: string; qty: string }[]; into?: string; orders?: string[]; pick?: string; item?: string; number?: string; shipment?: string; lines?: { line: number; before?: { qty: string; due: string }; after?: { qty: string; due: string }; cancelled?: boolean }[]; picks?: { item: string; lot: string; qty: string; serials?: string[] }[] }
function tell(fact: Fact) {
  const p = fact.payload as Told
  if (fact.name === 'sales.ordered') return p.source === 'file' ? i18n.t('sales:event.fromFile') : undefined
  if (fact.name === 'sales.shipped') return p.number
  if (fact.name === 'sales.shipment_reversed') return p.shipment
  if (fact.name === 'sales.allocated') return <>{p.picks?.map((x) => `${x.lot || x.serials?.join(' ') || x.item} × ${format(x.qty)}`).join(', ')} <StillShort lines={p.short} /></>
  if (fact.name === 'sales.allocation_none') return <StillShort lines={p.short} />
  if (fact.name === 'sales.allocation_soft') return p.soft?.map((x) => `${x.item} × ${format(x.qty)} → ${x.from}`).join(', ')
  if (fact.name === 'sales.reallocated') return p.loses?.map((x) => `${x.order} → ${x.lot || x.item} × ${format(x.qty)}`).join(', ')
  if (fact.name === 'sales.allocation_lost') return p.loses?.map((x) => `${x.lot || x.item} × ${format(x.qty)} → ${p.order}`).join(', ')
  if (fact.name === 'sales.split') return p.into
  if (fact.name === 'sales.merged') return `${p.orders?.join(', ')} → ${p.into}`
  if (fact.name === 'sales.picked' || fact.name === 'sales.pick_short') return `${p.pick} ${p.item}`
  if (fact.name === 'sales.pick_made') return p.pick
  if (fact.name === 'sales.changed') return p.lines?.map((l) => (l.before && l.after ? [`#${l.line}`, l.before.qty !== l.after.qty && `${format(l.before.qty)} → ${format(l.after.qty)}`, l.before.due !== l.after.due && `${l.before.due} → ${l.after.due}`, l.cancelled && '×'].filter(Boolean).join(' ') : '')).join('; ')
  return undefined
}
