import type { Answer, Body, Row } from '@/api/types'
import type { Column, Field } from '@/kit/crud'
import { itemUrl, partnerUrl } from '@/kit/links'
import { may } from '@/kit/who'

export type OrderLine = Row<'/api/v1/purchasing/orders'>
export type Order = Answer<'get', '/api/v1/purchasing/orders/{number}'>
export type Line = NonNullable<Order['lines']>[number]
export type Component = NonNullable<Line['components']>[number]
export type Receipt = Row<'/api/v1/purchasing/receipts'>
export type Sending = Row<'/api/v1/purchasing/sendings'>

export const STATUSES = ['open', 'partial', 'received', 'closed'] as const
export const KINDS = ['purchase', 'subcontract'] as const

/** Outside parties see their orders, not our master data. */
export const toItem = (r: { item: string }): string | undefined => (may('masterdata.read') ? itemUrl(r.item) : undefined)
export const toPartner = (code: string): string | undefined => (code && may('masterdata.read') ? partnerUrl(code) : undefined)

export const columns: Column<OrderLine>[] = [
  { key: 'order', type: 'link' }, { key: 'line', type: 'number' }, { key: 'kind', type: 'enum', options: KINDS, words: 'kind', hidden: true },
  { key: 'supplier', type: 'link', to: (l) => toPartner(l.supplier) }, { key: 'supplier_name' }, { key: 'item', type: 'link', to: toItem }, { key: 'name' }, { key: 'spec', hidden: true },
  { key: 'qty', type: 'qty', uom: 'uom', said: true }, { key: 'received', type: 'progress', of: 'qty' }, { key: 'open', type: 'qty', uom: 'uom' }, { key: 'due', type: 'due', tone: (l) => (l.status === 'received' || l.status === 'closed' ? 'green' : undefined) },
  { key: 'unit_price', type: 'money', masked: true, places: 4 }, { key: 'ordered_ms', type: 'instant', hidden: true }, { key: 'status', type: 'status', options: STATUSES, width: 100 },
]

/** "su": suppliers and subcontractors; customers and carriers have no such letters. */
export const partners = { path: '/api/v1/masterdata/partners' as const, filters: [{ col: 'kinds', op: 'like' as const, value: 'su' }] }
export const items = { path: '/api/v1/masterdata/items' as const, filters: [{ col: 'status', op: 'eq' as const, value: 'active' }] }

export const newFields = (price: boolean): Field<NonNullable<Body<'post', '/api/v1/purchasing/orders'>>>[] => [
  { key: 'supplier', type: 'entity', from: partners, required: true },
  { key: 'kind', type: 'select', options: KINDS, words: 'kind', required: true, half: true, initial: 'purchase' }, { key: 'number', half: true, help: 'purchasing:help.number' },
  { key: 'lines', type: 'lines', fields: [
    { key: 'item', type: 'entity', from: items, required: true }, { key: 'qty', type: 'qty', required: true, width: 100 }, { key: 'uom', type: 'uom', width: 96 }, { key: 'due', type: 'date', width: 140 },
    ...(price ? [{ key: 'unit_price', type: 'qty', width: 110 } as const] : []),
  ] },
  { key: 'note', type: 'textarea' },
]

/** No empty texts; what is left out takes the server's default. */
export function filled(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([, v]) => v !== '').map(([k, v]) => [k, Array.isArray(v) ? v.map((x) => (typeof x === 'object' && x !== null ? filled(x as Record<string, unknown>) : x)) : v]))
}

/** Pieces as they were typed or scanned, one a line or with commas. */
export function pieces(typed: unknown): string[] | undefined {
  const list = String(typed ?? '').split(/[\s,;，；]+/).filter(Boolean)
  return list.length > 0 ? list : undefined
}
export const withPieces = (body: Record<string, unknown>): Record<string, unknown> => {
  const { serials, ...rest } = filled(body)
  const list = pieces(serials)
  return list ? { ...rest, serials: list } : rest
}
