import { PlusOutlined, ShoppingCartOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Body, Row } from '@/api/types'
import { ActButton, FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { purchaseOrderUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { filled, items, KINDS, partners, toItem, toPartner } from './orders'

type Requisition = Row<'/api/v1/purchasing/requisitions'>
const STATES = ['open', 'ordered', 'dropped'] as const
const SOURCES = ['manual', 'planning', 'replenishment', 'shortage'] as const

const columns: Column<Requisition>[] = [
  { key: 'number' }, { key: 'item', type: 'link', to: toItem }, { key: 'name' }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'due', type: 'due', tone: (r) => (r.state === 'open' ? undefined : 'green') },
  { key: 'supplier_name', type: 'link', to: (r) => toPartner(r.supplier) }, { key: 'wanted_for' }, { key: 'source', type: 'enum', options: SOURCES, words: 'source' }, { key: 'kind', type: 'enum', options: KINDS, words: 'kind', hidden: true },
  { key: 'order', type: 'link', to: (r) => (r.order ? purchaseOrderUrl(r.order) : undefined) }, { key: 'note' }, { key: 'reason', hidden: true }, { key: 'requested_by' }, { key: 'requested_ms', type: 'instant', hidden: true },
  { key: 'state', type: 'status', options: STATES, width: 100 },
]
const newFields: Field<NonNullable<Body<'post', '/api/v1/purchasing/requisitions'>>>[] = [
  { key: 'lines', type: 'lines', fields: [
    { key: 'item', type: 'entity', from: items, required: true }, { key: 'qty', type: 'qty', required: true, width: 110 }, { key: 'due', type: 'date', width: 140 }, { key: 'supplier', type: 'entity', from: partners }, { key: 'note' },
  ] },
]
const orderFields: Field<NonNullable<Body<'post', '/api/v1/purchasing/requisitions/order'>>>[] = [
  { key: 'supplier', type: 'entity', from: partners, help: 'purchasing:help.supplierAll' }, { key: 'note', type: 'textarea' },
]
const editFields: Field<NonNullable<Body<'post', '/api/v1/purchasing/requisitions/{number}'>>>[] = [
  { key: 'qty', type: 'qty', required: true, half: true }, { key: 'due', type: 'date', half: true }, { key: 'supplier', type: 'entity', from: partners }, { key: 'note', type: 'textarea' },
]
const tabs = { col: 'state', values: STATES, count: true }
const sort = ['due']
const live = ['purchasing.', 'planning.']

/** What the buyer is asked for, until it is ordered. */
export default function RequisitionsPage() {
  const { t } = useTranslation('purchasing')
  const may = useMay()
  const [adding, setAdding] = useState(false)
  const [row, setRow] = useState<Requisition | undefined>()
  const [picked, setPicked] = useState<readonly Requisition[]>([])
  const drop = useSend('post', '/api/v1/purchasing/requisitions/{number}/drop')
  const add = <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('requisitions.new')}</Button>
  const closed = (rows: readonly Requisition[]) => rows.some((r) => r.state !== 'open')
  const one = (rows: readonly Requisition[]) => (rows.length === 1 && rows[0]?.state === 'open' ? rows[0] : undefined)
  return (
    <>
      <ListPage
        path="/api/v1/purchasing/requisitions" ns="purchasing" columns={columns} idOf={(r) => r.number} sort={sort} tabs={tabs} live={live} searchHint={t('requisitions.search')} onNew={() => setAdding(true)}
        onOpen={(r) => { if (r.state === 'open') setRow(r) }}
        bulk={(rows) => (
          <>
            {may('purchasing.create') && <Button size="small" type="primary" icon={<ShoppingCartOutlined />} disabled={closed(rows)} title={closed(rows) ? t('requisitions.notOpen') : undefined} onClick={() => setPicked(rows)}>{t('requisitions.order')}</Button>}
            {one(rows) && <ActButton size="small" send={drop} input={(reason) => ({ path: { number: one(rows)?.number ?? '' }, body: { reason } })} confirm={{ title: t('requisitions.dropAsk', { number: one(rows)?.number }), text: t('requisitions.dropText'), reason: true, ok: t('requisitions.drop') }} done={t('requisitions.dropped', { number: one(rows)?.number })}>{t('requisitions.drop')}</ActButton>}
          </>
        )}
        actions={add}
        empty={<div className="kw-none"><b>{t('requisitions.none')}</b><span>{t('requisitions.noneText')}</span>{add}</div>}
      />
      <FormDrawer ns="purchasing" title={t('requisitions.new')} method="post" path="/api/v1/purchasing/requisitions" fields={newFields} shape={filled} open={adding} onClose={() => setAdding(false)} serial width={860} said={(o) => t('requisitions.made', { count: o.requisitions?.length ?? 0 })} />
      <FormDrawer ns="purchasing" title={t('requisitions.orderTitle', { count: picked.length })} ok={t('requisitions.order')} method="post" path="/api/v1/purchasing/requisitions/order" fields={orderFields} shape={(b) => ({ ...filled(b), numbers: picked.map((r) => r.number) })} open={picked.length > 0} onClose={() => setPicked([])}
        said={(o) => t('requisitions.ordered', { numbers: (o.orders ?? []).map((x) => x.number).join(', ') })} />
      <FormDrawer ns="purchasing" title={t('requisitions.edit', { number: row?.number })} method="post" path="/api/v1/purchasing/requisitions/{number}" pathParams={{ number: row?.number ?? '' }} fields={editFields} shape={(b) => ({ ...filled(b), version: row?.version })}
        initial={row ? { qty: row.qty, due: row.due, supplier: row.supplier, note: row.note } : {}} open={row !== undefined} onClose={() => setRow(undefined)} said={(r) => t('requisitions.saved', { number: r.number })} />
    </>
  )
}
