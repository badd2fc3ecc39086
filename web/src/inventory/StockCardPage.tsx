import { PrinterOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { AvailableLine } from '@/app/Available'
import { DetailPage, Lines, type Column } from '@/kit/crud'
import { showInstant } from '@/kit/dates'
import { openPdf } from '@/kit/files'
import { itemUrl } from '@/kit/links'
import { format, isZero } from '@/kit/num'
import { Balances } from './Balances'
import { stepLine } from './level'
import { moveColumns } from './moves'
import { PickOrder } from './PickOrder'
import { StockActs } from './StockAct'
import './inventory.css'

type Stock = Answer<'get', '/api/v1/inventory/items/{item}'>
type Line = NonNullable<Stock['moves']>[number]
const ledger: Column<Line>[] = [
  ...moveColumns<Line>(['item', 'name', 'qty', 'reversed']).slice(0, 2),
  { key: 'in', type: 'qty', render: (m) => (isZero(m.in) ? null : <span className="num iv-in">+{format(m.in)}</span>) }, { key: 'out', type: 'qty', render: (m) => (isZero(m.out) ? null : <span className="num">−{format(m.out)}</span>) }, { key: 'after', type: 'qty', uom: 'uom' },
  ...moveColumns<Line>(['item', 'name', 'qty']).slice(2),
]

/** One item's stock: how much, where, and every move with what was left after it. */
export default function StockCardPage() {
  const { t } = useTranslation('inventory')
  const { item = '' } = useParams()
  const card = useGet('/api/v1/inventory/items/{item}', { path: { item }, live: ['production.', 'sales.', 'purchasing.'] })
  const c = card.data
  return (
    <DetailPage
      query={card} title={item} sub={c && <Link to={itemUrl(item)}>{c.name}</Link>}
      actions={c && <><StockActs goods={{ item }} /><Button type="primary" icon={<PrinterOutlined />} onClick={() => openPdf('/api/v1/inventory/labels.pdf', { query: { item } })}>{t('label')}</Button></>}
      facts={c && (
        <div className="iv-levels">
          {(['available', 'reserved', 'held'] as const).map((k) => <div key={k} className={k === 'held' && !isZero(c.level.held) ? 'iv-level iv-warn' : 'iv-level'}><small>{t(`level.${k}`)}</small><b className="num">{format(c.level[k])}</b> <span className="kw-uom">{c.uom}</span></div>)}
          <Chart moves={c.moves} />
        </div>
      )}
      tabs={c && [
        { key: 'where', label: t('lot.where'), count: c.balances.length, children: <Balances item={item} uom={c.uom} rows={c.balances} lots /> },
        { key: 'order', label: t('pick.tab'), children: <PickOrder item={item} /> },
        { key: 'moves', label: t('card.ledger'), count: c.moves.length, children: <Lines ns="inventory" columns={ledger} rows={c.moves} empty={<div className="kw-none">{t('moves.none')}</div>} /> },
      ]}
    >
      {c && <AvailableLine item={item} />}
    </DetailPage>
  )
}

/** The level over time, from the moves that are shown. */
function Chart({ moves }: { moves: Line[] }) {
  const { t } = useTranslation('inventory')
  if (moves.length < 2) return null
  const points = moves.map((m) => ({ at: m.happened_ms, level: Number.parseFloat(m.after) })).reverse()
  const line = stepLine(points, 300, 44)
  return (
    <figure className="iv-chart">
      <svg viewBox="0 -2 300 48" preserveAspectRatio="none" role="img" aria-label={t('card.chart')}><path className="iv-area" d={`${line} V44 H0 Z`} /><path className="iv-line" d={line} /></svg>
      <figcaption className="num"><span>{showInstant(points[0]!.at).slice(0, 10)}</span><span>{showInstant(points[points.length - 1]!.at).slice(0, 10)}</span></figcaption>
    </figure>
  )
}
