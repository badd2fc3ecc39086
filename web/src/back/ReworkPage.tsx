import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import type { Body, Row } from '@/api/types'
import { FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { itemUrl, workOrderUrl } from '@/kit/links'
import { centers, filled, items, made, pieces, places } from './links'

type Order = Row<'/api/v1/production/orders'>
const columns: Column<Order>[] = [
  { key: 'number', type: 'link', label: 'f.work_order' }, { key: 'state', type: 'status', noFilter: true }, { key: 'item', type: 'link', to: (o) => itemUrl(o.item) }, { key: 'name' }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'good', type: 'progress', of: 'qty', label: 'f.reworked' }, { key: 'received', type: 'qty', label: 'f.inStock' }, { key: 'due', type: 'due' }, { key: 'created_ms', type: 'instant', label: 'f.at_ms' },
]
const fields = (inspection: string): Field<NonNullable<Body<'post', '/api/v1/production/rework'>>>[] => [
  ...(inspection ? [{ key: 'inspection' as const, readOnly: true, half: true }] : [{ key: 'item' as const, type: 'entity' as const, from: made, required: true }, { key: 'lot' as const, half: true, help: 'back:help.reworkLot' }]), { key: 'qty', type: 'qty', half: true, help: 'back:help.all' },
  ...(inspection ? [] : [{ key: 'serials' as const, type: 'textarea' as const, help: 'back:help.serials' }, { key: 'held' as const, type: 'bool' as const, help: 'back:help.held' }, { key: 'location' as const, type: 'entity' as const, from: places, half: true }]),
  { key: 'due', type: 'date', half: true }, { key: 'reason', type: 'textarea', required: true },
  { key: 'ops', type: 'lines', help: 'back:help.ops', fields: [{ key: 'name', label: 'f.step' }, { key: 'work_center', type: 'entity', from: centers }, { key: 'minutes', type: 'qty', width: 90 }] },
  { key: 'parts', type: 'lines', help: 'back:help.parts', fields: [{ key: 'item', type: 'entity', from: items }, { key: 'qty', type: 'qty', width: 110 }] },
  { key: 'new_number', type: 'bool', help: 'back:help.newNumber' },
]
const open = (o: Order) => workOrderUrl(o.number)
const sort = ['-created_ms']
const fixed = [{ col: 'kind', op: 'eq' as const, value: 'rework' }]

/** Rework orders: they take finished pieces and give them back. */
export default function ReworkPage() {
  const { t } = useTranslation('back')
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams()
  const inspection = params.get('inspection') ?? ''
  const [adding, setAdding] = useState(params.has('inspection') || params.has('item'))
  const close = () => { setAdding(false); if (params.size > 0) setParams({}, { replace: true }) }
  return (
    <>
      <ListPage path="/api/v1/production/orders" ns="back" columns={columns} open={open} sort={sort} fixed={fixed} live={['production.']} searchHint={t('rework.search')} onNew={() => setAdding(true)} actions={<Button type="primary" onClick={() => setAdding(true)}>{t('rework.new')}</Button>}
        empty={<div className="kw-none"><b>{t('rework.none')}</b><span>{t('rework.noneText')}</span></div>} />
      <FormDrawer key={inspection} ns="back" title={t('rework.new')} method="post" path="/api/v1/production/rework" fields={fields(inspection)} width={680}
        initial={{ inspection, item: params.get('item') ?? '', lot: params.get('lot') ?? '', serials: params.get('serials') ?? '', held: params.get('held') === '1', qty: params.get('qty') ?? '', ops: [{}], parts: [{}] }}
        shape={(b) => filled({ ...b, serials: pieces(b.serials), ops: ((b.ops as { name?: string; work_center?: string }[]) ?? []).filter((o) => o.name && o.work_center), parts: ((b.parts as { item?: string; qty?: string }[]) ?? []).filter((p) => p.item && p.qty) })}
        open={adding} onClose={close} said={(o) => t('rework.made', { number: o.number })} onDone={(o) => void navigate(workOrderUrl(o.number))} />
    </>
  )
}
