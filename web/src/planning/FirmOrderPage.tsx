import { ApartmentOutlined, SendOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { ApiError } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Body } from '@/api/types'
import { ActButton, Card, DetailPage, Facts, FormDrawer, History, Lines, type Column, type Fact, type Field } from '@/kit/crud'
import { planItemUrl, salesOrderUrl } from '@/kit/links'
import { add, format } from '@/kit/num'
import { useMay } from '@/kit/who'
import { firmToRelease } from './FirmPage'
import { docUrl, entryName, traceUrl, type FirmOrder, type Source } from './plan'
import { ReleaseDrawer } from './ReleaseDrawer'
import './planning.css'

const facts: Column<FirmOrder>[] = [
  { key: 'item', type: 'link', to: (f) => planItemUrl(f.item) }, { key: 'kind', type: 'enum', words: 'kind' }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'start', type: 'date' }, { key: 'due', type: 'date' }, { key: 'supplier' },
  { key: 'document', type: 'link', to: (f) => docUrl(f.document_kind, f.document) }, { key: 'made_by' }, { key: 'made_ms', type: 'instant' }, { key: 'note' },
]
const editFields = (uom: string): Field<NonNullable<Body<'post', '/api/v1/planning/firm/{number}'>>>[] => [{ key: 'qty', type: 'qty', suffix: uom, required: true, half: true }, { key: 'due', type: 'date', required: true, half: true }, { key: 'note', type: 'textarea' }]
const splitFields = (uom: string): Field<NonNullable<Body<'post', '/api/v1/planning/firm/{number}/split'>>>[] => [{ key: 'qty', type: 'qty', label: 'split.qty', suffix: uom, required: true, half: true }, { key: 'due', type: 'date', half: true }]

/** A held order: change, divide, give up or release it, and follow it back to the needs it was merged from. */
export default function FirmOrderPage() {
  const { t } = useTranslation('planning')
  const { number = '' } = useParams()
  const may = useMay()
  const list = useGet('/api/v1/planning/firm', { query: { limit: 1, filter: [`number:eq:${number}`] } })
  const withdraw = useSend('post', '/api/v1/planning/firm/{number}/withdraw')
  const [form, setForm] = useState<'edit' | 'split' | undefined>()
  const [releasing, setReleasing] = useState(false)
  const f = list.data?.items[0]
  const missing = list.data && !f ? new ApiError({ status: 404, detail: t('firm.unknown', { number }) }) : undefined
  const open = f?.state === 'firm'
  const hold = may('planning.firm')
  const columns: Column<Source>[] = [
    { key: 'kind', label: 'firm.need', render: (s) => <small>{t(`entry.${s.kind}`)}</small> },
    { key: 'number', label: 'f.document', render: (s) => { const to = docUrl(s.kind, s.number); return s.kind === 'planned' ? <span className="num kw-dim">{s.number}</span> : to ? <Link to={to}>{entryName(s, t)}</Link> : <span className="num">{entryName(s, t)}</span> } },
    { key: 'for', label: 'firm.product', render: (s) => (s.for ? <Link to={planItemUrl(s.for)}>{s.for}</Link> : null) },
    { key: 'top', label: 'firm.top', render: (s) => <span className="pn-tops">{(s.kind === 'sales_order' ? [s.number] : (s.top ?? '').split(', ')).filter(Boolean).map((n) => (n === '…' ? <span key={n}>…</span> : may('sales.read') && /^[A-Z]/.test(n) && s.kind !== 'work_order' ? <Link key={n} to={salesOrderUrl(n)}>{n}</Link> : <span key={n}>{n}</span>))}</span> },
    { key: 'day', label: 'f.day', type: 'date' }, { key: 'qty', type: 'qty' },
  ]
  return (
    <>
      <DetailPage
        query={{ data: f, error: list.error ?? missing, isPending: list.isPending, refetch: list.refetch }} title={number} sub={f?.name} status={f?.state} word={f && t(`state.${f.state}`)} facts={f && <Facts ns="planning" columns={facts.filter((c) => f[c.key])} row={f} />}
        actions={f && (
          <>
            {open && <Link to={traceUrl(f.item, { kind: 'firm', number })}><Button icon={<ApartmentOutlined />}>{t('trace.do')}</Button></Link>}
            {open && hold && <Button onClick={() => setForm('edit')}>{t('firm.change')}</Button>}
            {open && hold && <Button onClick={() => setForm('split')}>{t('split.do')}</Button>}
            {open && hold && <ActButton danger send={withdraw} input={(reason) => ({ path: { number }, body: { reason } })} confirm={{ title: t('withdraw.ask', { number }), text: t('withdraw.text'), reason: true, ok: t('withdraw.do') }} done={t('withdraw.done', { number })}>{t('withdraw.do')}</ActButton>}
            {open && may('planning.release') && <Button type="primary" icon={<SendOutlined />} onClick={() => setReleasing(true)}>{t('release.one')}</Button>}
          </>
        )}
        tabs={f && [
          { key: 'sources', label: t('firm.sources'), count: f.sources.length, children: (
            <Card flush title={t('firm.behind', { qty: format(f.sources.reduce((n, s) => add(n, s.qty), '0')), uom: f.uom })}><Lines ns="planning" columns={columns} rows={f.sources} id={sourceId} empty={<div className="kw-none">{t('firm.noSources')}</div>} /></Card>
          ) },
          { key: 'log', label: t('firm.log'), children: <Card><History subject={`firm:${number}`} tell={tell} /></Card> },
        ]}
      />
      {f && (
        <>
          <FormDrawer ns="planning" title={t('firm.edit', { number })} method="post" path="/api/v1/planning/firm/{number}" pathParams={{ number }} fields={editFields(f.uom)} initial={{ qty: f.qty, due: f.due, note: f.note }} shape={(b) => ({ ...b, version: f.version, note: b.note ?? '' })} open={form === 'edit'} onClose={() => setForm(undefined)} />
          <FormDrawer ns="planning" title={t('split.title', { number, qty: format(f.qty), uom: f.uom })} method="post" path="/api/v1/planning/firm/{number}/split" pathParams={{ number }} fields={splitFields(f.uom)} initial={{ due: f.due }} open={form === 'split'} onClose={() => setForm(undefined)} ok={t('split.do')} said={(r) => t('firm.made', { list: r.orders.join(', ') })} />
          <ReleaseDrawer orders={releasing ? [firmToRelease(f)] : undefined} onClose={() => setReleasing(false)} />
        </>
      )}
    </>
  )
}
const sourceId = (s: Source) => [s.kind, s.number, s.line, s.for, s.day].join('|')

function tell(fact: Fact) {
  const p = fact.payload as { item?: string; qty?: string; start?: string; due?: string }
  return p.item && p.qty ? <span className="num">{`${p.item} × ${format(p.qty)} · ${p.start} → ${p.due}`}</span> : undefined
}
