import { useTranslation } from 'react-i18next'
import type { Answer } from '@/api/types'
import { Lines, type Column } from '@/kit/crud'
import { lotUrl } from '@/kit/links'
import { sub } from '@/kit/num'
import { StockActs } from './StockAct'
import { PlaceName } from './words'

type Balance = NonNullable<Answer<'get', '/api/v1/inventory/items/{item}'>['balances']>[number]

/** Where goods lie, and what may be done with each heap. */
export function Balances({ item, uom, rows, lots }: { item: string; uom: string; rows: Balance[]; lots?: boolean }) {
  const { t } = useTranslation('inventory')
  const columns: Column<Balance & { uom: string }>[] = [
    { key: 'place', label: 'f.location', render: (b) => <PlaceName kind={b.kind} name={b.place} /> },
    ...(lots ? [{ key: 'lot', type: 'link', to: (b: Balance) => (b.lot ? lotUrl(item, b.lot) : undefined) } as const] : []),
    { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'reserved', type: 'qty', uom: 'uom' }, { key: 'status', type: 'status', words: 'stockState' }, ...(lots ? [{ key: 'expires_on', type: 'date' } as const] : []),
    { key: 'kind', label: 'f.do', render: (b) => b.kind === 'stock' && <span className="iv-rowacts"><StockActs menu small goods={{ item, lot: b.lot, location: b.place, qty: sub(b.qty, b.reserved), held: b.status === 'hold' }} without={b.status === 'hold' ? ['hold', 'adjust'] : ['release']} /></span> },
  ]
  return <Lines ns="inventory" columns={columns} rows={rows.map((b) => ({ ...b, uom }))} id={(b) => `${b.kind}|${b.place}|${b.lot}|${b.status}`} empty={<div className="kw-none">{t('lot.nothing')}</div>} />
}
