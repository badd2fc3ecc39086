import { Link } from 'react-router'
import type { Answer } from '@/api/types'
import type { Column } from '@/kit/crud'
import { lotUrl, partnerUrl, shipmentUrl, stockCardUrl, workOrderUrl } from '@/kit/links'

type Card = Answer<'get', '/api/v1/inventory/lots/{item}/{lot}'>
export type Kin = NonNullable<Card['made_from']>[number]
export type Sent = NonNullable<Card['customers']>[number]

export const kinColumns: Column<Kin>[] = [
  { key: 'item', type: 'link', to: (k) => stockCardUrl(k.item) }, { key: 'name' }, { key: 'lot', type: 'link', to: (k) => (k.lot ? lotUrl(k.item, k.lot) : undefined) }, { key: 'qty', type: 'qty', uom: 'uom' },
  { key: 'document', label: 'f.work_order', render: (k) => <Link to={workOrderUrl(k.document)}>{k.document}</Link> },
]
export const sentColumns: Column<Sent>[] = [
  { key: 'customer', render: (s) => <Link to={partnerUrl(s.customer)}>{s.customer} {s.name}</Link> }, { key: 'document', label: 'f.shipment', render: (s) => <Link to={shipmentUrl(s.document)}>{s.document}</Link> },
  { key: 'item' }, { key: 'lot' }, { key: 'qty', type: 'number' }, { key: 'at_ms', type: 'instant' },
]
export const kinId = (k: Kin) => `${k.item}|${k.lot}|${k.document}`
export const sentId = (s: Sent) => `${s.document}|${s.item}|${s.lot}`
