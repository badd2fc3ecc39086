import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import { ActButton, Attachments, Card, DetailPage, Facts, History, Lines, type Column, type Fact } from '@/kit/crud'
import { format } from '@/kit/num'
import { useMay } from '@/kit/who'
import { LineCard } from './LineCard'
import { LineDrawer, type Edit } from './LineDrawer'
import { toPartner, type Order } from './orders'
import { ReceiveDrawer, type Due } from './ReceiveDrawer'
import { receiptColumns, sendColumns } from './papers'
import { SendDrawer, type ToSend } from './SendDrawer'

const facts: Column<Order>[] = [
  { key: 'kind', type: 'enum', words: 'kind' }, { key: 'supplier', type: 'link', to: (o) => toPartner(o.supplier) }, { key: 'ordered_ms', type: 'instant' }, { key: 'ordered_by' }, { key: 'note' },
]

export default function OrderPage() {
  const { t } = useTranslation('purchasing')
  const { number = '' } = useParams()
  const may = useMay()
  const [due, setDue] = useState<Due | undefined>()
  const [send, setSend] = useState<ToSend | undefined>()
  const [edit, setEdit] = useState<Edit | undefined>()
  const order = useGet('/api/v1/purchasing/orders/{number}', { path: { number }, live: ['inventory.'] })
  const asked = useGet('/api/v1/purchasing/changes', { query: { limit: 100, filter: [`order:eq:${number}`, 'state:eq:open'] }, enabled: may('purchasing.request'), live: ['purchasing.'] })
  const close = useSend('post', '/api/v1/purchasing/orders/{number}/close')
  const o = order.data
  const create = may('purchasing.create')
  const over = o && o.lines.every((l) => l.closed)
  return (
    <>
      <DetailPage
        query={order} title={number} sub={o?.supplier_name} status={o?.status} facts={o && <Facts ns="purchasing" columns={facts.filter((c) => c.key !== 'note' || o.note)} row={o} />}
        actions={o && create && o.status !== 'received' && (over
          ? <ActButton send={close} input={(reason) => ({ path: { number }, body: { reason, reopen: true } })} confirm={{ title: t('close.openAsk', { number }), reason: true, ok: t('close.open') }} done={t('close.opened')}>{t('close.open')}</ActButton>
          : <ActButton danger send={close} input={(reason) => ({ path: { number }, body: { reason } })} confirm={{ title: t('close.ask', { number }), text: t('close.text'), reason: true, ok: t('close.do') }} done={t('close.done')}>{t('close.do')}</ActButton>)}
        tabs={o && [
          { key: 'lines', label: t('order.lines'), count: o.lines.length, children: <div className="pu-lines">{o.lines.map((l) => <LineCard key={l.line} order={o} line={l} asked={(asked.data?.items ?? []).filter((c) => c.line === l.line)} onReceive={setDue} onSend={setSend} onEdit={setEdit} />)}</div> },
          { key: 'receipts', label: t('order.receipts'), count: o.receipts.length, children: <Lines ns="purchasing" columns={receiptColumns(['order', 'supplier'])} rows={o.receipts} empty={<div className="kw-none">{t('order.noReceipts')}</div>} /> },
          ...(o.kind === 'subcontract' || o.sendings.length > 0 ? [{ key: 'sendings', label: t('order.sendings'), count: o.sendings.length, children: <Lines ns="purchasing" columns={sendColumns(['order', 'supplier'])} rows={o.sendings} id={(s) => `${s.number}|${s.item}|${s.lot}`} empty={<div className="kw-none">{t('order.noSendings')}</div>} /> }] : []),
          { key: 'files', label: t('order.files'), children: <Attachments subject={`po:${number}`} write={may('purchasing.receive')} /> },
          { key: 'log', label: t('order.log'), children: <Card><History subject={`po:${number}`} tell={tell} /></Card> },
        ]}
      />
      <ReceiveDrawer due={due} onClose={() => setDue(undefined)} />
      <LineDrawer edit={edit} onClose={() => setEdit(undefined)} />
      <SendDrawer what={send} onClose={() => setSend(undefined)} />
    </>
  )
}

/** What came or went, in a line. */
function tell(fact: Fact) {
  const p = fact.payload as { number?: string; item?: string; qty?: string; lot?: string; location?: string }
  if (!p.item || !p.qty) return undefined
  return <span className="num">{[p.number, `${p.item} × ${format(p.qty)}`, p.lot, p.location].filter(Boolean).join(' · ')}</span>
}
