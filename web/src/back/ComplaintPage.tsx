import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer, Body } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { ActButton, Attachments, Card, DetailPage, Facts, FormDrawer, History, Lines, type Column, type Field } from '@/kit/crud'
import { showInstant } from '@/kit/dates'
import { itemUrl, lotUrl, salesOrderUrl, serialUrl, shipmentUrl, workOrderUrl } from '@/kit/links'
import { format } from '@/kit/num'
import { useMay } from '@/kit/who'
import { complaintUrl, inspectionUrl, RETURN_TONES, returnUrl } from './links'
import { ReturnForm } from './ReturnForm'
import './back.css'

type Complaint = Answer<'get', '/api/v1/sales/complaints/{number}'>
type Trace = Answer<'get', '/api/v1/sales/complaints/{number}/trace'>
const facts: Column<Complaint>[] = [
  { key: 'customer_name', label: 'f.customer' }, { key: 'item', render: (c) => <Link to={itemUrl(c.item)}>{c.item}</Link> }, { key: 'lot', render: (c) => <Link to={lotUrl(c.item, c.lot)}>{c.lot}</Link> },
  { key: 'serial', render: (c) => <Link to={serialUrl(c.item, c.serial)}>{c.serial}</Link> }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'severity', type: 'enum', words: 'severity' },
  { key: 'shipment', render: (c) => <Link to={shipmentUrl(c.shipment)}>{c.shipment}</Link> }, { key: 'order', render: (c) => <Link to={salesOrderUrl(c.order)}>{c.order}</Link> }, { key: 'contact' }, { key: 'at_ms', type: 'instant' }, { key: 'actor' },
]
const causeFields: Field<NonNullable<Body<'post', '/api/v1/sales/complaints/{number}/cause'>>>[] = [
  { key: 'cause', type: 'select', options: ['material', 'process', 'handling', 'none'], words: 'cause', required: true }, { key: 'text', type: 'textarea', required: true, help: 'back:help.cause' },
]
const answerFields: Field<NonNullable<Body<'post', '/api/v1/sales/complaints/{number}/close'>>>[] = [{ key: 'answer', type: 'textarea', required: true, help: 'back:help.answer' }]

/** A complaint: what the customer sees, where the goods come from, why it happened, what became of it. */
export default function ComplaintPage() {
  const { t } = useTranslation('back')
  const { number = '' } = useParams()
  const may = useMay()
  const navigate = useNavigate()
  const complaint = useGet('/api/v1/sales/complaints/{number}', { path: { number }, live: ['sales.'] })
  const inside = may('quality.read')
  const trace = useGet('/api/v1/sales/complaints/{number}/trace', { path: { number }, enabled: inside })
  const reopen = useSend('post', '/api/v1/sales/complaints/{number}/reopen')
  const [form, setForm] = useState<'cause' | 'close' | 'back' | undefined>()
  const c = complaint.data
  const write = may('sales.complain')
  return (
    <DetailPage
      query={complaint} title={number} sub={c?.item_name} status={c?.status} word={c && t(`cstatus.${c.status}`)} tone={c && (c.status === 'open' ? (c.severity === 'critical' ? 'red' : 'amber') : c.status === 'judged' ? 'blue' : 'slate')}
      facts={c && <Facts ns="back" columns={facts.filter((f) => c[f.key])} row={c} />}
      actions={c && (
        <>
          {write && c.status === 'closed' && <ActButton send={reopen} input={(reason) => ({ path: { number }, body: { reason } })} confirm={{ title: t('complaint.reopenAsk'), reason: true }} done={t('complaint.reopened')}>{t('complaint.reopen')}</ActButton>}
          {c.status !== 'closed' && may('sales.return') && c.shipment && <Button onClick={() => setForm('back')}>{t('complaint.back')}</Button>}
          {write && c.status !== 'closed' && <Button type={c.status === 'open' ? 'primary' : 'default'} onClick={() => setForm('cause')}>{t('complaint.setCause')}</Button>}
          {write && c.status === 'judged' && <Button type="primary" onClick={() => setForm('close')}>{t('complaint.close')}</Button>}
        </>
      )}
    >
      {c && (
        <div className="bk-page">
          <Card title={t('f.symptom')}>
            <p className="bk-text">{c.symptom}</p>
            {c.cause && <p className="bk-cause"><b>{t(`cause.${c.cause}`)}</b>{c.cause_text && <span>{c.cause_text}</span>}{c.cause_ms > 0 && <small className="kw-dim">{showInstant(c.cause_ms)} {c.cause_by}</small>}</p>}
            {c.answer && <p className="bk-cause"><b>{t('f.answer')}</b><span>{c.answer}</span></p>}
            {c.returns.length > 0 && <p className="bk-refs"><b>{t('menu.returns')}</b>{c.returns.map((r) => <span key={r.number}><Link to={returnUrl(r.number)}>{r.number}</Link> <Chip status={r.status} tone={RETURN_TONES[r.status]} word={t(`rstatus.${r.status}`)} /></span>)}</p>}
            {c.same.length > 0 && <p className="bk-refs"><b>{t('complaint.same')}</b>{c.same.map((s) => <span key={s.number}><Link to={complaintUrl(s.number)}>{s.number}</Link> {s.customer}: {s.symptom}</span>)}</p>}
          </Card>
          <Attachments subject={`complaint:${number}`} write={write} />
          {inside && trace.data && <TraceCards trace={trace.data} lot={c.lot} />}
          {inside && <Card title={t('complaint.log')}><History subject={`complaint:${number}`} /></Card>}
        </div>
      )}
      <FormDrawer ns="back" title={t('complaint.setCause')} method="post" path="/api/v1/sales/complaints/{number}/cause" pathParams={{ number }} fields={causeFields} initial={c?.cause ? { cause: c.cause, text: c.cause_text } : {}} open={form === 'cause'} onClose={() => setForm(undefined)} />
      <FormDrawer ns="back" title={t('complaint.close')} method="post" path="/api/v1/sales/complaints/{number}/close" pathParams={{ number }} fields={answerFields} open={form === 'close'} onClose={() => setForm(undefined)} />
      {c && <ReturnForm complaint={c} open={form === 'back'} onClose={() => setForm(undefined)} onDone={(n) => void navigate(returnUrl(n))} />}
    </DetailPage>
  )
}

const ops: Column<Trace['work'][number]['ops'][number]>[] = [{ key: 'op', type: 'number' }, { key: 'name', label: 'f.step' }, { key: 'work_center' }, { key: 'workers' }, { key: 'good', type: 'qty' }, { key: 'scrap', type: 'qty' }, { key: 'rework', type: 'qty' }, { key: 'last_ms', label: 'f.at_ms', type: 'instant' }]
const parts: Column<Trace['parts'][number]>[] = [
  { key: 'item', type: 'link', to: (p) => itemUrl(p.item) }, { key: 'name' }, { key: 'lot', type: 'link', to: (p) => (p.lot ? lotUrl(p.item, p.lot) : undefined) }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'supplier' }, { key: 'supplier_lot' }, { key: 'judged', type: 'enum', words: 'judged' },
]
const inspections: Column<Trace['inspections'][number]>[] = [
  { key: 'number', label: 'f.inspection', type: 'link', to: (i) => inspectionUrl(i.number) }, { key: 'kind', type: 'enum', words: 'ikind' }, { key: 'order', label: 'f.document' }, { key: 'qty', type: 'qty' }, { key: 'passed', type: 'qty' }, { key: 'failed', type: 'qty' }, { key: 'at_ms', type: 'instant' },
]
const others: Column<Trace['others'][number]>[] = [{ key: 'name', label: 'f.customer' }, { key: 'lot' }, { key: 'document' }, { key: 'qty', type: 'qty' }]

function TraceCards({ trace, lot }: { trace: Trace; lot: string }) {
  const { t } = useTranslation('back')
  return (
    <>
      {trace.work.map((w) => (
        <Card key={w.number} flush title={<>{t('trace.made', { lot })} <Link to={workOrderUrl(w.number)}>{w.number}</Link> · {format(w.good)}</>}><Lines ns="back" columns={ops} rows={w.ops} id={(o) => String(o.op)} /></Card>
      ))}
      <Card flush title={t('trace.inspections')}><Lines ns="back" columns={inspections} rows={trace.inspections} id={(i) => i.number} empty={<div className="kw-none">{t('trace.noInspections')}</div>} /></Card>
      <Card flush title={t('trace.parts')}><Lines ns="back" columns={parts} rows={trace.parts} id={(p) => `${p.order} ${p.item} ${p.lot}`} empty={<div className="kw-none">{t('trace.noParts')}</div>} /></Card>
      <Card flush title={t('trace.others')}><Lines ns="back" columns={others} rows={trace.others} id={(o) => `${o.document} ${o.item} ${o.lot}`} empty={<div className="kw-none">{t('trace.noOthers')}</div>} /></Card>
    </>
  )
}
