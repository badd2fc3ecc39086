import { PrinterOutlined } from '@ant-design/icons'
import { Alert, Button, InputNumber, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Answer, Body } from '@/api/types'
import { FormDrawer, type Field } from '@/kit/crud'
import { endOf, today } from '@/kit/dates'
import { openPdf } from '@/kit/files'
import { format } from '@/kit/num'
import { both } from '@/kit/units'
import { useMay } from '@/kit/who'
import { withPieces } from './orders'
import './purchasing.css'

type Receive = NonNullable<Body<'post', '/api/v1/purchasing/receipts'>> & { day?: string }
type Received = Answer<'post', '/api/v1/purchasing/receipts'>

/** What is expected; without an order anything may come, with a reason. */
export interface Due { order?: string; line?: number; item?: string; name?: string; open?: string; uom?: string }

type Any = Record<string, unknown>
const place = { path: '/api/v1/masterdata/locations' as const, name: (r: Any) => String(r.warehouse ?? '') }
const details = (item?: string, uom?: string): Field<Receive>[] => [
  { key: 'qty', type: 'qty', required: true, half: true }, { key: 'uom', type: 'uom', item, suffix: uom, half: true },
  { key: 'location', type: 'entity', from: place, half: true, help: 'purchasing:help.location' },
  { key: 'lot', half: true, help: 'purchasing:help.lot' }, { key: 'supplier_lot', half: true },
  { key: 'expires_on', type: 'date', half: true, help: 'purchasing:help.expires' }, { key: 'hold', type: 'bool', half: true },
  { key: 'serials', type: 'textarea', help: 'purchasing:help.serials' },
]
const back: Field<Receive> = { key: 'day', type: 'date', half: true, help: 'purchasing:help.day' }
/** Goods that came on an earlier day and were forgotten: they count from the end of that day. */
const dated = ({ day, ...b }: Any): Any => ({ ...b, ...(typeof day === 'string' && day && day < today() ? { happened_ms: endOf(day) } : {}) })
const unordered = (price: boolean): Field<Receive>[] => [
  { key: 'item', type: 'entity', from: { path: '/api/v1/masterdata/items' }, required: true },
  { key: 'supplier', type: 'entity', from: { path: '/api/v1/masterdata/partners', filters: [{ col: 'kinds', op: 'like', value: 'su' }] } },
  ...details(), ...(price ? [{ key: 'unit_cost', type: 'qty', half: true } as const] : []), { key: 'reason', required: true },
]

/** Goods in: the line is known, only what the box says is typed. Then its labels. */
export function ReceiveDrawer({ due, onClose }: { due: Due | undefined; onClose: () => void }) {
  const { t } = useTranslation('purchasing')
  const may = useMay()
  const [last, setLast] = useState<Due>({})
  const [came, setCame] = useState<Received | undefined>()
  if (due && due !== last) setLast(due)
  const free = !last.order
  return (
    <>
      <FormDrawer
        ns="purchasing" title={free ? t('receive.free') : t('receive.title', { order: last.order, line: last.line, item: last.item, name: last.name })} ok={t('receive.do')}
        method="post" path="/api/v1/purchasing/receipts" fields={[...(free ? unordered(may('see.price')) : [...details(last.item, last.uom), { key: 'reason' } as const]), ...(may('inventory.backdate') ? [back] : [])] as Field<NonNullable<Body<'post', '/api/v1/purchasing/receipts'>>>[]}
        initial={free ? {} : { qty: last.open === '0' ? undefined : last.open }} shape={(b) => ({ ...withPieces(dated(b)), ...(free ? {} : { order: last.order, line: last.line }) })}
        open={due !== undefined} onClose={onClose} said={(r) => t('receive.done', { number: r.number })} onDone={setCame}
      />
      <Labels came={came} onClose={() => setCame(undefined)} />
    </>
  )
}

function Labels({ came, onClose }: { came: Received | undefined; onClose: () => void }) {
  const { t } = useTranslation('purchasing')
  const [copies, setCopies] = useState(1)
  const print = (kind: 'pdf' | 'zpl') => came && (came.serials?.length
    ? openPdf(`/api/v1/inventory/labels.${kind}`, { query: { item: came.item, lot: came.lot, serial: came.serials } })
    : openPdf(`/api/v1/purchasing/receipts/{number}/labels.${kind}`, { path: { number: came.number }, query: { copies } }))
  return (
    <Modal open={came !== undefined} title={came && t('receive.done', { number: came.number })} onCancel={onClose} width={420} footer={[
      <Button key="no" onClick={onClose}>{t('kit:close')}</Button>,
      <Button key="zpl" icon={<PrinterOutlined />} onClick={() => print('zpl')}>{t('labels.zpl')}</Button>,
      <Button key="pdf" type="primary" icon={<PrinterOutlined />} autoFocus onClick={() => print('pdf')}>{t('labels.pdf')}</Button>,
    ]}>
      {came && (
        <dl className="pu-came">
          <dt>{t('f.item')}</dt><dd>{came.item} {came.name}</dd>
          <dt>{t('f.qty')}</dt><dd className="num"><b>{both(came.qty, came.uom, came)}</b></dd>
          {came.lot && <><dt>{t('f.lot')}</dt><dd><b>{came.lot}</b></dd></>}
          {came.serials && came.serials.length > 0 && <><dt>{t('f.serials')}</dt><dd className="num">{came.serials.slice(0, 6).join(', ')}{came.serials.length > 6 && ` … ${came.serials.length}`}</dd></>}
          <dt>{t('f.location')}</dt><dd>{came.location}</dd>
          {came.order && <><dt>{t('f.open')}</dt><dd className="num">{format(came.open)} {came.uom}</dd></>}
        </dl>
      )}
      {came?.held && <Alert type="warning" showIcon title={t('receive.held')} description={came.inspections?.map((n) => <Link key={n} to={`/quality/inspections/${encodeURIComponent(n)}`}>{n} </Link>)} />}
      {came && !came.serials?.length && <label className="pu-copies">{t('labels.copies')} <InputNumber min={1} max={200} precision={0} value={copies} aria-label={t('labels.copies')} onChange={(n) => setCopies(n ?? 1)} /></label>}
    </Modal>
  )
}
