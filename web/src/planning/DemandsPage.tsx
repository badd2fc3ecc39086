import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Body } from '@/api/types'
import { ActButton, FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { planItemUrl } from '@/kit/links'
import { format } from '@/kit/num'
import { SitePick, useSiteFilter } from '@/kit/SitePick'
import { useMay } from '@/kit/who'
import type { Demand } from './plan'

const columns: Column<Demand>[] = [{ key: 'item', type: 'link', to: (d) => planItemUrl(d.item) }, { key: 'name' }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'due', type: 'due' }, { key: 'note' }, { key: 'made_by' }, { key: 'made_ms', type: 'instant' }]
const fields: Field<NonNullable<Body<'post', '/api/v1/planning/demands'>>>[] = [
  { key: 'item', type: 'entity', from: { path: '/api/v1/masterdata/items', filters: [{ col: 'status', op: 'eq', value: 'active' }] }, required: true }, { key: 'qty', type: 'qty', required: true, half: true }, { key: 'due', type: 'date', required: true, half: true }, { key: 'note', type: 'textarea', label: 'demand.note' },
]
const withDrop: Column<Demand>[] = [...columns, { key: 'id', label: 'demand.act', noSort: true, noFilter: true, render: (d) => <Drop demand={d} /> }]
const sort = ['due', 'item']

/** Needs that no order says: a trial lot, an exhibition, what the planner knows. */
export default function DemandsPage() {
  const { t } = useTranslation('planning')
  const may = useMay()
  const here = useSiteFilter()
  const [adding, setAdding] = useState(false)
  const hold = may('planning.firm')
  const add = <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('demand.new')}</Button>
  return (
    <>
      <ListPage path="/api/v1/planning/demands" ns="planning" columns={hold ? withDrop : columns} sort={sort} fixed={here} searchHint={t('demand.search')} onNew={hold ? () => setAdding(true) : undefined} actions={<><SitePick />{hold && add}</>} empty={<div className="kw-none"><b>{t('demand.none')}</b><span>{t('demand.noneText')}</span>{hold && add}</div>} />
      <FormDrawer ns="planning" title={t('demand.new')} method="post" path="/api/v1/planning/demands" fields={fields} shape={(b) => ({ ...b, site: here[0]?.value })} open={adding} onClose={() => setAdding(false)} serial said={() => t('demand.made')} />
    </>
  )
}

function Drop({ demand: d }: { demand: Demand }) {
  const { t } = useTranslation('planning')
  const drop = useSend('post', '/api/v1/planning/demands/{id}/drop')
  return <ActButton size="small" type="text" danger icon={<DeleteOutlined />} aria-label={t('demand.drop')} send={drop} input={{ path: { id: d.id } }} confirm={{ title: t('demand.ask', { item: d.item, qty: format(d.qty), due: d.due }), ok: t('demand.drop') }} done={t('demand.dropped')} />
}
