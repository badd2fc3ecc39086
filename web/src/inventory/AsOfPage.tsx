import { Input, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'
import { today } from '@/kit/dates'
import { lotUrl, stockCardUrl } from '@/kit/links'
import './inventory.css'

type Then = Row<'/api/v1/inventory/as-of'>
const columns: Column<Then>[] = [
  { key: 'item', type: 'link', to: (s) => stockCardUrl(s.item) }, { key: 'name' }, { key: 'warehouse' }, { key: 'location' }, { key: 'lot', type: 'link', to: (s) => (s.lot ? lotUrl(s.item, s.lot) : undefined) }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'status', type: 'status', words: 'stockState', options: ['available', 'hold'] },
]
const ids = new WeakMap<Then, string>()
let last = 0
/** Heaps of goods without a lot number look alike, so a row is only itself. */
function id(s: Then): string {
  const known = ids.get(s) ?? String(++last)
  ids.set(s, known)
  return known
}
const sort = ['item', 'location', 'lot']

/** The stock as it was at any moment, from the ledger. */
export default function AsOfPage() {
  const { t } = useTranslation('inventory')
  const [params, setParams] = useSearchParams()
  const at = params.get('at') ?? `${today()}T00:00`
  const by = params.get('by') === 'recorded' ? 'recorded' : 'happened'
  const [typed, setTyped] = useState(at)
  const put = (name: string, v: string) => setParams((p) => { p.set(name, v); return p }, { replace: true })
  return (
    <div className="iv-split">
      <div className="iv-by">
        <label>{t('asOf.at')} <Input type="datetime-local" className="iv-at" value={typed} aria-label={t('asOf.at')} onChange={(e) => { setTyped(e.target.value); if (e.target.value) put('at', e.target.value) }} /></label>
        <Segmented value={by} onChange={(v) => put('by', v)} options={[{ value: 'happened', label: t('asOf.happened') }, { value: 'recorded', label: t('asOf.recorded') }]} />
        <span className="kw-dim">{t(`asOf.${by}Text`)}</span>
      </div>
      <ListPage path="/api/v1/inventory/as-of" ns="inventory" columns={columns} idOf={id} sort={sort} query={{ at, by }} searchHint={t('stock.search')} empty={<div className="kw-none"><b>{t('asOf.none')}</b></div>} />
    </div>
  )
}
