import type { Answer, Body, Row } from '@/api/types'
import type { Column, Field } from '@/kit/crud'
import { today } from '@/kit/dates'

export type Order = Row<'/api/v1/production/orders'>
export type Detail = Answer<'get', '/api/v1/production/orders/{number}'>
export type Material = Detail['components'][number]

export const STATES = ['planned', 'released', 'started', 'paused', 'waiting_material', 'waiting_previous', 'waiting_inspection', 'hold', 'completed', 'closed', 'closed_short', 'failed', 'cancelled'] as const
export const STATUSES = ['planned', 'released', 'started', 'completed', 'closed', 'cancelled'] as const
export const orderUrl = (number: string) => `/production/orders/${encodeURIComponent(number)}`
export const handoverUrl = (number: string) => `/production/handovers/${encodeURIComponent(number)}`
export const salesUrl = (number: string) => `/sales/orders/${encodeURIComponent(number)}`
export const itemUrl = (code: string) => `/masterdata/items/${encodeURIComponent(code)}`
export const lotUrl = (item: string, lot: string) => `/inventory/lots/${encodeURIComponent(item)}/${encodeURIComponent(lot)}`
export const inspectionUrl = (number: string) => `/quality/inspections/${encodeURIComponent(number)}`

/** Nothing more will happen to it on the floor. */
export const over = (status: string): boolean => status === 'completed' || status === 'closed' || status === 'cancelled'
export const isLate = (o: { due: string; status: string }): boolean => o.due < today() && !over(o.status)

export const columns: Column<Order>[] = [
  { key: 'number', type: 'link' },
  { key: 'state', type: 'status', label: 'f.status', options: STATES, tone: (o) => (isLate(o) ? 'red' : undefined) },
  { key: 'waits_for', type: 'enum', words: 'waits' },
  { key: 'status', type: 'status', label: 'f.life', options: STATUSES, hidden: true },
  { key: 'name' },
  { key: 'item' },
  { key: 'sales_order', type: 'link', to: (o) => (o.sales_order ? salesUrl(o.sales_order) : undefined) },
  { key: 'qty', type: 'qty', uom: 'uom' },
  { key: 'good', type: 'progress', label: 'kit:progress', of: 'qty', tone: (o) => (isLate(o) ? 'red' : undefined), width: 150 },
  { key: 'received', type: 'qty' },
  { key: 'scrap', type: 'qty' },
  { key: 'due', type: 'due', tone: (o) => (over(o.status) ? 'green' : undefined) },
  { key: 'priority', type: 'number' },
  { key: 'start', type: 'date', hidden: true },
  { key: 'kind', type: 'enum', options: ['normal', 'toll', 'rework'], words: 'wkind', hidden: true },
  { key: 'owner', hidden: true },
  { key: 'final_gate', type: 'bool', hidden: true },
  { key: 'created_ms', type: 'instant', hidden: true },
  { key: 'released_ms', type: 'instant', hidden: true },
  { key: 'started_ms', type: 'instant', hidden: true },
  { key: 'completed_ms', type: 'instant', hidden: true },
]

type New = NonNullable<Body<'post', '/api/v1/production/orders'>>
export const newFields = (release: boolean): Field<New>[] => [
  {
    key: 'orders', type: 'lines', fields: [
      { key: 'item', type: 'entity', from: { path: '/api/v1/masterdata/items', filters: [{ col: 'kind', op: 'eq', value: 'make' }] }, required: true },
      { key: 'qty', type: 'qty', required: true, width: 104 },
      { key: 'due', type: 'date', required: true, width: 138 },
      { key: 'start', type: 'date', width: 138 },
      { key: 'priority', type: 'int', width: 72 },
      { key: 'bom_version', width: 84 },
      { key: 'routing_version', width: 84 },
    ],
  },
  { key: 'version_answer', type: 'select', options: ['named', 'effective'], words: 'answer', help: 'production:new.answerHelp', hidden: (v) => !((v.orders as { bom_version?: string; routing_version?: string }[] | undefined) ?? []).some((l) => l?.bom_version || l?.routing_version) },
  ...(release ? [{ key: 'release', type: 'bool', help: 'production:new.releaseHelp' } satisfies Field<New>] : []),
]
