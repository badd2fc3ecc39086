import type { Answer, Row } from '@/api/types'
import type { Column } from '@/kit/crud'

export type Inspection = Row<'/api/v1/quality/inspections'>
export type Detail = Answer<'get', '/api/v1/quality/inspections/{number}'>

export const STATUSES = ['open', 'judged', 'cancelled'] as const
export const KINDS = ['final', 'first', 'each', 'patrol', 'incoming', 'return'] as const
export const inspectionUrl = (number: string) => `/quality/inspections/${encodeURIComponent(number)}`
export const itemUrl = (code: string) => `/masterdata/items/${encodeURIComponent(code)}`
export const lotUrl = (item: string, lot: string) => `/inventory/lots/${encodeURIComponent(item)}/${encodeURIComponent(lot)}`
/** The page of what asked for the inspection: a work order's report, or a purchase receipt. */
export const documentUrl = (i: { kind: string; document: string }) => (i.kind === 'return' ? `/sales/returns/${encodeURIComponent(i.document)}` : i.kind !== 'incoming' ? `/production/orders/${encodeURIComponent(i.document)}` : `/purchasing/receipts?q=${encodeURIComponent(i.document)}`)
/** Waits for somebody: amber. Some failed: red. */
export const toneOf = (i: { status: string; failed: string }) => (i.status === 'open' ? 'amber' as const : i.failed !== '0' ? 'red' as const : undefined)

export const columns: Column<Inspection>[] = [
  { key: 'number', type: 'link' },
  { key: 'status', type: 'status', options: STATUSES, words: 'status', tone: toneOf },
  { key: 'kind', type: 'enum', options: KINDS, words: 'kind' },
  { key: 'name' },
  { key: 'item' },
  { key: 'lot', type: 'link', to: (i) => (i.lot ? lotUrl(i.item, i.lot) : undefined) },
  { key: 'document', type: 'link', to: documentUrl },
  { key: 'qty', type: 'qty', uom: 'uom' },
  { key: 'passed', type: 'qty' },
  { key: 'failed', type: 'qty' },
  { key: 'requested_ms', type: 'instant' },
  { key: 'requested_by' },
  { key: 'judged_ms', type: 'instant', hidden: true },
]
