import { Button, Grid } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer, Body } from '@/api/types'
import { ActButton, Attachments, Card, DetailPage, Facts, FormDrawer, History, Lines, type Column, type Field } from '@/kit/crud'
import { addDays, showInstant, today } from '@/kit/dates'
import { lotUrl, salesOrderUrl, shipmentUrl, workOrderUrl } from '@/kit/links'
import { add, cmp, sub } from '@/kit/num'
import { useMay } from '@/kit/who'
import { centers, complaintUrl, filled, inspectionUrl, items, pieces, places, RETURN_TONES } from './links'
import './back.css'

type Return = Answer<'get', '/api/v1/sales/returns/{number}'>
type Line = Return['lines'][number]
type Dispose = NonNullable<Body<'post', '/api/v1/sales/returns/{number}/dispose'>>
const ACTS = ['stock', 'rework', 'scrap', 'back'] as const
const facts: Column<Return>[] = [
  { key: 'customer_name', label: 'f.customer' }, { key: 'shipment', render: (r) => <Link to={shipmentUrl(r.shipment)}>{r.shipment}</Link> }, { key: 'order', render: (r) => <Link to={salesOrderUrl(r.order)}>{r.order}</Link> },
  { key: 'complaint', render: (r) => <Link to={complaintUrl(r.complaint)}>{r.complaint}</Link> }, { key: 'wish', type: 'enum', words: 'wish' }, { key: 'reason' }, { key: 'at_ms', type: 'instant' }, { key: 'actor' }, { key: 'close_reason' },
  { key: 'replaced_by', render: (r) => <Link to={salesOrderUrl(r.replaced_by)}>{r.replaced_by}</Link> }, { key: 'credit_note', render: (r) => <>{r.credit_note} <small className="kw-dim">{showInstant(r.credit_ms)}</small></> },
]
const receiveFields = (l?: Line): Field<NonNullable<Body<'post', '/api/v1/sales/returns/{number}/receive'>>>[] => [
  { key: 'qty', type: 'qty', half: true, suffix: l?.uom, hidden: () => l?.tracking === 'serial' }, { key: 'location', type: 'entity', from: places, half: true, help: 'back:help.backTo' },
  { key: 'serials', type: 'textarea', help: 'back:help.serialsHere', hidden: () => l?.tracking !== 'serial' }, { key: 'note' },
]
const disposeFields = (l?: Line): Field<Dispose>[] => [
  { key: 'act', label: 'f.what', type: 'select', options: ACTS, words: 'dispose', required: true, half: true }, { key: 'qty', type: 'qty', half: true, suffix: l?.uom, help: 'back:help.disposeQty' },
  { key: 'serials', type: 'textarea', help: 'back:help.serials', hidden: () => l?.tracking !== 'serial' }, { key: 'reason', required: true },
  { key: 'ops', type: 'lines', hidden: (v) => v.act !== 'rework', help: 'back:help.ops', fields: [{ key: 'name', label: 'f.step' }, { key: 'work_center', type: 'entity', from: centers }, { key: 'minutes', type: 'qty', width: 90 }] },
  { key: 'parts', type: 'lines', hidden: (v) => v.act !== 'rework', help: 'back:help.parts', fields: [{ key: 'item', type: 'entity', from: items }, { key: 'qty', type: 'qty', width: 110 }] },
  { key: 'new_number', type: 'bool', hidden: (v) => v.act !== 'rework', help: 'back:help.newNumber' },
]
const creditFields: Field<NonNullable<Body<'post', '/api/v1/sales/returns/{number}/credit'>>>[] = [{ key: 'note', type: 'textarea', required: true, help: 'back:help.credit' }]
const replaceFields: Field<NonNullable<Body<'post', '/api/v1/sales/returns/{number}/replace'>>>[] = [{ key: 'due', type: 'date', required: true, help: 'back:help.replace' }]
const lists = (b: Record<string, unknown>) => filled({ ...b, serials: pieces(b.serials), ops: ((b.ops as { name?: string; work_center?: string }[]) ?? []).filter((o) => o.name && o.work_center), parts: ((b.parts as { item?: string; qty?: string }[]) ?? []).filter((p) => p.item && p.qty) })

/** A return: expected, received on hold, judged, and where each piece went. */
export default function ReturnPage() {
  const { t } = useTranslation('back')
  const { number = '' } = useParams()
  const may = useMay()
  const query = useGet('/api/v1/sales/returns/{number}', { path: { number }, live: ['quality.', 'production.'] })
  const close = useSend('post', '/api/v1/sales/returns/{number}/close')
  const undo = useSend('post', '/api/v1/sales/returns/{number}/undo')
  const [form, setForm] = useState<{ do: 'receive' | 'dispose' | 'credit' | 'replace'; line?: Line } | undefined>()
  const [line, setLine] = useState<Line | undefined>()
  const r = query.data
  const ask = (what: 'receive' | 'dispose', l: Line) => { setLine(l); setForm({ do: what, line: l }) }
  const judged = (l: Line) => sub(add(l.passed, l.failed), add(add(l.stocked, l.reworked), add(l.scrapped, l.sent_back)))
  const here = !!r && r.lines.some((l) => cmp(l.received, '0') > 0)
  const settled = !!r && (r.credit_ms > 0 || !!r.replaced_by)
  const wide = Grid.useBreakpoint().md
  const acts: Column<Line> = { key: 'id', label: 'f.do', render: (l) => (
    <span className="bk-acts">
      {may('sales.take_back') && !r?.closed_ms && cmp(l.received, l.qty) < 0 && <Button size="small" onClick={() => ask('receive', l)}>{t('return.receive')}</Button>}
      {may('sales.dispose') && cmp(judged(l), '0') > 0 && <Button size="small" type="primary" onClick={() => ask('dispose', l)}>{t('return.dispose')}</Button>}
    </span>
  ) }
  // on a phone what can be done is in sight
  const acting = !!r && (may('sales.take_back') || may('sales.dispose'))
  const columns: Column<Line>[] = [
    { key: 'line', type: 'number' }, { key: 'name' }, ...(acting && !wide ? [acts] : []), { key: 'lot', type: 'link', to: (l) => (l.lot ? lotUrl(l.item, l.lot) : undefined) }, ...(r?.lines.some((l) => l.serials.length > 0) ? [{ key: 'serials' as const, render: (l: Line) => l.serials.join(', ') }] : []), { key: 'qty', type: 'qty', uom: 'uom', label: 'f.expected' }, { key: 'received', type: 'qty' }, { key: 'passed', type: 'qty' }, { key: 'failed', type: 'qty' },
    { key: 'stocked', type: 'qty' }, { key: 'reworked', type: 'qty' }, { key: 'scrapped', type: 'qty' }, { key: 'sent_back', type: 'qty' },
    ...(acting && wide ? [acts] : []),
  ]
  const steps: Column<Return['facts'][number]>[] = [
    { key: 'at_ms', type: 'instant' }, { key: 'act', type: 'enum', words: 'act' }, { key: 'line', type: 'number' }, { key: 'qty', type: 'qty' }, { key: 'serials' }, { key: 'location' },
    { key: 'document', type: 'link', to: (f) => (f.document ? (f.act === 'rework' ? workOrderUrl(f.document) : inspectionUrl(f.document)) : undefined) }, { key: 'reason' }, { key: 'actor' },
    { key: 'id', label: 'f.do', render: (f) => (f.undo || f.undone ? <span className="kw-dim">{t(f.undo ? 'return.isUndo' : 'return.undone')}</span> : may('sales.undo') && f.act !== 'rework' ? <ActButton type="link" size="small" send={undo} input={(reason) => ({ path: { number }, body: { fact: f.id, reason } })} confirm={{ title: t('return.undoAsk'), danger: true, reason: true }} done={t('return.undid')}>{t('return.undo')}</ActButton> : null) },
  ]
  const done = () => setForm(undefined)
  return (
    <DetailPage
      query={query} title={number} sub={r?.customer_name} status={r?.status} word={r && t(`rstatus.${r.status}`)} tone={r && RETURN_TONES[r.status]}
      facts={r && <Facts ns="back" columns={facts.filter((f) => r[f.key])} row={r} />}
      actions={r && may('sales.return') && (
        <>
          {!r.closed_ms && (r.status === 'expected' || r.status === 'part_received') && <ActButton danger send={close} input={(reason) => ({ path: { number }, body: { reason } })} confirm={{ title: t('return.closeAsk'), text: t('return.closeText'), reason: true }} done={t('return.closed')}>{t('return.close')}</ActButton>}
          {here && !settled && <Button onClick={() => setForm({ do: 'credit' })}>{t('return.credit')}</Button>}
          {here && !settled && <Button type={r.wish === 'replace' ? 'primary' : 'default'} onClick={() => setForm({ do: 'replace' })}>{t('return.replace')}</Button>}
        </>
      )}
    >
      {r && (
        <div className="bk-page">
          <Card title={t('return.lines')} flush><Lines ns="back" columns={columns} rows={r.lines} id={(l) => l.id} /></Card>
          <Card title={t('return.steps')} flush><Lines ns="back" columns={steps} rows={[...r.facts].reverse()} id={(f) => f.id} empty={<div className="kw-none">{t('return.noSteps')}</div>} /></Card>
          <Attachments subject={`rma:${number}`} write={may('sales.return')} />
          {may('quality.read') && <Card title={t('complaint.log')}><History subject={`rma:${number}`} /></Card>}
        </div>
      )}
      <FormDrawer ns="back" title={t('return.receiveTitle', { name: line?.name ?? '' })} ok={t('return.receive')} method="post" path="/api/v1/sales/returns/{number}/receive" pathParams={{ number }} fields={receiveFields(line)} initial={line ? { qty: sub(line.qty, line.received), serials: line.serials.join(' ') } : {}} shape={(b) => ({ ...lists(b), line: line?.line })} open={form?.do === 'receive'} onClose={done} said={() => t('return.receivedDone')} />
      <FormDrawer ns="back" title={t('return.disposeTitle', { name: line?.name ?? '' })} ok={t('return.dispose')} method="post" path="/api/v1/sales/returns/{number}/dispose" pathParams={{ number }} fields={disposeFields(line)} initial={line ? { act: cmp(line.passed, line.stocked) > 0 ? 'stock' : 'rework', ops: [{}], parts: [{}] } : {}} shape={(b) => ({ ...lists(b), line: line?.line })} open={form?.do === 'dispose'} onClose={done} width={640} />
      <FormDrawer ns="back" title={t('return.credit')} method="post" path="/api/v1/sales/returns/{number}/credit" pathParams={{ number }} fields={creditFields} open={form?.do === 'credit'} onClose={done} said={() => t('return.creditDone')} />
      <FormDrawer ns="back" title={t('return.replace')} method="post" path="/api/v1/sales/returns/{number}/replace" pathParams={{ number }} fields={replaceFields} initial={{ due: addDays(today(), 7) }} open={form?.do === 'replace'} onClose={done} said={(a) => t('return.replaceDone', { number: a.replaced_by })} />
    </DetailPage>
  )
}
