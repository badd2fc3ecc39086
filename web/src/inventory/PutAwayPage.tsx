import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { ActButton, ListPage, type Column } from '@/kit/crud'
import { lotUrl, stockCardUrl } from '@/kit/links'
import { cmp, format } from '@/kit/num'
import { useMay } from '@/kit/who'
import { boxUrl } from './boxes'
import './inventory.css'

type Waiting = Row<'/api/v1/inventory/putaway'>

const columns: Column<Waiting>[] = [
  { key: 'item', type: 'link', to: (w) => stockCardUrl(w.item) }, { key: 'name' }, { key: 'lot', type: 'link', to: (w) => (w.lot ? lotUrl(w.item, w.lot) : undefined) }, { key: 'container', type: 'link', to: (w) => (w.container ? boxUrl(w.container) : undefined) },
  { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'location', label: 'f.stands_at' }, { key: 'received_on', type: 'date' }, { key: 'to', label: 'f.proposed', noSort: true, noFilter: true, render: (w) => <Proposals row={w} /> },
]
const id = (w: Waiting) => [w.item_id, w.lot_id, w.location, w.container].join('|')
const sort = ['received_on', 'item']
const live = ['purchasing.', 'production.', 'quality.']

/** Where it may go, the best first, each with its reason; one press books it. */
function Proposals({ row: w }: { row: Waiting }) {
  const { t } = useTranslation('inventory')
  const may = useMay()
  const move = useSend('post', '/api/v1/inventory/transfers')
  const carry = useSend('post', '/api/v1/inventory/containers/{code}/move')
  if (w.to.length === 0) return <span className="kw-dim">{t('putaway.nowhere')}</span>
  return (
    <ul className="iv-proposals">
      {w.to.map((p, i) => {
        const why = t(`putaway.why.${p.why}`, { qty: format(p.qty), uom: w.uom, n: p.times })
        const label = t('putaway.go', { location: p.location })
        const free = cmp(w.free, '0') > 0
        return (
          <li key={p.location}>
            {!may('inventory.transfer') || (w.tracking === 'serial' && !w.container) || (!free && !w.container) ? <b>{p.location}</b>
              : w.container ? <ActButton size="small" type={i === 0 ? 'primary' : 'default'} send={carry} input={{ path: { code: w.container }, body: { to: p.location } }} done={t('putaway.done', { location: p.location })}>{label}</ActButton>
                : <ActButton size="small" type={i === 0 ? 'primary' : 'default'} send={move} input={{ body: { item: w.item, ...(w.lot && { lot: w.lot }), qty: w.free, from: w.location, to: p.location, put_away: true } }} done={t('putaway.done', { location: p.location })}>{label}</ActButton>}
            <small>{why}</small>
          </li>
        )
      })}
      {w.tracking === 'serial' && !w.container && <li><small>{t('putaway.scan')} <Link to="/m/putaway">{t('putaway.floor')}</Link></small></li>}
    </ul>
  )
}

/** What came in and stands in no place yet. */
export default function PutAwayPage() {
  const { t } = useTranslation('inventory')
  return <ListPage path="/api/v1/inventory/putaway" ns="inventory" columns={columns} idOf={id} sort={sort} live={live} searchHint={t('stock.search')} empty={<div className="kw-none"><b>{t('putaway.none')}</b><span>{t('putaway.noneText')}</span></div>} />
}
