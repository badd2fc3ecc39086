import type { Column, Field } from '@/kit/crud'
import type { Body, Row } from '@/api/types'

export type Item = Row<'/api/v1/masterdata/items'>

const KINDS = ['make', 'buy', 'subcontract', 'phantom', 'customer'] as const
const TRACKING = ['none', 'lot', 'serial'] as const

export const columns: Column<Item>[] = [
  { key: 'code', type: 'link' },
  { key: 'name' },
  { key: 'spec' },
  { key: 'kind', type: 'enum', options: KINDS, words: 'kind' },
  { key: 'tracking', type: 'enum', options: TRACKING, words: 'tracking' },
  { key: 'uom' },
  { key: 'family' },
  { key: 'lead_days', type: 'number' },
  { key: 'safety_stock', type: 'qty', uom: 'uom' },
  { key: 'supplier', hidden: true },
  { key: 'standard_cost', type: 'money', masked: true },
  { key: 'purchase_price', type: 'money', masked: true, hidden: true },
]

export const fields: Field<NonNullable<Body<'post', '/api/v1/masterdata/items'>>>[] = [
  { key: 'code', required: true, half: true },
  { key: 'uom', required: true, half: true, initial: 'pcs' },
  { key: 'name', required: true },
  { key: 'spec' },
  { key: 'kind', type: 'select', required: true, options: KINDS, words: 'kind', half: true, initial: 'buy' },
  { key: 'tracking', type: 'select', required: true, options: TRACKING, words: 'tracking', half: true, initial: 'none' },
  { key: 'lead_days', type: 'int', half: true },
  { key: 'safety_stock', type: 'qty', half: true },
  { key: 'min_lot', type: 'qty', half: true },
  { key: 'lot_multiple', type: 'qty', half: true },
  { key: 'shelf_life_days', type: 'int', half: true },
  { key: 'barcode', half: true },
]
