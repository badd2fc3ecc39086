import type { Answer, Body, Row } from '@/api/types'
import type { Column, Field } from '@/kit/crud'
import { today } from '@/kit/dates'
import { add, max, sub } from '@/kit/num'

export type OrderLine = Row<'/api/v1/sales/orders'>
export type Track = Answer<'get', '/api/v1/sales/orders/{number}'>
export type TrackLine = Track['lines'][number]
export type TrackWork = TrackLine['work'][number]

export const STATUSES = ['open', 'part_shipped', 'shipped', 'closed', 'cancelled'] as const
export const STAGES = ['waiting', 'ready', 'done'] as const
export const SUPPLIES = ['stock', 'make', 'both'] as const
export const CHANNELS = ['b2b', 'taobao', 'tmall', 'jd', 'pdd', 'douyin', 'kuaishou', 'xiaohongshu', '1688', 'amazon', 'shopify', 'temu', 'shein', 'tiktok'] as const
export const orderUrl = (number: string) => `/sales/orders/${encodeURIComponent(number)}`
export const shipmentUrl = (number: string) => `/sales/shipments/${encodeURIComponent(number)}`
export const workUrl = (number: string) => `/production/orders/${encodeURIComponent(number)}`
export const lotUrl = (item: string, lot: string) => `/inventory/lots/${encodeURIComponent(item)}/${encodeURIComponent(lot)}`

/** What of a line is neither shipped nor promised. */
export const unpromised = (l: TrackLine): string => (over(l.status) ? '0' : max(sub(l.qty, add(l.shipped, l.allocated)), '0'))
/** Nothing more is due of it. */
export const over = (status: string): boolean => status === 'shipped' || status === 'cancelled' || status === 'closed'
const isLate = (l: OrderLine) => l.due < today() && !over(l.status)

export const columns: Column<OrderLine>[] = [
  { key: 'number', type: 'link' },
  { key: 'line', type: 'number', noFilter: true },
  { key: 'status', type: 'status', options: STATUSES, tone: (l) => (isLate(l) ? 'red' : undefined) },
  { key: 'customer' },
  { key: 'name' },
  { key: 'item' },
  { key: 'qty', type: 'qty', uom: 'uom', said: true },
  { key: 'allocated', type: 'qty' },
  { key: 'shipped', type: 'progress', of: 'qty', width: 150 },
  { key: 'due', type: 'due', tone: (l) => (over(l.status) ? 'green' : undefined) },
  { key: 'priority', type: 'number' },
  { key: 'channel', type: 'enum', words: 'channel' },
  { key: 'stage', type: 'enum', words: 'stages', options: STAGES, hidden: true },
  { key: 'supply', type: 'enum', words: 'supply', options: SUPPLIES, hidden: true },
  { key: 'kind', type: 'enum', words: 'lineKind', options: ['toll'], hidden: true },
  { key: 'unit_price', type: 'money', masked: true, hidden: true },
  { key: 'ordered_ms', type: 'instant', hidden: true },
]

type New = NonNullable<Body<'post', '/api/v1/sales/orders'>>
export const customers = { path: '/api/v1/masterdata/partners', filters: [{ col: 'kinds', op: 'like', value: 'customer' }] } as const

const lineFields = (price: boolean): Field<Record<string, unknown>>[] => [
  { key: 'item', type: 'entity', from: { path: '/api/v1/masterdata/items' }, required: true },
  { key: 'qty', type: 'qty', required: true, width: 96 },
  { key: 'uom', type: 'uom', width: 92 },
  { key: 'due', type: 'date', required: true, width: 138 },
  { key: 'priority', type: 'int', width: 72, initial: '5' },
  { key: 'supply', type: 'select', options: SUPPLIES, words: 'supply', width: 110 },
  { key: 'kind', type: 'select', options: ['toll'], words: 'lineKind', width: 104, help: 'sales:help.toll' },
  ...(price ? [{ key: 'unit_price', type: 'qty', width: 104 } satisfies Field<Record<string, unknown>>] : []),
]
export const newFields = (price: boolean): Field<New>[] => [
  { key: 'customer', type: 'entity', from: { path: customers.path, filters: [...customers.filters] }, required: true, half: true },
  { key: 'channel', type: 'select', options: CHANNELS, words: 'channel', half: true },
  { key: 'number', half: true, help: 'sales:orders.numberHelp' },
  { key: 'note', half: true },
  { key: 'lines', type: 'lines', fields: lineFields(price) },
]
