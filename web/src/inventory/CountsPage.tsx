import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Body, Row } from '@/api/types'
import { FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { movesUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { countUrl, items, place } from './boxes'

type Count = Row<'/api/v1/inventory/counts'>
const STATUSES = ['open', 'approved', 'cancelled'] as const
const columns: Column<Count>[] = [
  { key: 'number', type: 'link' }, { key: 'status', type: 'status', options: STATUSES }, { key: 'scope' }, { key: 'blind', type: 'bool' }, { key: 'lines', type: 'number' }, { key: 'counted', type: 'number', label: 'f.counted_lines' }, { key: 'differ', type: 'number' },
  { key: 'made_ms', label: 'f.started_ms', type: 'instant' }, { key: 'made_by', label: 'f.started_by' }, { key: 'approved_by' }, { key: 'document', type: 'link', to: (c) => (c.document ? movesUrl(c.document) : undefined) },
]
const fields: Field<NonNullable<Body<'post', '/api/v1/inventory/counts'>>>[] = [
  { key: 'warehouse', type: 'entity', from: { path: '/api/v1/masterdata/warehouses' }, half: true, help: 'inventory:help.countWhat' }, { key: 'location', type: 'entity', from: place, half: true }, { key: 'item', type: 'entity', from: items, half: true },
  { key: 'abc', type: 'select', options: ['A', 'B', 'C'], words: 'abc', half: true, help: 'inventory:help.abc' }, { key: 'blind', type: 'bool', help: 'inventory:help.blind' },
]
const open = (c: Count) => countUrl(c.number)
const sort = ['-made_ms']
const tabs = { col: 'status', values: STATUSES }

/** Stock-takes. */
export default function CountsPage() {
  const { t } = useTranslation('inventory')
  const navigate = useNavigate()
  const may = useMay()
  const [adding, setAdding] = useState(false)
  return (
    <>
      <ListPage path="/api/v1/inventory/counts" ns="inventory" columns={columns} open={open} sort={sort} tabs={tabs} searchHint={t('counts.search')} onNew={may('inventory.count') ? () => setAdding(true) : undefined} empty={<div className="kw-none"><b>{t('counts.none')}</b><span>{t('counts.noneText')}</span></div>} />
      <FormDrawer ns="inventory" title={t('counts.new')} ok={t('counts.start')} method="post" path="/api/v1/inventory/counts" fields={fields} open={adding} onClose={() => setAdding(false)} said={(r) => t('counts.started', { number: r.number, n: r.lines })} onDone={(r) => void navigate(countUrl(r.number))} />
    </>
  )
}
