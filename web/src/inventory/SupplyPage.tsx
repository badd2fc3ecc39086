import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Body, Row } from '@/api/types'
import { ActButton, FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { stockCardUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { items, place } from './boxes'

type Loop = Row<'/api/v1/inventory/supply'>
const STATES = ['low', 'called', 'ok', 'off'] as const
const columns: Column<Loop>[] = [
  { key: 'work_center' }, { key: 'work_center_name', label: 'f.center_name' }, { key: 'item', type: 'link', to: (r) => stockCardUrl(r.item) }, { key: 'name' }, { key: 'location' },
  { key: 'here', type: 'qty', uom: 'uom', label: 'f.stands_here' }, { key: 'least', type: 'qty' }, { key: 'most', type: 'qty' }, { key: 'coming', type: 'qty' }, { key: 'state', type: 'enum', options: STATES, words: 'supplyState' }, { key: 'itself', type: 'bool' },
  { key: 'id', label: 'f.do', noSort: true, noFilter: true, render: (r) => <Call row={r} /> },
]
const fields: Field<NonNullable<Body<'post', '/api/v1/inventory/supply'>>>[] = [
  { key: 'work_center', type: 'entity', from: { path: '/api/v1/masterdata/work-centers' }, required: true, half: true }, { key: 'item', type: 'entity', from: items, required: true, half: true },
  { key: 'location', type: 'entity', from: { ...place, filters: [{ col: 'kind', op: 'eq', value: 'line' }] }, required: true, help: 'inventory:help.lineSide' },
  { key: 'least', type: 'qty', required: true, half: true, help: 'inventory:help.least' }, { key: 'most', type: 'qty', required: true, half: true, help: 'inventory:help.most' }, { key: 'itself', type: 'bool', half: true }, { key: 'off', type: 'bool', half: true },
]
const sort = ['work_center', 'item']
const tabs = { col: 'state', values: STATES }
const live = ['production.']

function Call({ row: r }: { row: Loop }) {
  const { t } = useTranslation('inventory')
  const may = useMay()
  const call = useSend('post', '/api/v1/inventory/supply/calls')
  if (!may('inventory.call') || !['low', 'ok'].includes(r.state)) return null
  return <ActButton size="small" type={r.state === 'low' ? 'primary' : 'default'} send={call} input={{ body: { supply: r.id } }} done={t('supply.called')}>{t('supply.call')}</ActButton>
}

/** What stands at the line side of each work center, between what quantities; what runs low is called for. */
export default function SupplyPage() {
  const { t } = useTranslation('inventory')
  const may = useMay()
  const [one, setOne] = useState<Partial<Loop> | undefined>()
  const change = may('inventory.supply')
  return (
    <>
      <ListPage path="/api/v1/inventory/supply" ns="inventory" columns={columns} sort={sort} tabs={tabs} live={live} searchHint={t('supply.search')} onNew={change ? () => setOne({}) : undefined} actions={change && <Button type="primary" icon={<PlusOutlined />} onClick={() => setOne({})}>{t('supply.new')}</Button>} onOpen={change ? (r) => setOne(r) : undefined} empty={<div className="kw-none"><b>{t('supply.none')}</b><span>{t('supply.noneText')}</span></div>} />
      <FormDrawer ns="inventory" title={t(one?.item ? 'supply.change' : 'supply.new')} method="post" path="/api/v1/inventory/supply" open={one !== undefined} onClose={() => setOne(undefined)} initial={one?.item ? { ...one, off: !one.active } : { itself: true }}
        fields={one?.item ? fields.map((f) => (f.key === 'work_center' || f.key === 'item' ? { ...f, readOnly: true } : f)) : fields} shape={(b) => Object.fromEntries(Object.entries(b).filter(([k]) => fields.some((f) => f.key === k))) as never} />
    </>
  )
}
