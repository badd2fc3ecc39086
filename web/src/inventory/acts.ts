import type { Body } from '@/api/types'
import type { Field } from '@/kit/crud'
import { endOf, today } from '@/kit/dates'

export type Act = 'adjust' | 'transfer' | 'hold' | 'release'

export const PATHS = {
  adjust: '/api/v1/inventory/adjustments',
  transfer: '/api/v1/inventory/transfers',
  hold: '/api/v1/inventory/holds',
  release: '/api/v1/inventory/releases',
} as const
export const PERMS: Record<Act, string> = { adjust: 'inventory.adjust', transfer: 'inventory.transfer', hold: 'inventory.hold', release: 'inventory.hold' }

/** What the form begins with: the goods that were looked at. */
export interface Goods { item: string; lot?: string; location?: string; qty?: string; held?: boolean }

/** Pieces as they were typed or scanned, one a line or with commas. */
export function pieces(typed: unknown): string[] | undefined {
  const list = String(typed ?? '').split(/[\s,;，；]+/).filter(Boolean)
  return list.length > 0 ? list : undefined
}

type Any = Record<string, unknown>
const item = { key: 'item', type: 'entity', from: { path: '/api/v1/masterdata/items' }, required: true } as const
const place = <K extends 'location' | 'from' | 'to'>(key: K) => ({ key, type: 'entity', from: { path: '/api/v1/masterdata/locations', name: (r: Any) => String(r.warehouse ?? '') } }) as const
const reason = (kind: string) => ({ key: 'reason_code' as const, type: 'entity' as const, from: { path: '/api/v1/inventory/reasons', name: (r: Any) => `${String(r.name_zh)} ${String(r.name_en)}`, filters: [{ col: 'kind', op: 'eq' as const, value: kind }, { col: 'active', op: 'eq' as const, value: 'true' }] }, half: true } satisfies Field<{ reason_code?: string }>)
const words = { key: 'reason', half: true } as const
const serials = { key: 'serials', type: 'textarea', help: 'inventory:help.serials' } as const

/** The form speaks of `mode` beside what the API takes; shapeOf leaves it out. */
type AdjustForm = NonNullable<Body<'post', '/api/v1/inventory/adjustments'>> & { mode: string; day: string }
const day = { key: 'day', type: 'date', half: true, help: 'inventory:help.day' } as const

const adjust: Field<AdjustForm>[] = [
  { ...item }, { ...place('location'), required: true, half: true }, { key: 'lot', half: true, help: 'inventory:help.lot' },
  { key: 'mode', type: 'select', options: ['counted', 'change'], words: 'adjust', required: true, half: true, initial: 'counted' },
  { key: 'counted', type: 'qty', required: true, half: true, hidden: (v) => v.mode === 'change' },
  { key: 'change', type: 'qty', required: true, half: true, help: 'inventory:help.change', hidden: (v) => v.mode !== 'change' },
  { key: 'uom', type: 'uom', half: true, qty: (v) => (v.mode === 'change' ? 'change' : 'counted') },
  { ...serials }, { ...reason('adjust') }, { ...words, required: true, hidden: (v) => !!v.reason_code }, { ...day },
]
const transfer: Field<NonNullable<Body<'post', '/api/v1/inventory/transfers'>> & { day: string }>[] = [
  { ...item }, { key: 'lot', half: true, help: 'inventory:help.first' }, { key: 'qty', type: 'qty', required: true, half: true }, { key: 'uom', type: 'uom', half: true }, { ...place('from'), required: true, half: true }, { ...place('to'), required: true, half: true },
  { key: 'held', type: 'bool', label: 'f.is_held', half: true }, { ...serials }, { key: 'confirmed', type: 'bool' }, { ...reason('transfer') }, { ...words }, { ...day },
]
const hold = (kind: 'hold' | 'release'): Field<NonNullable<Body<'post', '/api/v1/inventory/holds'>>>[] => [
  { ...item }, { key: 'lot', half: true }, { ...place('location'), half: true, help: 'inventory:help.anywhere' }, { key: 'qty', type: 'qty', half: true, help: 'inventory:help.all' }, { ...serials }, { ...reason(kind) }, { ...words, required: true, hidden: (v) => !!v.reason_code },
]

export const FIELDS: Record<Act, Field[]> = { adjust: adjust as Field[], transfer: transfer as Field[], hold: hold('hold') as Field[], release: hold('release') as Field[] }

/** The goods in the words of each form. */
export function initialOf(act: Act, g: Goods | undefined): Any {
  if (!g) return {}
  if (act === 'transfer') return { item: g.item, lot: g.lot, from: g.location, qty: g.qty, held: g.held }
  if (act === 'adjust') return { item: g.item, lot: g.lot, location: g.location }
  return { item: g.item, lot: g.lot, location: g.location, qty: g.location ? g.qty : undefined }
}

/** What is sent: pieces as a list, no empty texts, nothing that only the form knows. */
export function shapeOf(body: Any): Any {
  const { mode: _mode, day: on, serials: typed, ...rest } = body
  const out: Any = Object.fromEntries(Object.entries(rest).filter(([, v]) => v !== ''))
  if (typeof on === 'string' && on && on < today()) out.happened_ms = endOf(on)
  const list = pieces(typed)
  return list ? { ...out, serials: list } : out
}
