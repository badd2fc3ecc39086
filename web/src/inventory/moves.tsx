import type { Row } from '@/api/types'
import { Chip } from '@/kit/Chip'
import type { Column } from '@/kit/crud'
import { lotUrl, stockCardUrl } from '@/kit/links'
import { DocumentName, PlaceName } from './words'
import './inventory.css'

export type Move = Row<'/api/v1/inventory/moves'>

/** The ledger's columns, for the list and for the pages of a lot, a piece, an item. */
export const moveColumns = <M extends Move>(without: string[] = []): Column<M>[] => ([
  { key: 'happened_ms', type: 'instant' },
  { key: 'item', type: 'link', to: (m) => stockCardUrl(m.item) },
  { key: 'name', noSort: true },
  { key: 'lot', type: 'link', to: (m) => (m.lot ? lotUrl(m.item, m.lot) : undefined) },
  { key: 'qty', type: 'qty', uom: 'uom' },
  { key: 'from', render: (m) => <PlaceName kind={m.from_kind} name={m.from} status={m.from_status} /> },
  { key: 'to', render: (m) => <PlaceName kind={m.to_kind} name={m.to} status={m.to_status} /> },
  { key: 'document', render: (m) => <DocumentName kind={m.document_kind} number={m.document} /> },
  { key: 'actor' },
  { key: 'reason' },
  { key: 'reversed', type: 'bool', render: (m) => (m.reversed ? <Chip status="reversed" /> : m.reverses !== '0' ? <Chip status="reversed" word="↩" /> : null) },
] satisfies Column<Move>[]).filter((c) => !without.includes(c.key)) as Column<M>[]
