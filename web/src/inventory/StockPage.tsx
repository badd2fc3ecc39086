import { PrinterOutlined } from '@ant-design/icons'
import { Button, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { locationUrl, lotUrl, stockCardUrl, warehouseUrl } from '@/kit/links'
import { boxUrl } from './boxes'
import { StockActs } from './StockAct'
import { useAsFilter } from './useAsFilter'
import { DocumentName } from './words'
import './inventory.css'

type Stock = Row<'/api/v1/inventory/stock'>
type ByItem = Row<'/api/v1/inventory/items'>
type ByPlace = Row<'/api/v1/inventory/locations'>
type Promise_ = Row<'/api/v1/inventory/reservations'>

const WAREHOUSES = ['normal', 'line', 'quarantine', 'customer_owned'] as const
const stock: Column<Stock>[] = [
  { key: 'item', type: 'link', to: (s) => stockCardUrl(s.item) }, { key: 'name' }, { key: 'spec', hidden: true }, { key: 'location' }, { key: 'lot', type: 'link', to: (s) => (s.lot ? lotUrl(s.item, s.lot) : undefined) },
  { key: 'container', type: 'link', to: (s) => (s.container ? boxUrl(s.container) : undefined), hidden: true },
  { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'reserved', type: 'qty', uom: 'uom' }, { key: 'free', type: 'qty', uom: 'uom' }, { key: 'status', type: 'status', words: 'stockState', options: ['available', 'hold'] },
  { key: 'received_on', type: 'date' }, { key: 'expires_on', type: 'date' }, { key: 'warehouse', hidden: true }, { key: 'warehouse_kind', type: 'enum', options: WAREHOUSES, words: 'warehouse', hidden: true }, { key: 'unit_cost', type: 'money', masked: true },
]
const byItem: Column<ByItem>[] = [
  { key: 'item', type: 'link' }, { key: 'name' }, { key: 'spec' }, { key: 'family', hidden: true }, { key: 'on_hand', type: 'qty', uom: 'uom' }, { key: 'held', type: 'qty', uom: 'uom' }, { key: 'reserved', type: 'qty', uom: 'uom' },
  { key: 'wip', type: 'qty', uom: 'uom' }, { key: 'subcontractor', type: 'qty', uom: 'uom' }, { key: 'next_expiry', type: 'date' },
]
const byPlace: Column<ByPlace>[] = [
  { key: 'location', type: 'link' }, { key: 'warehouse', type: 'link', to: (l) => warehouseUrl(l.warehouse) }, { key: 'warehouse_kind', type: 'enum', options: WAREHOUSES, words: 'warehouse' }, { key: 'items', type: 'number' }, { key: 'lots', type: 'number' }, { key: 'held', type: 'number', label: 'f.held_lots' },
]
const promised: Column<Promise_>[] = [
  { key: 'document', render: (r) => <DocumentName kind={r.document_kind} number={r.document} /> }, { key: 'line', type: 'number' }, { key: 'item', type: 'link', to: (r) => stockCardUrl(r.item) }, { key: 'name' }, { key: 'qty', type: 'qty', uom: 'uom' },
  { key: 'lot', type: 'link', to: (r) => (r.lot ? lotUrl(r.item, r.lot) : undefined) }, { key: 'location' }, { key: 'made_ms', type: 'instant' },
]
const BY = ['lot', 'item', 'location', 'reserved'] as const
type By = (typeof BY)[number]

// goods without a lot number that came on different days are heaps of their own
const stockId = (s: Stock) => [s.item, s.location, s.lot, s.container, s.status, s.received_on, s.expires_on, s.unit_cost].join('|')
const itemOf = (i: ByItem) => stockCardUrl(i.item)
const placeOf = (l: ByPlace) => locationUrl(l.location)
const promiseId = (r: Promise_) => `${r.document_kind}|${r.document}|${r.line}|${r.item}|${r.lot}|${r.location}`
const tabs = { col: 'status', values: ['available', 'hold'], count: true }
const sorts = { lot: ['item', 'location', 'lot'], item: ['item'], location: ['location'], reserved: ['-made_ms'] }
const live = ['production.', 'purchasing.', 'sales.']

/** What lies where: by balance, by item, by location; and what is promised. */
export default function StockPage() {
  const { t } = useTranslation('inventory')
  const [params, setParams] = useSearchParams()
  const ready = useAsFilter(['location', 'item', 'lot', 'warehouse'])
  const by = (params.get('by') ?? 'lot') as By
  const none = <div className="kw-none"><b>{t(by === 'reserved' ? 'stock.noReserved' : 'stock.none')}</b>{by !== 'reserved' && <span>{t('stock.noneText')}</span>}</div>
  const shared = { ns: 'inventory', searchHint: t('stock.search'), sort: sorts[by], live, empty: none, actions: <StockActs menu /> }
  return (
    <div className="iv-split">
      <div className="iv-by"><Segmented value={by} onChange={(v) => setParams(v === 'lot' ? {} : { by: v }, { replace: true })} options={BY.map((b) => ({ value: b, label: t(`stock.by.${b}`) }))} /></div>
      {ready && by === 'lot' && (
        <ListPage
          {...shared} path="/api/v1/inventory/stock" columns={stock} idOf={stockId} tabs={tabs}
          bulk={(rows) => (
            <>
              {rows.length === 1 && rows[0] && <StockActs small key={stockId(rows[0])} goods={{ item: rows[0].item, lot: rows[0].lot, location: rows[0].location, qty: rows[0].free, held: rows[0].status === 'hold' }} without={rows[0].status === 'hold' ? ['hold', 'adjust'] : ['release']} />}
              {rows.length === 1 && rows[0] && <Button size="small" icon={<PrinterOutlined />} onClick={() => openPdf('/api/v1/inventory/labels.pdf', { query: { item: rows[0]!.item, lot: rows[0]!.lot, qty: rows[0]!.qty } })}>{t('label')}</Button>}
            </>
          )}
        />
      )}
      {ready && by === 'item' && <ListPage {...shared} path="/api/v1/inventory/items" columns={byItem} open={itemOf} idOf={(r) => r.item} />}
      {ready && by === 'location' && <ListPage {...shared} path="/api/v1/inventory/locations" columns={byPlace} open={placeOf} idOf={(r) => r.location} />}
      {ready && by === 'reserved' && <ListPage {...shared} path="/api/v1/inventory/reservations" columns={promised} idOf={promiseId} actions={undefined} />}
    </div>
  )
}
