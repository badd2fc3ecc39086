import { ExportOutlined, ImportOutlined } from '@ant-design/icons'
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useSearchParams } from 'react-router'
import type { Body, Row } from '@/api/types'
import { FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { itemUrl, locationUrl, lotUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { customers, filled, pieces, places, statementUrl, supplyUrl, theirs } from './links'
import './back.css'

type Move = Row<'/api/v1/sales/supplies'>
type Stock = Row<'/api/v1/sales/supplies/stock'>
type Supply = NonNullable<Body<'post', '/api/v1/sales/supplies'>>
const KINDS = ['receive', 'return'] as const
const moves: Column<Move>[] = [
  { key: 'number', type: 'link', label: 'f.document' }, { key: 'kind', type: 'enum', options: KINDS, words: 'supply' }, { key: 'customer', type: 'link', to: (m) => statementUrl(m.customer_code) }, { key: 'item' }, { key: 'name' }, { key: 'lot', type: 'link', to: (m) => (m.lot ? lotUrl(m.item, m.lot) : undefined) },
  { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'location' }, { key: 'ref' }, { key: 'at_ms', type: 'instant' }, { key: 'actor' }, { key: 'status', type: 'status', options: ['done', 'reversed'] },
]
const stock: Column<Stock>[] = [
  { key: 'customer', type: 'link', to: (s) => statementUrl(s.customer_code) }, { key: 'item', type: 'link', to: (s) => itemUrl(s.item) }, { key: 'name' }, { key: 'lot', type: 'link', to: (s) => (s.lot ? lotUrl(s.item, s.lot) : undefined) }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'location', type: 'link', to: (s) => locationUrl(s.location) }, { key: 'status', type: 'status', options: ['available', 'hold'] },
]
const fields = (kind: 'receive' | 'return'): Field<Supply>[] => [
  { key: 'customer', type: 'entity', from: customers, required: true, half: true }, ...(kind === 'receive' ? [{ key: 'ref' as const, half: true }, { key: 'location' as const, type: 'entity' as const, from: places, help: 'back:help.house' }] : []), { key: 'note', half: kind === 'return' },
  { key: 'lines', type: 'lines', required: true, fields: kind === 'receive'
    ? [{ key: 'code', label: 'f.item', type: 'entity', from: theirs }, { key: 'qty', type: 'qty', width: 100 }, { key: 'lot', help: 'back:help.lot' }, { key: 'supplier_lot', label: 'f.his_lot' }, { key: 'serials' }]
    : [{ key: 'code', label: 'f.item', type: 'entity', from: theirs }, { key: 'lot' }, { key: 'qty', type: 'qty', width: 100, help: 'back:help.allOfLot' }, { key: 'serials' }] },
]
const openMove = (m: Move) => supplyUrl(m.number)
const byTime = ['-at_ms']
const byOwner = ['customer', 'item', 'lot']

/** What customers bring of their own material: what lies here, what came and went. */
export default function SuppliesPage() {
  const { t } = useTranslation('back')
  const may = useMay()
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams()
  const [form, setForm] = useState<'receive' | 'return' | undefined>()
  const [last, setLast] = useState<'receive' | 'return'>('receive')
  const start = (k: 'receive' | 'return') => { setLast(k); setForm(k) }
  const moved = params.get('by') === 'moves'
  const actions = (
    <>
      <Link to="/sales/supplies-statement"><Button>{t('menu.statement')}</Button></Link>
      {may('sales.supply') && <Button icon={<ExportOutlined />} onClick={() => start('return')}>{t('supplies.return')}</Button>}
      {may('sales.supply') && <Button type="primary" icon={<ImportOutlined />} onClick={() => start('receive')}>{t('supplies.receive')}</Button>}
    </>
  )
  return (
    <div className="bk-split">
      <div className="bk-by"><Segmented value={moved ? 'moves' : 'stock'} onChange={(v) => setParams(v === 'moves' ? { by: 'moves' } : {}, { replace: true })} options={(['stock', 'moves'] as const).map((v) => ({ value: v, label: t(`supplies.${v}`) }))} /></div>
      {moved
        ? <ListPage path="/api/v1/sales/supplies" ns="back" columns={moves} open={openMove} idOf={(m) => m.id} sort={byTime} live={['sales.']} searchHint={t('supplies.search')} actions={actions} empty={<div className="kw-none"><b>{t('supplies.none')}</b><span>{t('supplies.noneText')}</span></div>} />
        : <ListPage path="/api/v1/sales/supplies/stock" ns="back" columns={stock} idOf={(s) => s.id} sort={byOwner} live={['inventory.']} searchHint={t('supplies.search')} actions={actions} empty={<div className="kw-none"><b>{t('supplies.none')}</b><span>{t('supplies.noneText')}</span></div>} />}
      <FormDrawer ns="back" title={t(`supplies.${last}`)} method="post" path="/api/v1/sales/supplies" fields={fields(last)} width={820} open={form !== undefined} onClose={() => setForm(undefined)}
        shape={(b) => filled({ ...b, kind: last, lines: ((b.lines as Record<string, unknown>[]) ?? []).filter((l) => l.code).map((l) => filled({ ...l, serials: pieces(l.serials) })) })}
        said={(s) => t('supplies.made', { number: s.number })} onDone={(s) => void navigate(supplyUrl(s.number))} />
    </div>
  )
}
