import { BarcodeOutlined, FilePdfOutlined, PrinterOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { download } from '@/api/client'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { ActButton, Card, DetailPage, Facts, History, Lines, type Column } from '@/kit/crud'
import { openPdf, save } from '@/kit/files'
import { format } from '@/kit/num'
import { useKeys } from '@/kit/useKeys'
import { useMay } from '@/kit/who'
import { orderUrl } from './orders'
import { shippedColumns } from './ShipmentCards'
import './sales.css'

type Shipment = Answer<'get', '/api/v1/sales/shipments/{number}'>
interface Head { order: string; customer: string; phone: string; address: string; carrier: string; waybill: string; cartons: number; shipped_ms: number; shipped_by: string; reversed_ms: number; note: string }
const facts: Column<Head>[] = [
  { key: 'order', render: (s) => <Link to={orderUrl(s.order)}>{s.order}</Link> }, { key: 'customer' }, { key: 'phone' }, { key: 'address' }, { key: 'carrier' }, { key: 'waybill' },
  { key: 'cartons', type: 'number' }, { key: 'shipped_ms', type: 'instant' }, { key: 'shipped_by' }, { key: 'note' },
]
const OPTIONAL = new Set<string>(['phone', 'address', 'carrier', 'note'])
const headOf = (s: Shipment): Head => ({ ...s, customer: s.customer.name, phone: s.customer.phone, address: s.customer.address })

export default function ShipmentPage() {
  const { t } = useTranslation('sales')
  const { message } = App.useApp()
  const { number = '' } = useParams()
  const may = useMay()
  const shipment = useGet('/api/v1/sales/shipments/{number}', { path: { number } })
  const undo = useSend('post', '/api/v1/sales/shipments/{number}/undo')
  const s = shipment.data
  const print = (what: string) => openPdf(`/api/v1/sales/shipments/{number}/${what}`, { path: { number } })
  const zpl = async () => {
    try {
      const file = await download('/api/v1/sales/shipments/{number}/label.zpl', { path: { number } })
      save(file.blob, file.name)
    } catch (err) { void message.error(messageOf(err)) }
  }
  useKeys({ p: () => print('packing-list.pdf'), l: () => print('label.pdf') })
  return (
    <DetailPage
      query={shipment} title={number} sub={s?.customer.name} status={s ? (s.reversed_ms ? 'reversed' : 'shipped') : undefined}
      actions={s && (
        <>
          {!s.reversed_ms && may('sales.undo') && <ActButton danger send={undo} input={(reason) => ({ path: { number }, body: { reason } })} confirm={{ title: t('undo.ask', { number }), text: t('undo.text'), ok: t('undo.do'), reason: true }} done={t('undo.done')}>{t('undo.do')}</ActButton>}
          {!s.reversed_ms && may('sales.return') && <Link to={`/sales/returns?shipment=${encodeURIComponent(number)}`}><Button>{t('shipment.back')}</Button></Link>}
          <Button icon={<BarcodeOutlined />} onClick={() => void zpl()}>{t('shipment.zpl')}</Button>
          <Button icon={<PrinterOutlined />} onClick={() => print('label.pdf')}>{t('shipment.label')}<kbd className="so-key">l</kbd></Button>
          <Button type="primary" icon={<FilePdfOutlined />} onClick={() => print('packing-list.pdf')}>{t('shipments.packing')}<kbd className="so-key">p</kbd></Button>
        </>
      )}
      facts={s && <Facts ns="sales" columns={facts.filter((c) => !OPTIONAL.has(c.key) || headOf(s)[c.key])} row={headOf(s)} />}
    >
      {s && (
        <div className="so-two">
          {s.packing.length > 0 && (
            <Card title={t('shipment.cartons')}>
              <div className="so-cartons">{s.packing.map((c) => <section key={c.no}><b>{t('shipment.carton', { no: c.no })}</b>{c.weight && <small className="kw-dim"> {c.weight}</small>}<ul>{(c.lines ?? []).map((l, i) => <li key={i}>{s.lines.find((x) => x.line === l.line)?.name} {l.lot && <small className="kw-dim">{l.lot}</small>} × <span className="num">{format(l.qty)}</span></li>)}</ul></section>)}</div>
            </Card>
          )}
          <Card title={t('shipment.lines')} flush><Lines ns="sales" columns={shippedColumns} rows={s.lines} id={(l) => `${l.line} ${l.lot} ${l.serials?.[0] ?? ''}`} /></Card>
          <Card title={t('shipment.log')}><History subject={`so:${s.order}`} /></Card>
        </div>
      )}
    </DetailPage>
  )
}
