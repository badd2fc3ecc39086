import { EditOutlined } from '@ant-design/icons'
import { Button, Grid, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import { Chip } from '@/kit/Chip'
import { Card, DetailPage, Facts, Lines, SubList, type Column } from '@/kit/crud'
import { itemUrl } from '@/kit/links'
import { cmp, format } from '@/kit/num'
import { useSite, useSiteFilter } from '@/kit/SitePick'
import { useMay } from '@/kit/who'
import { useColumns } from './columns'
import { belowOn, shortOn } from './chart'
import { MessageText } from './MessageText'
import { Pegs } from './Pegs'
import { StockChart } from './StockChart'
import { swapColumns } from './Swaps'
import type { Bucket, ItemPage as Page, Message, Planned } from './plan'
import './planning.css'

const facts: Column<Page>[] = [
  { key: 'kind', type: 'enum', words: 'kind' }, { key: 'supply_site' }, { key: 'transfer_days', type: 'number' }, { key: 'lead_days', type: 'number' }, { key: 'safety_stock', type: 'qty', uom: 'uom' }, { key: 'lot_rule', type: 'enum', words: 'rule' },
  { key: 'min_lot', type: 'qty', uom: 'uom' }, { key: 'lot_multiple', type: 'qty', uom: 'uom' }, { key: 'max_lot', type: 'qty', uom: 'uom' }, { key: 'fixed_lot', type: 'qty', uom: 'uom' }, { key: 'period_days', type: 'number' }, { key: 'yield_pct', type: 'number' },
]
const said = (p: Page, key: string): boolean => {
  switch (key) {
    case 'supply_site': case 'transfer_days': return !!p.supply_site
    case 'lead_days': return !p.supply_site
    case 'min_lot': return cmp(p.min_lot, '0') > 0
    case 'lot_multiple': return cmp(p.lot_multiple, '0') > 0
    case 'max_lot': return cmp(p.max_lot, '0') > 0
    case 'fixed_lot': return p.lot_rule === 'fixed'
    case 'period_days': return p.lot_rule === 'period'
    case 'yield_pct': return cmp(p.yield_pct, '100') !== 0
    default: return true
  }
}
const signed = (key: 'left' | 'without'): Column<Bucket> => ({ key, type: 'qty', render: (b) => <span className={cmp(b[key], '0') < 0 ? 'num kw-late' : 'num'}>{format(b[key])}</span> })
const dayColumns: Column<Bucket>[] = [{ key: 'day', type: 'date' }, { key: 'needed', type: 'qty' }, { key: 'coming', type: 'qty' }, { key: 'planned', type: 'qty' }, signed('left'), signed('without')]
const dayId = (b: Bucket) => b.day
const messageColumns: Column<Message>[] = [{ key: 'act', render: (m) => <MessageText m={m} /> }, { key: 'state', type: 'status', words: 'messages' }]
const ordersSort = ['start', 'n']
const openOrder = (o: Planned) => `/planning/orders?n=${o.n}&site=${encodeURIComponent(o.site)}`

/** Where the plan uses another item instead of this one, and this one instead of another. */
function ItemSwaps({ code, here }: { code: string; here: ReturnType<typeof useSiteFilter> }) {
  const { t } = useTranslation('planning')
  const list = (col: string) => <SubList ns="planning" path="/api/v1/planning/substitutes" columns={swapColumns.filter((c) => c.key !== (col === 'item' ? 'name' : 'substitute_name'))} fixed={[{ col, op: 'eq', value: code }, ...here]} sort={['day']} empty={<div className="kw-none">{t(col === 'item' ? 'swap.noneFor' : 'swap.noneBy')}</div>} />
  return <><h3>{t('swap.for', { item: code })}</h3>{list('item')}<h3>{t('swap.by', { item: code })}</h3>{list('substitute')}</>
}

/** An item on the bench: what is needed, what comes, what is left when, and who takes what. */
export default function ItemPage() {
  const { t } = useTranslation('planning')
  const { code = '' } = useParams()
  const may = useMay()
  const site = useSite()
  const wide = Grid.useBreakpoint().md
  const query = useGet('/api/v1/planning/items/{code}', { path: { code }, query: { site } })
  const columns = useColumns()
  const here = useSiteFilter()
  const [show, setShow] = useState<'chart' | 'table'>('chart')
  const p = query.data
  const short = p ? shortOn(p.days) : ''
  const below = p ? belowOn(p.days, p.safety_stock) : ''
  const fixed = [{ col: 'item', op: 'eq' as const, value: code }, ...here]
  return (
    <DetailPage
      query={query} title={code} sub={p?.name} facts={p && <Facts ns="planning" columns={facts.filter((c) => said(p, c.key))} row={p} />}
      actions={may('masterdata.read') && <Link to={`${itemUrl(code)}?tab=planning`}><Button icon={<EditOutlined />}>{t('item.params')}</Button></Link>}
      tabs={p && [
        { key: 'pegs', label: t('item.pegs'), children: <Pegs page={p} /> },
        { key: 'orders', label: t('item.orders'), children: <SubList ns="planning" path="/api/v1/planning/orders" columns={columns.filter((c) => !['item', 'name', 'kind'].includes(c.key))} fixed={fixed} sort={ordersSort} open={openOrder} empty={<div className="kw-none">{t('item.noOrders')}</div>} /> },
        { key: 'swaps', label: t('menu.swaps'), children: <ItemSwaps code={code} here={here} /> },
        { key: 'messages', label: t('item.messages'), children: <SubList ns="planning" path="/api/v1/planning/messages" columns={messageColumns} fixed={fixed} empty={<div className="kw-none">{t('item.noMessages')}</div>} /> },
      ]}
    >
      {p && (
        <Card
          title={t('item.projected', { day: p.today })}
          extra={(
            <span className="pn-head">
              {short ? <Chip status="short" tone={short <= p.today ? 'red' : 'amber'} word={t('item.shortOn', { day: short })} /> : <Chip status="ok" tone="green" word={t('item.covered')} />}
              {below && below !== short && wide && <Chip status="warning" tone="amber" word={t('item.belowOn', { day: below })} />}
              <Segmented size="small" value={show} onChange={(v) => setShow(v as 'chart')} options={[{ value: 'chart', label: t('item.chart') }, { value: 'table', label: t('item.table') }]} />
            </span>
          )}
        >
          {p.days.length === 0 ? <div className="kw-none">{t('item.nothing')}</div> : show === 'chart' ? <StockChart days={p.days} safety={p.safety_stock} today={p.today} uom={p.uom} /> : <Lines ns="planning" columns={dayColumns} rows={p.days} id={dayId} />}
        </Card>
      )}
    </DetailPage>
  )
}
