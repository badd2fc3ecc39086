import { PrinterOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer, Row } from '@/api/types'
import { Attachments, DetailPage, Facts, Lines, SubList, type Column } from '@/kit/crud'
import { OPEN_END, today } from '@/kit/dates'
import { openPdf } from '@/kit/files'
import { stockCardUrl, workOrderUrl } from '@/kit/links'
import { cmp, format, isZero } from '@/kit/num'
import { useMay } from '@/kit/who'
import { kinColumns, kinId, sentColumns, sentId } from './kin'
import { LotActs } from './LotActs'
import { moveColumns } from './moves'
import { Balances } from './Balances'
import { StockActs } from './StockAct'

type Lot = Answer<'get', '/api/v1/inventory/lots/{item}/{lot}'>
type Head = Lot & { supplier_lot: string; received_on: string; expires_on: string; unit_cost?: string }

const facts: Column<Head>[] = [
  { key: 'item', type: 'link', to: (l) => stockCardUrl(l.item) }, { key: 'on_hand', type: 'qty', uom: 'uom' }, { key: 'held', type: 'qty', uom: 'uom' }, { key: 'received_on', type: 'date' }, { key: 'expires_on', type: 'date' },
  { key: 'supplier' }, { key: 'supplier_lot' }, { key: 'unit_cost', type: 'money', masked: true },
]
const readings: Column<Row<'/api/v1/production/readings'>>[] = [
  { key: 'happened_ms', type: 'instant', label: 'reading.at' }, { key: 'order', label: 'f.work_order', render: (r) => <Link to={workOrderUrl(r.order)}>{r.order}</Link> }, { key: 'op', type: 'number', label: 'reading.op' }, { key: 'op_name', label: 'reading.opName' }, { key: 'name', label: 'reading.name' }, { key: 'piece', type: 'number', label: 'reading.piece', render: (r) => (r.piece > 0 ? String(r.piece) : null) }, { key: 'serial', label: 'reading.serial' },
  { key: 'value', type: 'number', label: 'reading.value', render: (r) => <b className={r.outside ? 'num kw-late' : 'num'}>{format(r.value)}</b> }, { key: 'unit', label: 'reading.unit' }, { key: 'lower', type: 'number', label: 'reading.lower' }, { key: 'upper', type: 'number', label: 'reading.upper' },
  { key: 'reason', label: 'reading.reason' }, { key: 'worker', label: 'reading.worker' }, { key: 'machine', label: 'reading.machine' },
]
const moves = moveColumns<NonNullable<Lot['moves']>[number]>(['item', 'name', 'lot'])

export default function LotPage() {
  const { t } = useTranslation('inventory')
  const { item = '', lot = '' } = useParams()
  const may = useMay()
  const card = useGet('/api/v1/inventory/lots/{item}/{lot}', { path: { item, lot }, live: ['production.', 'sales.', 'purchasing.'] })
  const c = card.data
  const part = c?.parts[0]
  const head = c && { ...c, supplier_lot: part?.supplier_lot ?? '', received_on: part?.received_on ?? '', expires_on: part?.expires_on ?? '', unit_cost: part?.unit_cost }
  const status = !c ? undefined : !isZero(c.held) ? 'held' : head!.expires_on && head!.expires_on !== OPEN_END && head!.expires_on < today() ? 'expired' : cmp(c.on_hand, '0') > 0 ? 'available' : 'consumed'
  const query = { item, lot }
  return (
    <DetailPage
      query={card} title={lot} sub={c && <><Link to={stockCardUrl(item)}>{item}</Link> {c.name}</>} status={status} facts={head && <Facts ns="inventory" columns={facts} row={head} />}
      actions={c && (
        <>
          {cmp(c.on_hand, '0') > 0 && may('production.rework') && c.made_from.length > 0 && <Link to={`/production/rework?${new URLSearchParams({ item, lot, held: isZero(c.held) ? '' : '1' }).toString()}`}><Button>{t('lot.rework')}</Button></Link>}
          {cmp(c.on_hand, '0') > 0 && <StockActs goods={{ item, lot }} without={isZero(c.held) ? ['release', 'adjust'] : cmp(c.held, c.on_hand) >= 0 ? ['hold', 'adjust'] : ['adjust']} />}
          {cmp(c.on_hand, '0') > 0 && <LotActs item={item} lot={lot} location={c.balances.find((b) => b.kind === 'stock')?.place} held={cmp(c.held, c.on_hand) >= 0} />}
          <Dropdown trigger={['click']} menu={{ items: [{ key: 'pdf', label: t('labels.pdf') }, { key: 'zpl', label: t('labels.zpl') }], onClick: (e) => openPdf(`/api/v1/inventory/labels.${e.key}`, { query }) }}><Button type="primary" icon={<PrinterOutlined />}>{t('label')}</Button></Dropdown>
        </>
      )}
      tabs={c && [
        { key: 'where', label: t('lot.where'), count: c.balances.length, children: <Balances item={item} uom={c.uom} rows={c.balances} /> },
        { key: 'from', label: t('lot.from'), count: c.made_from.length, children: <Lines ns="inventory" columns={kinColumns} rows={c.made_from} id={kinId} empty={<div className="kw-none">{c.supplier ? t('lot.bought', { supplier: c.supplier }) : t('lot.noFrom')}</div>} /> },
        ...(c.made_from.length > 0 && may('production.read') ? [{ key: 'readings', label: t('lot.readings'), children: <SubList path="/api/v1/production/readings" ns="inventory" columns={readings} fixed={[{ col: 'order', op: 'in', value: [...new Set(c.made_from.map((k) => k.document))].join(',') }, { col: 'reversed', op: 'eq', value: 'false' }]} sort={['happened_ms']} empty={<div className="kw-none">{t('lot.noReadings')}</div>} /> }] : []),
        { key: 'used', label: t('lot.used'), count: c.used_in.length, children: <Lines ns="inventory" columns={kinColumns} rows={c.used_in} id={kinId} empty={<div className="kw-none">{t('lot.noUsed')}</div>} /> },
        { key: 'customers', label: t('lot.customers'), count: c.customers.length, children: <Lines ns="inventory" columns={sentColumns} rows={c.customers} id={sentId} empty={<div className="kw-none">{t('lot.noCustomers')}</div>} /> },
        { key: 'moves', label: t('lot.moves'), count: c.moves.length, children: <Lines ns="inventory" columns={moves} rows={c.moves} /> },
        { key: 'files', label: t('lot.files'), children: <Attachments subject={`lot:${item}|${lot}`} write={may('inventory.adjust')} /> },
      ]}
    />
  )
}
