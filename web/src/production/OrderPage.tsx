import { DownOutlined, FilePdfOutlined } from '@ant-design/icons'
import { App, Button, Dropdown, Space } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { download } from '@/api/client'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import { ActButton, Card, DetailPage, Facts, History, Lines, type Column, type Fact } from '@/kit/crud'
import { openPdf, save } from '@/kit/files'
import { cmp, format } from '@/kit/num'
import { useKeys } from '@/kit/useKeys'
import { useMay } from '@/kit/who'
import { ReceiveDrawer, ReportDrawer, ReturnDrawer } from './acts'
import { Figures } from './Figures'
import { IssueDrawer } from './IssueDrawer'
import { isLate, itemUrl, over, salesUrl, type Detail } from './orders'
import { Ops } from './OrderOps'
import { Inspections, Issues, Materials, Receipts } from './OrderTabs'
import { useReasons } from './reasons'
import { reportColumns } from './ReportsPage'
import './production.css'

const facts: Column<Detail>[] = [
  { key: 'item', render: (o) => <Link to={itemUrl(o.item)}>{o.item}</Link> }, { key: 'spec' }, { key: 'sales_order', render: (o) => (o.sales_order ? <Link to={salesUrl(o.sales_order)}>{o.sales_order}</Link> : null) },
  { key: 'due', type: 'due', tone: (o) => (over(o.status) ? 'green' : undefined) }, { key: 'start', type: 'date' }, { key: 'priority', type: 'number' },
  { key: 'bom_version', label: 'f.versions', render: (o) => `${o.bom_version || '–'} / ${o.routing_version || '–'}` },
  { key: 'released_ms', type: 'instant' }, { key: 'started_ms', type: 'instant' }, { key: 'completed_ms', type: 'instant' }, { key: 'closed_ms', type: 'instant' }, { key: 'end_reason' },
]
const ALWAYS = new Set<string>(['item', 'sales_order', 'due', 'priority', 'bom_version'])

export default function OrderPage() {
  const { t } = useTranslation('production')
  const { message } = App.useApp()
  const { number = '' } = useParams()
  const may = useMay()
  const order = useGet('/api/v1/production/orders/{number}', { path: { number }, live: ['quality.', 'inventory.', 'sales.'] })
  const release = useSend('post', '/api/v1/production/orders/release')
  const cancel = useSend('post', '/api/v1/production/orders/cancel')
  const close = useSend('post', '/api/v1/production/orders/close')
  const { names } = useReasons()
  const [act, setAct] = useState<'report' | 'issue' | 'receive' | 'return' | undefined>()
  const [op, setOp] = useState<number | undefined>()
  const [item, setItem] = useState<string | undefined>()
  const o = order.data
  const on = (...states: string[]) => !!o && states.includes(o.status)
  const mayReport = on('released', 'started') && may('production.report')
  const mayIssue = on('released', 'started') && may('production.issue') && !!o?.components.some((c) => c.issue === 'pick')
  const mayReceive = !!o && !on('closed', 'cancelled') && cmp(o.receivable, '0') > 0 && may('production.receive')
  const report = (n?: number) => { setOp(n); setAct('report') }
  const traveler = () => openPdf('/api/v1/production/orders/{number}/traveler.pdf', { path: { number } })
  const zpl = async () => {
    try { const f = await download('/api/v1/production/orders/{number}/traveler.zpl', { path: { number } }); save(f.blob, f.name) } catch (err) { void message.error(messageOf(err)) }
  }
  useKeys({ p: traveler, r: mayReport && (() => report()), i: mayIssue && (() => setAct('issue')), e: mayReceive && (() => setAct('receive')) })
  const shut = () => setAct(undefined)
  return (
    <DetailPage
      query={order} title={number} sub={o?.name} status={o?.status} tone={o && isLate(o) ? 'red' : undefined}
      actions={o && (
        <>
          {on('planned', 'released') && may('production.create') && <ActButton danger send={cancel} input={(reason) => ({ body: { order: number, reason } })} confirm={{ title: t('cancel.ask', { number }), text: t('cancel.text'), ok: t('cancel.do'), reason: true }} done={t('cancel.done')}>{t('cancel.do')}</ActButton>}
          {on('started', 'completed') && may('production.close') && <ActButton send={close} input={(reason) => ({ body: { order: number, reason } })} confirm={{ title: t('close.ask', { number }), text: t('close.text'), ok: t('close.do'), danger: true, reason: true }} done={t('close.done')}>{t('close.do')}</ActButton>}
          <Space.Compact>
            <Button icon={<FilePdfOutlined />} onClick={traveler}>{t('order.traveler')}<kbd className="pr-key">p</kbd></Button>
            <Dropdown trigger={['click']} menu={{ items: [{ key: 'zpl', label: t('order.zpl') }], onClick: () => void zpl() }}><Button icon={<DownOutlined />} aria-label={t('order.zpl')} /></Dropdown>
          </Space.Compact>
          {mayIssue && <Button onClick={() => setAct('issue')}>{t('issue.do')}<kbd className="pr-key">i</kbd></Button>}
          {mayReport && <Button type={mayReceive ? 'default' : 'primary'} onClick={() => report()}>{t('report.do')}<kbd className="pr-key">r</kbd></Button>}
          {mayReceive && <Button type="primary" onClick={() => setAct('receive')}>{t('receive.do')} {format(o.receivable)}<kbd className="pr-key">e</kbd></Button>}
          {on('planned') && may('production.release') && <ActButton type="primary" send={release} input={{ body: { orders: [number] } }} done={t('release.done')}>{t('release.do')}</ActButton>}
        </>
      )}
      facts={o && <Facts ns="production" columns={facts.filter((c) => ALWAYS.has(c.key) || o[c.key])} row={o} />}
      tabs={o && [
        { key: 'materials', label: t('order.materials'), count: o.components.length, children: <Materials order={o} onReturn={(i) => { setItem(i); setAct('return') }} /> },
        { key: 'ops', label: t('order.ops'), count: o.ops.length, children: <Ops order={o} /> },
        { key: 'reports', label: t('order.reports'), count: o.reports.length, children: <Lines ns="production" columns={[{ key: 'recorded_ms', type: 'instant' } as const, ...reportColumns(names)]} rows={o.reports} empty={<div className="kw-none">{t('reports.noneText')}</div>} /> },
        { key: 'issues', label: t('order.issues'), count: o.issues.length, children: <Issues order={o} /> },
        { key: 'inspections', label: t('order.inspections'), count: o.inspections.length, children: <Inspections order={o} /> },
        { key: 'receipts', label: t('order.receipts'), count: o.receipts.length, children: <Receipts order={o} /> },
        { key: 'log', label: t('order.log'), children: <Card><History subject={`wo:${number}`} tell={tell} /></Card> },
      ]}
    >
      {o && (
        <>
          <Card><Figures order={o} onPick={mayReport ? report : undefined} /></Card>
          <ReportDrawer key={`${op}`} order={o} op={op} open={act === 'report'} onClose={shut} />
          <IssueDrawer order={o} open={act === 'issue'} onClose={shut} />
          <ReceiveDrawer order={o} open={act === 'receive'} onClose={shut} />
          <ReturnDrawer key={item} order={o} item={item} open={act === 'return'} onClose={shut} />
        </>
      )}
    </DetailPage>
  )
}

interface Told { op?: number; op_name?: string; good?: string; scrap?: string; worker?: string; item?: string; name?: string; qty?: string; lot?: string; number?: string; lots?: { lot?: string; qty: string }[] }
/** The figures of a fact, so that the time line can be read without opening anything. */
function tell(fact: Fact) {
  const p = fact.payload as Told
  switch (fact.name) {
    case 'production.reported': case 'production.undone': return `${p.op} ${p.op_name ?? ''}  ${format(p.good)}${p.scrap && p.scrap !== '0' ? `  −${format(p.scrap)}` : ''}${p.worker && p.worker !== fact.actor ? `  ${p.worker}` : ''}`
    case 'production.started': case 'production.paused': return `${p.op} ${p.op_name ?? ''}`
    case 'production.issued': case 'production.returned': return `${p.item} ${p.name ?? ''}  ${(p.lots ?? []).map((l) => `${l.lot || '–'} × ${format(l.qty)}`).join(', ')}`
    case 'production.received': case 'production.unreceived': return `${p.number ?? ''}  ${format(p.qty)}  ${p.lot ?? ''}`
  }
  return undefined
}
