import type { Field } from '@/kit/crud'
import type { Body } from '@/api/types'

export const boxUrl = (code: string): string => `/inventory/containers/${encodeURIComponent(code)}`
export const countUrl = (number: string): string => `/inventory/counts/${encodeURIComponent(number)}`
export const BOX_KINDS = ['box', 'pallet', 'tote'] as const

type Any = Record<string, unknown>
export const place = { path: '/api/v1/masterdata/locations' as const, name: (r: Any) => String(r.warehouse ?? '') }
export const items = { path: '/api/v1/masterdata/items' as const }
export const box = { path: '/api/v1/inventory/containers' as const, name: (r: Any) => String(r.location ?? '') }

export const newBox: Field<NonNullable<Body<'post', '/api/v1/inventory/containers'>>>[] = [
  { key: 'kind', type: 'select', options: BOX_KINDS, words: 'box', required: true, half: true, initial: 'box' }, { key: 'location', type: 'entity', from: place, required: true, half: true, label: 'f.stands_at' },
  { key: 'code', half: true, help: 'inventory:help.boxCode' }, { key: 'count', type: 'int', half: true, label: 'f.how_many', help: 'inventory:help.boxCount' }, { key: 'note' },
]
export const fill: Field<NonNullable<Body<'post', '/api/v1/inventory/containers/{code}/fill'>>>[] = [
  { key: 'item', type: 'entity', from: items, required: true }, { key: 'lot', half: true }, { key: 'qty', type: 'qty', half: true }, { key: 'uom', type: 'uom', half: true }, { key: 'from', type: 'entity', from: place, half: true, help: 'inventory:help.boxFrom' },
  { key: 'serials', type: 'textarea', help: 'inventory:help.serials' }, { key: 'held', type: 'bool', label: 'f.is_held' },
]
export const takeOut: Field<NonNullable<Body<'post', '/api/v1/inventory/containers/{code}/takeout'>>>[] = [
  { key: 'item', type: 'entity', from: items, required: true }, { key: 'lot', half: true }, { key: 'qty', type: 'qty', half: true }, { key: 'uom', type: 'uom', half: true },
  { key: 'into', type: 'entity', from: box, half: true, label: 'f.into_box', help: 'inventory:help.intoBox' }, { key: 'to', type: 'entity', from: place, half: true, help: 'inventory:help.boxTo', hidden: (v) => !!v.into },
  { key: 'serials', type: 'textarea', help: 'inventory:help.serials' }, { key: 'held', type: 'bool', label: 'f.is_held' },
]
export const carry: Field<NonNullable<Body<'post', '/api/v1/inventory/containers/{code}/move'>>>[] = [{ key: 'to', type: 'entity', from: place, required: true }]
export const merge: Field<NonNullable<Body<'post', '/api/v1/inventory/containers/{code}/merge'>>>[] = [{ key: 'into', type: 'entity', from: box, required: true, label: 'f.into_box' }]
