import type { Answer, Row } from '@/api/types'
import type { Column } from '@/kit/crud'
import { itemUrl, partnerUrl, purchaseOrderUrl, transferUrl, workOrderUrl } from '@/kit/links'
import { may } from '@/kit/who'

export type Suggestion = Row<'/api/v1/planning/suggestions'>
export type Accepted = Answer<'post', '/api/v1/planning/suggestions/accept'>
export const STATES = ['open', 'ordered', 'dropped', 'closed'] as const
export const KINDS = ['buy', 'subcontract', 'make', 'transfer'] as const

/** The page of what a suggestion became. */
export function documentUrl(s: { document_kind: string; document: string }): string | undefined {
  if (!s.document) return undefined
  if (s.document_kind === 'requisition') return `/purchasing/requisitions?filter=number:eq:${encodeURIComponent(s.document)}`
  if (s.document_kind === 'transfer') return transferUrl(s.document)
  return s.document_kind === 'work_order' ? workOrderUrl(s.document) : purchaseOrderUrl(s.document)
}

export const toItem = (r: { item: string }): string | undefined => (may('masterdata.read') ? itemUrl(r.item) : undefined)

export const columns: Column<Suggestion>[] = [
  { key: 'item', type: 'link', to: toItem }, { key: 'name' }, { key: 'position', type: 'qty', uom: 'uom', tone: (s) => (s.state === 'open' ? (s.available.startsWith('-') || s.available === '0' ? 'red' : 'amber') : undefined) },
  { key: 'line', type: 'qty', uom: 'uom' }, { key: 'max_stock', type: 'qty', uom: 'uom' }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'due', type: 'date' },
  { key: 'supplier_name', type: 'link', to: (s) => (s.supplier && may('masterdata.read') ? partnerUrl(s.supplier) : undefined) }, { key: 'from_site', width: 110 }, { key: 'kind', type: 'enum', options: KINDS, words: 'kind', width: 90 },
  { key: 'available', type: 'qty', uom: 'uom', hidden: true }, { key: 'coming', type: 'qty', uom: 'uom', hidden: true }, { key: 'needed', type: 'qty', uom: 'uom', hidden: true }, { key: 'suggested', type: 'qty', uom: 'uom', hidden: true }, { key: 'changed', type: 'bool', hidden: true },
  { key: 'document', type: 'link', to: documentUrl }, { key: 'reason', hidden: true }, { key: 'until', type: 'date', hidden: true }, { key: 'made_ms', type: 'instant', hidden: true }, { key: 'checked_ms', type: 'instant', hidden: true }, { key: 'decided_by', hidden: true }, { key: 'decided_ms', type: 'instant', hidden: true },
  { key: 'state', type: 'status', options: STATES, width: 110 },
]

/** The numbers of what was made, each once. */
export const numbersOf = (a: Accepted): string => [...new Set((a.documents ?? []).map((d) => d.number))].join(', ')
