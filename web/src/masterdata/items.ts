import { createElement, type ReactNode } from 'react'
import type { Body, Row } from '@/api/types'
import type { Column, Field } from '@/kit/crud'
import { itemUrl, partnerUrl } from '@/kit/links'
import { Thumb } from './Picture'

export type Item = Row<'/api/v1/masterdata/items'>
type New = NonNullable<Body<'post', '/api/v1/masterdata/items'>>
type Edit = NonNullable<Body<'put', '/api/v1/masterdata/items/{code}'>>
type Values = Omit<New, 'code'>

export const KINDS = ['make', 'buy', 'subcontract', 'phantom', 'customer'] as const
const TRACKING = ['none', 'lot', 'serial'] as const
export const RULES = ['lot_for_lot', 'fixed', 'period'] as const

export const open = (i: Item): string => itemUrl(i.code)

export const columns: Column<Item>[] = [
  { key: 'code', type: 'link' },
  { key: 'picture', label: 'picture.title', noSort: true, noFilter: true, width: 50, render: (i) => createElement(Thumb, { code: i.code, id: i.picture }) },
  { key: 'name' },
  { key: 'spec' },
  { key: 'kind', type: 'enum', options: KINDS, words: 'kind' },
  { key: 'tracking', type: 'enum', options: TRACKING, words: 'tracking' },
  { key: 'family' },
  { key: 'uom' },
  { key: 'lead_days', type: 'number' },
  { key: 'safety_stock', type: 'qty', uom: 'uom' },
  { key: 'reorder_point', type: 'qty', uom: 'uom', hidden: true },
  { key: 'min_lot', type: 'qty', uom: 'uom', hidden: true },
  { key: 'lot_rule', type: 'enum', options: RULES, words: 'rule', hidden: true },
  { key: 'shelf_life_days', type: 'number', hidden: true },
  { key: 'supplier', type: 'link', to: (r) => (r.supplier ? partnerUrl(r.supplier) : undefined), hidden: true },
  { key: 'gtin', hidden: true },
  { key: 'barcode', hidden: true },
  { key: 'standard_cost', type: 'money', masked: true },
  { key: 'purchase_price', type: 'money', masked: true, hidden: true },
  { key: 'updated_ms', type: 'instant', hidden: true },
  { key: 'status', type: 'status', options: ['active', 'inactive'], width: 90 },
]

export const partnerSuppliers = { path: '/api/v1/masterdata/partners' as const, filters: [{ col: 'kinds', op: 'like' as const, value: 'supplier' }] }
const rule = (v: Record<string, unknown>) => v.lot_rule

function values(may: (perm: string) => boolean): Field<Values>[] {
  return [
    { key: 'uom', required: true, half: true, initial: 'pcs' },
    { key: 'kind', type: 'select', required: true, options: KINDS, words: 'kind', half: true, initial: 'buy' },
    { key: 'tracking', type: 'select', required: true, options: TRACKING, words: 'tracking', half: true, initial: 'none', help: 'masterdata:help.tracking' },
    { key: 'family', half: true, help: 'masterdata:help.family' },
    { key: 'decimals', type: 'int', half: true, help: 'masterdata:help.decimals' },
    { key: 'shelf_life_days', type: 'int', half: true, help: 'masterdata:help.shelf' },
    { key: 'supplier', type: 'entity', from: partnerSuppliers },
    { key: 'lead_days', type: 'int', half: true, help: 'masterdata:help.lead' },
    { key: 'lead_from', type: 'select', options: ['days', 'routing'], words: 'leadFrom', half: true, help: 'masterdata:help.leadFrom' },
    { key: 'lead_per', type: 'qty', half: true, help: 'masterdata:help.leadPer' },
    { key: 'lead_per_days', type: 'int', half: true },
    { key: 'supply_site', type: 'entity', from: { path: '/api/v1/masterdata/sites' as const }, half: true, help: 'masterdata:help.supplySite' },
    { key: 'transfer_days', type: 'int', half: true, hidden: (v) => !v.supply_site },
    { key: 'safety_stock', type: 'qty', half: true, help: 'masterdata:help.safety' },
    { key: 'reorder_point', type: 'qty', half: true, help: 'masterdata:help.reorder' },
    { key: 'max_stock', type: 'qty', half: true, help: 'masterdata:help.most' },
    { key: 'min_lot', type: 'qty', half: true, help: 'masterdata:help.minLot' },
    { key: 'lot_multiple', type: 'qty', half: true, help: 'masterdata:help.multiple' },
    { key: 'max_lot', type: 'qty', half: true, help: 'masterdata:help.maxLot' },
    { key: 'yield_pct', type: 'qty', half: true, suffix: '%', help: 'masterdata:help.yield' },
    { key: 'lot_rule', type: 'select', options: RULES, words: 'rule', half: true, help: 'masterdata:help.rule' },
    { key: 'fixed_lot', type: 'qty', half: true, hidden: (v) => rule(v) !== 'fixed' },
    { key: 'period_days', type: 'int', half: true, hidden: (v) => rule(v) !== 'period' },
    { key: 'gtin', half: true },
    { key: 'barcode', half: true, help: 'masterdata:help.barcode' },
    ...(may('see.cost') ? [{ key: 'standard_cost', type: 'qty', half: true } as const] : []),
    ...(may('see.price') ? [{ key: 'purchase_price', type: 'qty', half: true } as const] : []),
  ]
}

const head: Field<Values>[] = [{ key: 'name', required: true }, { key: 'spec' }]

export const newFields = (may: (perm: string) => boolean, next: ReactNode): Field<New>[] => [{ key: 'code', required: true, suffix: next }, ...head, ...values(may)]
export const editFields = (may: (perm: string) => boolean): Field<Edit>[] => [...head, ...values(may), { key: 'reason' }]

const CLEARABLE = ['reorder_point', 'max_stock', 'standard_cost', 'purchase_price'] as const
const ZERO = ['lead_per', 'safety_stock', 'min_lot', 'lot_multiple', 'max_lot', 'fixed_lot'] as const

/** What was emptied in the form is taken away, not left as it was. */
export function changed(was: { rev: number } & Partial<Record<string, unknown>>, body: Record<string, unknown>): Record<string, unknown> {
  const gone = (k: string) => body[k] === undefined && was[k] !== undefined
  const out: Record<string, unknown> = { ...body, rev: was.rev }
  const clear = CLEARABLE.filter(gone)
  if (clear.length > 0) out.clear = clear
  for (const k of ZERO) if (gone(k)) out[k] = '0'
  for (const k of ['lead_days', 'lead_per_days', 'transfer_days', 'shelf_life_days', 'period_days']) if (gone(k)) out[k] = 0
  for (const k of ['supplier', 'supply_site']) if (gone(k)) out[k] = ''
  return out
}
