import { FilePdfOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Chip } from '@/kit/Chip'
import { Lines, type Column } from '@/kit/crud'
import { showInstant } from '@/kit/dates'
import { openPdf } from '@/kit/files'
import { Go } from './Go'
import { lotUrl, shipmentUrl, type Track } from './orders'

type Shipment = Track['shipments'][number]
export const shippedColumns: Column<Shipment['lines'][number]>[] = [
  { key: 'line', type: 'number' }, { key: 'item', render: (l) => <Go perm="masterdata.read" to={`/masterdata/items/${encodeURIComponent(l.item)}`}>{l.item}</Go> }, { key: 'name' },
  { key: 'lot', render: (l) => <Go perm="inventory.read" to={l.lot ? lotUrl(l.item, l.lot) : undefined}>{l.lot}</Go> }, { key: 'qty', type: 'qty', uom: 'uom' },
  { key: 'serials', render: (l) => <Serials list={l.serials ?? []} /> },
]

function Serials({ list }: { list: string[] }) {
  return list.length === 0 ? null : <span className="so-serials num" title={list.join('\n')}>{list.slice(0, 3).join('  ')}{list.length > 3 && ` … (${list.length})`}</span>
}

export function ShipmentCards({ shipments }: { shipments: Shipment[] }) {
  const { t } = useTranslation('sales')
  if (shipments.length === 0) return <div className="kw-panel"><div className="kw-none"><b>{t('shipments.notYet')}</b><span>{t('shipments.notYetText')}</span></div></div>
  return (
    <div className="so-cards">
      {shipments.map((s) => (
        <section key={s.number} className="kw-panel kw-flush">
          <header>
            <h3><Link to={shipmentUrl(s.number)}>{s.number}</Link></h3>
            <Chip status={s.reversed_ms ? 'reversed' : 'shipped'} />
            <span className="kw-dim num">{showInstant(s.shipped_ms)} · {s.shipped_by}</span>
            <span>{[s.carrier, s.waybill].filter(Boolean).join('  ')}</span>
            <span className="kw-dim">{t('shipments.cartons', { n: s.cartons })}</span>
            <span className="kw-grow" />
            <Button size="small" icon={<FilePdfOutlined />} onClick={() => openPdf('/api/v1/sales/shipments/{number}/packing-list.pdf', { path: { number: s.number } })}>{t('shipments.packing')}</Button>
          </header>
          <div><Lines ns="sales" columns={shippedColumns} rows={s.lines} id={(l) => `${l.line} ${l.lot} ${l.serials?.[0] ?? ''}`} /></div>
        </section>
      ))}
    </div>
  )
}
