import { ApartmentOutlined, DownOutlined, FilePdfOutlined } from '@ant-design/icons'
import { Alert, App, Button, Dropdown, Space } from 'antd'
import i18n from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import { download } from '@/api/client'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import { ActButton, Card, DetailPage, Facts, History, Lines, useConfirm, type Column, type Fact } from '@/kit/crud'
import { openPdf, save } from '@/kit/files'
import { pegUrl, workOrderUrl } from '@/kit/links'
import { cmp, format } from '@/kit/num'
import { useKeys } from '@/kit/useKeys'
import { useMay } from '@/kit/who'
import { ReceiveDrawer, ReportDrawer, ReturnDrawer } from './acts'
import { Figures } from './Figures'
import { FreeOp } from './HeldPage'
import { IssueDrawer } from './IssueDrawer'
import { isLate, itemUrl, orderUrl, over, salesUrl, type Detail } from './orders'
import { Ops } from './OrderOps'
import { OutputDrawer, Outputs } from './Outputs'
import { Family, Inspections, Issues, Labour, Materials, Owed, Receipts } from './OrderTabs'
import { pickUrl } from './PicksPage'
import { AskDrawer, Substitutions } from './Substitutes'
import { OrderReadings } from './ReadingsPage'
import { useReasons } from './reasons'
import { ChangeDrawer, EndDrawer, MergeDrawer, SplitDrawer, StartDrawer } from './wholeacts'
import { reportColumns } from './ReportsPage'
import './production.css'

const facts: Column<Detail>[] = [
  { key: 'item', render: (o) => <Link to={itemUrl(o.item)}>{o.item}</Link> }, { key: 'spec' }, { key: 'sales_order', render: (o) => (o.sales_order ? <Link to={salesUrl(o.sales_order)}>{o.sales_order}</Link> : null) },
  { key: 'due', type: 'due', tone: (o) => (over(o.status) ? 'green' : undefined) }, { key: 'start', type: 'date' }, { key: 'priority', type: 'number' },
  { key: 'bom_version', label: 'f.versions', render: (o) => `${o.bom_version || '–'} / ${o.routing_version || '–'}` },
  { key: 'released_ms', type: 'instant' }, { key: 'started_ms', type: 'instant' }, { key: 'completed_ms', type: 'instant' }, { key: 'closed_ms', type: 'instant' }, { key: 'end_reason' },
  { key: 'version_answer', type: 'enum', words: 'answer' },
  { key: 'kind', type: 'enum', words: 'wkind' }, { key: 'owner' }, { key: 'rework_why' }, { key: 'rework_of' }, { key: 'reworks', render: (o) => <>{o.reworks.map((n) => <Link key={n} to={workOrderUrl(n)}>{n} </Link>)}</> },
]
const plain = (o: Detail, key: string) => (key === 'kind' && o.kind === 'normal') || (key === 'reworks' && o.reworks.length === 0)
const ALWAYS = new Set<string>(['item', 'sales_order', 'due', 'priority', 'bom_version'])

export default function OrderPage() {
  const { t } = useTranslation('production')
  const { message } = App.useApp()
  const { number = '' } = useParams()
  const may = useMay()
  const order = useGet('/api/v1/production/orders/{number}', { path: { number }, live: ['quality.', 'inventory.', 'sales.'] })
  const release = useSend('post', '/api/v1/production/orders/release')
  const hold = useSend('post', '/api/v1/production/orders/hold')
  const unhold = useSend('post', '/api/v1/production/orders/unhold')
  const pick = useSend('post', '/api/v1/production/picks')
  const navigate = useNavigate()
  const ask = useConfirm()
  const { names } = useReasons()
  const [act, setAct] = useState<'report' | 'issue' | 'receive' | 'outputs' | 'return' | 'change' | 'substitute' | 'split' | 'merge' | 'start' | 'end' | undefined>()
  const [op, setOp] = useState<number | undefined>()
  const [item, setItem] = useState<string | undefined>()
  const o = order.data
  const on = (...states: string[]) => !!o && states.includes(o.status)
  const held = !!o && o.hold_ms > 0
  const mayReport = on('released', 'started') && !held && may('production.report')
  const mayIssue = on('released', 'started') && !held && may('production.issue') && !!o?.components.some((c) => c.issue === 'pick')
  const mayReceive = !!o && !held && !on('closed', 'cancelled') && cmp(o.receivable, '0') > 0 && may('production.receive')
  const report = (n?: number) => { setOp(n); setAct('report') }
  const traveler = () => openPdf('/api/v1/production/orders/{number}/traveler.pdf', { path: { number } })
  const zpl = async () => {
    try { const f = await download('/api/v1/production/orders/{number}/traveler.zpl', { path: { number } }); save(f.blob, f.name) } catch (err) { void message.error(messageOf(err)) }
  }
  useKeys({ p: traveler, r: mayReport && (() => report()), i: mayIssue && (() => setAct('issue')), e: mayReceive && (() => setAct('receive')) })
  const shut = () => setAct(undefined)
  const open = !!o && !on('closed', 'cancelled')
  const closing = on('started', 'completed')
  const putOnHold = async () => {
    const reason = await ask(held ? { title: t('unhold.ask', { number }), ok: t('unhold.do'), reason: true } : { title: t('hold.ask', { number }), text: t('hold.text'), ok: t('hold.do'), reason: true })
    if (!reason) return
    ;(held ? unhold : hold).mutate({ body: { order: number, reason } }, { onSuccess: () => void message.success(t(held ? 'unhold.done' : 'hold.done')), onError: (err) => void message.error(messageOf(err)) })
  }
  const makePick = () => pick.mutate({ body: { orders: [number] } }, { onSuccess: (p) => void navigate(pickUrl(p.number)), onError: (err) => void message.error(messageOf(err)) })
  const plan = open && !held && may('production.create')
  const more = [
    mayReport && !!o && o.ops.some((p) => p.report && !['done', 'hold', 'waiting_previous', 'waiting_inspection', 'running'].includes(p.status)) && { key: 'start', label: t('start.do') },
    mayIssue && { key: 'pick', label: t('pick.make') },
    open && !on('completed') && !!o && o.components.some((c) => c.role === 'component' && c.issue !== 'none') && may('production.call') && { key: 'substitute', label: t('sub.ask') },
    plan && { key: 'change', label: t('change.do') },
    plan && o.kind !== 'rework' && cmp(o.qty, o.min_qty) > 0 && !on('completed') && { key: 'split', label: t('split.do') },
    plan && o.kind !== 'rework' && on('planned', 'released') && { key: 'merge', label: t('merge.do') },
    open && may('production.hold') && { key: 'hold', label: t(held ? 'unhold.do' : 'hold.do') },
    open && (closing ? may('production.close') : may('production.create')) && { key: 'end', label: t(closing ? 'close.do' : 'cancel.do'), danger: true },
  ].filter((x) => x !== false)
  return (
    <DetailPage
      query={order} title={number} sub={o?.name} status={o?.state} tone={o && isLate(o) ? 'red' : undefined}
      actions={o && (
        <>
          {more.length > 0 && <Dropdown trigger={['click']} menu={{ items: more, onClick: ({ key }) => { if (key === 'hold') void putOnHold(); else if (key === 'pick') makePick(); else setAct(key as 'change') } }}><Button>{t('order.more')} <DownOutlined /></Button></Dropdown>}
          {open && may('planning.read') && <Link to={pegUrl(o.item, 'work_order', number)}><Button icon={<ApartmentOutlined />}>{t('order.plan')}</Button></Link>}
          <Space.Compact>
            <Button icon={<FilePdfOutlined />} onClick={traveler}>{t('order.traveler')}<kbd className="pr-key">p</kbd></Button>
            <Dropdown trigger={['click']} menu={{ items: [{ key: 'zpl', label: t('order.zpl') }], onClick: () => void zpl() }}><Button icon={<DownOutlined />} aria-label={t('order.zpl')} /></Dropdown>
          </Space.Compact>
          {mayIssue && <Button onClick={() => setAct('issue')}>{t('issue.do')}<kbd className="pr-key">i</kbd></Button>}
          {mayReport && <Button type={mayReceive ? 'default' : 'primary'} onClick={() => report()}>{t('report.do')}<kbd className="pr-key">r</kbd></Button>}
          {mayReceive && <Button type="primary" onClick={() => setAct('receive')}>{t('receive.do')} {format(o.receivable)}<kbd className="pr-key">e</kbd></Button>}
          {on('planned') && !held && may('production.release') && <ActButton type="primary" send={release} input={{ body: { orders: [number] } }} done={t('release.done')}>{t('release.do')}</ActButton>}
        </>
      )}
      facts={o && <Facts ns="production" columns={facts.filter((c) => (ALWAYS.has(c.key) || o[c.key]) && !plain(o, c.key))} row={o} />}
      tabs={o && [
        { key: 'materials', label: t('order.materials'), count: o.components.filter((c) => c.role === 'component').length, children: <Materials order={o} onReturn={(i) => { setItem(i); setAct('return') }} /> },
        ...(o.outputs.length ? [{ key: 'outputs', label: t('order.outputs'), count: o.outputs.length, children: <Outputs order={o} onReceive={() => setAct('outputs')} /> }] : []),
        { key: 'ops', label: t('order.ops'), count: o.ops.length, children: <Ops order={o} /> },
        { key: 'reports', label: t('order.reports'), count: o.reports.length, children: <Lines ns="production" columns={[{ key: 'recorded_ms', type: 'instant' } as const, ...reportColumns(names)]} rows={o.reports} empty={<div className="kw-none">{t('reports.noneText')}</div>} /> },
        ...(o.ops.some((p) => p.params.length > 0) ? [{ key: 'readings', label: t('reading.title'), children: <OrderReadings order={number} /> }] : []),
        { key: 'issues', label: t('order.issues'), count: o.issues.length, children: <Issues order={o} /> },
        ...(o.substitutions.length ? [{ key: 'substitutions', label: t('sub.tab'), count: o.substitutions.length, children: <Substitutions order={o} /> }] : []),
        ...(o.variances.length ? [{ key: 'variances', label: t('order.variances'), count: o.variances.length, children: <Owed order={o} /> }] : []),
        { key: 'labour', label: t('order.labour'), children: <Labour order={o} /> },
        ...(o.family.length ? [{ key: 'family', label: t('order.family'), count: o.family.length, children: <Family order={o} /> }] : []),
        { key: 'inspections', label: t('order.inspections'), count: o.inspections.length, children: <Inspections order={o} /> },
        { key: 'receipts', label: t('order.receipts'), count: o.receipts.length, children: <Receipts order={o} /> },
        { key: 'log', label: t('order.log'), children: <Card><History subject={`wo:${number}`} tell={tell} /></Card> },
      ]}
    >
      {o && (
        <>
          {[...o.family].reverse().filter((r) => r.kind === 'merged_into').slice(0, 1).map((r) => <Alert key={r.order} type="info" showIcon title={<>{t('merge.went')} <Link to={orderUrl(r.order)}>{r.order}</Link></>} style={{ marginBottom: 12 }} />)}
          {held && <Alert type="warning" showIcon title={t('hold.is', { reason: o.hold_reason })} style={{ marginBottom: 12 }} />}
          {o.ops.filter((p) => p.held_ms > 0).map((p) => <Alert key={p.op} type="warning" showIcon title={t('held.is', { op: p.op, name: p.name, reason: p.held_reason })} action={<FreeOp order={number} op={p.op} name={p.name} />} style={{ marginBottom: 12 }} />)}
          {!held && o.waits_for && o.waits_for !== 'release' && <Alert type="info" showIcon title={t(`waitsFor.${o.waits_for}`)} style={{ marginBottom: 12 }} />}
          <Card><Figures order={o} onPick={mayReport ? report : undefined} /></Card>
          <ReportDrawer key={`${op}`} order={o} op={op} open={act === 'report'} onClose={shut} />
          <IssueDrawer order={o} open={act === 'issue'} onClose={shut} />
          <ReceiveDrawer key={`in${o.receipts.length}`} order={o} open={act === 'receive'} onClose={shut} />
          <OutputDrawer key={`out${o.receipts.length}`} order={o} open={act === 'outputs'} onClose={shut} />
          <ChangeDrawer order={o} open={act === 'change'} onClose={shut} />
          <SplitDrawer order={o} open={act === 'split'} onClose={shut} />
          <AskDrawer order={o} open={act === 'substitute'} onClose={shut} />
          <MergeDrawer order={o} open={act === 'merge'} onClose={shut} />
          <EndDrawer order={o} open={act === 'end'} onClose={shut} closing={closing} />
          <StartDrawer order={o} open={act === 'start'} onClose={shut} override={may('production.override')} />
          <ReturnDrawer key={item} order={o} item={item} open={act === 'return'} onClose={shut} />
        </>
      )}
    </DetailPage>
  )
}

interface Side { qty: string; due: string; start: string; priority: number }
interface Told { readings?: { name: string; value: string; unit: string }[]; substitute?: string; pick?: string; lines?: { item: string; qty: string }[]; outputs?: { item: string; qty: string; lot?: string }[]; left?: string; new?: { number: string; qty: string }; orders?: string[]; before?: Side; after?: Side; kind?: string; open?: string; short?: { item: string; qty: string }[]; work?: string; op?: number; op_name?: string; good?: string; scrap?: string; worker?: string; item?: string; name?: string; qty?: string; lot?: string; number?: string; lots?: { lot?: string; qty: string }[] }
/** The figures of a fact, so that the time line can be read without opening anything. */
function tell(fact: Fact) {
  const p = fact.payload as Told
  switch (fact.name) {
    case 'production.reported': case 'production.undone': return `${p.op} ${p.op_name ?? ''}  ${format(p.good)}${p.scrap && p.scrap !== '0' ? `  −${format(p.scrap)}` : ''}${p.worker && p.worker !== fact.actor ? `  ${p.worker}` : ''}`
    case 'production.started': case 'production.paused': return `${p.op} ${p.op_name ?? ''}${p.work === 'setup' ? `  ${i18n.t('production:work.setup')}` : ''}`
    case 'production.out_of_limits': return `${p.op} ${p.op_name ?? ''}  ${(p.readings ?? []).map((x) => `${x.name} ${format(x.value)} ${x.unit}`).join(', ')}  ${p.worker ?? ''}`
    case 'production.op_held': case 'production.op_unheld': return `${p.op} ${p.op_name ?? ''}`
    case 'production.split': return `${p.new?.number} × ${format(p.new?.qty)}`
    case 'production.merged': return `${(p.orders ?? []).join(', ')}  → ${format(p.qty)}`
    case 'production.changed': return (['qty', 'due', 'start', 'priority'] as const).filter((k) => p.before?.[k] !== p.after?.[k]).map((k) => `${i18n.t(`production:f.${k}`)} ${p.before?.[k] || '–'} → ${p.after?.[k] || '–'}`).join(', ')
    case 'production.variance': return `${i18n.t(`production:vkind.${p.kind}`)}  ${p.item} ${format(p.qty)}`
    case 'production.issued': case 'production.returned': return `${p.item} ${p.name ?? ''}  ${(p.lots ?? []).map((l) => `${l.lot || '–'} × ${format(l.qty)}`).join(', ')}`
    case 'production.substitute_asked': case 'production.substitute_approved': case 'production.substitute_refused': return `${p.item} → ${p.substitute}  ${format(p.qty)}`
    case 'production.pick_made': case 'production.pick_short': case 'production.pick_dropped': return `${p.pick}  ${(p.short?.length ? p.short : p.lines ?? []).map((x) => `${x.item} × ${format(x.qty)}`).join(', ')}`
    case 'production.outputs_received': case 'production.outputs_undone': return (p.outputs ?? []).map((x) => `${x.item} ${format(x.qty)}  ${x.lot ?? ''}`).join(', ')
    case 'production.received': case 'production.unreceived': return `${p.number ?? ''}  ${format(p.qty)}  ${p.lot ?? ''}`
  }
  return undefined
}
