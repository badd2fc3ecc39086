import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useSend } from '@/api/hooks'
import type { Body, Row } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { ActButton, FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { lotUrl, purchaseOrderUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { toItem, toPartner, withPieces } from './orders'
import './purchasing.css'

type Reject = Row<'/api/v1/purchasing/rejects'>
type Back = Row<'/api/v1/purchasing/returns'>
type Any = Record<string, unknown>
const ACTS = ['return', 'scrap'] as const

const shared = [
  { key: 'supplier_name', type: 'link', to: (r: { supplier: string }) => toPartner(r.supplier) }, { key: 'item', type: 'link', to: toItem }, { key: 'name' },
  { key: 'lot', type: 'link', to: (r: { item: string; lot: string }) => (r.lot ? lotUrl(r.item, r.lot) : undefined) },
] as const
const rejects: Column<Reject>[] = [
  { key: 'receipt' }, { key: 'order', type: 'link', to: (r) => (r.order ? purchaseOrderUrl(r.order) : undefined) }, ...(shared as unknown as Column<Reject>[]),
  { key: 'failed', type: 'qty', uom: 'uom' }, { key: 'gone', type: 'qty', uom: 'uom' }, { key: 'left', type: 'qty', uom: 'uom' }, { key: 'reason' }, { key: 'changed_ms', label: 'f.since', type: 'instant' },
]
const returns: Column<Back>[] = [
  { key: 'number' }, { key: 'act', type: 'enum', options: ACTS, words: 'rejectAct' }, { key: 'receipt' }, { key: 'order', type: 'link', to: (r) => (r.order ? purchaseOrderUrl(r.order) : undefined) }, ...(shared as unknown as Column<Back>[]),
  { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'serials', hidden: true }, { key: 'reason' }, { key: 'recorded_ms', label: 'f.sent_ms', type: 'instant' }, { key: 'actor' }, { key: 'undone', type: 'bool', label: 'f.do', noSort: true, render: (r) => <Undo row={r} /> },
]
const reason = (kind: 'return' | 'scrap') => ({ path: '/api/v1/inventory/reasons' as const, name: (r: Any) => `${String(r.name_zh)} ${String(r.name_en)}`, filters: [{ col: 'kind', op: 'eq' as const, value: kind }, { col: 'active', op: 'eq' as const, value: 'true' }] })
const fields = (serial: boolean): Field<NonNullable<Body<'post', '/api/v1/purchasing/receipts/{number}/rejects'>>>[] => [
  { key: 'act', type: 'select', options: ACTS, words: 'rejectAct', required: true, half: true }, { key: 'qty', type: 'qty', half: true, help: 'purchasing:help.rejectAll', hidden: () => serial },
  { key: 'reason_code', type: 'entity', from: reason('return'), half: true, hidden: (v) => v.act === 'scrap' }, { key: 'reason', half: true, help: 'purchasing:help.rejectReason' },
  { key: 'serials', type: 'textarea', help: 'purchasing:help.rejectSerials', hidden: () => !serial },
]
const sortRejects = ['-changed_ms']
const sortReturns = ['-recorded_ms']
const live = ['quality.']

function Undo({ row: r }: { row: Back }) {
  const { t } = useTranslation('purchasing')
  const may = useMay()
  const undo = useSend('post', '/api/v1/purchasing/returns/{number}/undo')
  if (r.undone) return <Chip status="reversed" />
  if (!may('purchasing.undo')) return null
  return <ActButton size="small" send={undo} input={(reason) => ({ path: { number: r.number }, body: { reason } })} confirm={{ title: t('undo.ask', { number: r.number }), text: t('undo.return'), reason: true, ok: t('undo.do') }} done={t('undo.done', { number: r.number })}>{t('undo.do')}</ActButton>
}

/** What failed at the incoming inspection: still here, or gone. */
export default function RejectsPage() {
  const { t } = useTranslation('purchasing')
  const may = useMay()
  const [params, setParams] = useSearchParams()
  const gone = params.get('by') === 'gone'
  const [row, setRow] = useState<Reject | undefined>()
  const act = may('purchasing.return')
  return (
    <div className="pu-split">
      <div className="pu-by"><Segmented value={gone ? 'gone' : 'here'} onChange={(v) => setParams(v === 'gone' ? { by: 'gone' } : {}, { replace: true })} options={(['here', 'gone'] as const).map((v) => ({ value: v, label: t(`rejects.${v}`) }))} /></div>
      {gone
        ? <ListPage path="/api/v1/purchasing/returns" ns="purchasing" columns={returns} sort={sortReturns} searchHint={t('rejects.search')} empty={<div className="kw-none"><b>{t('rejects.noneGone')}</b></div>} />
        : <ListPage path="/api/v1/purchasing/rejects" ns="purchasing" columns={rejects} idOf={(r) => `${r.receipt}|${r.lot}`} sort={sortRejects} live={live} searchHint={t('rejects.search')} onOpen={act ? (r) => setRow(r) : undefined}
            bulk={act ? (rows) => rows.length === 1 && rows[0] && <Button size="small" type="primary" onClick={() => setRow(rows[0])}>{t('rejects.do')}</Button> : undefined} empty={<div className="kw-none"><b>{t('rejects.none')}</b><span>{t('rejects.noneText')}</span></div>} />}
      <FormDrawer ns="purchasing" title={row ? t('rejects.title', { receipt: row.receipt, item: row.item, name: row.name }) : ''} ok={t('rejects.do')} method="post" path="/api/v1/purchasing/receipts/{number}/rejects" pathParams={{ number: row?.receipt ?? '' }}
        fields={fields(row?.tracking === 'serial')} initial={row ? { act: row.supplier ? 'return' : 'scrap', qty: row.left } : {}} shape={(b) => withPieces(b)} open={row !== undefined} onClose={() => setRow(undefined)} said={(r) => t(r.order ? 'rejects.doneOrder' : 'rejects.done', { number: r.number, order: r.order, open: r.open })} />
    </div>
  )
}
