import { DownOutlined, PrinterOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import { Chip } from '@/kit/Chip'
import { ActButton, type Column } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { lotUrl, purchaseOrderUrl } from '@/kit/links'
import { may, useMay } from '@/kit/who'
import { toItem, toPartner, type Receipt, type Sending } from './orders'
import './purchasing.css'

const toLot = (r: { item: string; lot: string }) => (r.lot && may('inventory.read') ? lotUrl(r.item, r.lot) : undefined)

export const receiptColumns = (without: string[] = []): Column<Receipt>[] => ([
  { key: 'number' }, { key: 'recorded_ms', label: 'f.received_ms', type: 'instant' }, { key: 'order', type: 'link', to: (r) => (r.order ? purchaseOrderUrl(r.order) : undefined) }, { key: 'line', type: 'number', hidden: true }, { key: 'supplier', type: 'link', to: (r) => toPartner(r.supplier) },
  { key: 'item', type: 'link', to: toItem }, { key: 'name' }, { key: 'qty', type: 'qty', uom: 'uom', said: true }, { key: 'lot', type: 'link', to: toLot }, { key: 'supplier_lot', hidden: true }, { key: 'expires_on', type: 'date', hidden: true }, { key: 'location' }, { key: 'actor' }, { key: 'reason', hidden: true },
  { key: 'undone', type: 'bool', label: 'f.do', noSort: true, render: (r) => <ReceiptActs receipt={r} /> },
] satisfies Column<Receipt>[]).filter((c) => !without.includes(c.key))

export const sendColumns = (without: string[] = []): Column<Sending>[] => ([
  { key: 'number' }, { key: 'recorded_ms', label: 'f.sent_ms', type: 'instant' }, { key: 'order', type: 'link', to: (s) => purchaseOrderUrl(s.order) }, { key: 'supplier', type: 'link', to: (s) => toPartner(s.supplier) },
  { key: 'item', type: 'link', to: toItem }, { key: 'name' }, { key: 'qty', type: 'qty', uom: 'uom', said: true }, { key: 'lot', type: 'link', to: toLot }, { key: 'actor' },
  { key: 'undone', type: 'bool', label: 'f.do', noSort: true, render: (s) => <SendingActs sending={s} /> },
] satisfies Column<Sending>[]).filter((c) => !without.includes(c.key))

function ReceiptActs({ receipt: r }: { receipt: Receipt }) {
  const { t } = useTranslation('purchasing')
  const may = useMay()
  const undo = useSend('post', '/api/v1/purchasing/receipts/{number}/undo')
  if (r.undone) return <Chip status="reversed" />
  if (r.undoes) return <span className="kw-dim">{t('undo.is')}</span>
  return (
    <span className="pu-acts">
      <Dropdown trigger={['click']} menu={{ items: [{ key: 'pdf', label: t('labels.pdf') }, { key: 'zpl', label: t('labels.zpl') }], onClick: (e) => openPdf(`/api/v1/purchasing/receipts/{number}/labels.${e.key}`, { path: { number: r.number } }) }}><Button size="small" icon={<PrinterOutlined />}>{t('labels.do')} <DownOutlined /></Button></Dropdown>
      {may('purchasing.undo') && <ActButton size="small" send={undo} input={(reason) => ({ path: { number: r.number }, body: { reason } })} confirm={{ title: t('undo.ask', { number: r.number }), text: t('undo.receipt'), reason: true, ok: t('undo.do') }} done={t('undo.done', { number: r.number })}>{t('undo.do')}</ActButton>}
    </span>
  )
}

function SendingActs({ sending: s }: { sending: Sending }) {
  const { t } = useTranslation('purchasing')
  const may = useMay()
  const undo = useSend('post', '/api/v1/purchasing/sendings/{number}/undo')
  if (s.undone) return <Chip status="reversed" />
  if (!may('purchasing.undo')) return null
  return <ActButton size="small" send={undo} input={(reason) => ({ path: { number: s.number }, body: { reason } })} confirm={{ title: t('undo.ask', { number: s.number }), text: t('undo.sending'), reason: true, ok: t('undo.do') }} done={t('undo.done', { number: s.number })}>{t('undo.do')}</ActButton>
}
