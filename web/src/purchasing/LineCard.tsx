import { EditOutlined, InboxOutlined, SendOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { ActButton, Card, Lines, type Column } from '@/kit/crud'
import { showDate, today } from '@/kit/dates'
import { pegUrl } from '@/kit/links'
import { cmp, format, isZero } from '@/kit/num'
import { Progress } from '@/kit/Qty'
import { asEntered } from '@/kit/units'
import { useMay } from '@/kit/who'
import { toItem, type Component, type Line, type Order } from './orders'
import type { Edit } from './LineDrawer'
import type { Due } from './ReceiveDrawer'
import type { ToSend } from './SendDrawer'
import './purchasing.css'

const parts: Column<Component>[] = [
  { key: 'item', label: 'f.component', type: 'link', to: toItem }, { key: 'name' }, { key: 'needed', type: 'qty', uom: 'uom' }, { key: 'sent', type: 'qty', uom: 'uom' }, { key: 'used', type: 'qty', uom: 'uom' }, { key: 'there', type: 'qty', uom: 'uom' }, { key: 'to_send', type: 'qty', uom: 'uom' },
]

/** One line: what was ordered, what came, and of subcontracted work what lies at the subcontractor. */
export function LineCard({ order, line: l, asked, onReceive, onSend, onEdit }: { order: Order; line: Line; asked: Row<'/api/v1/purchasing/changes'>[]; onReceive: (due: Due) => void; onSend: (what: ToSend) => void; onEdit: (edit: Edit) => void }) {
  const { t } = useTranslation('purchasing')
  const may = useMay()
  const close = useSend('post', '/api/v1/purchasing/orders/{number}/close')
  const done = l.closed || isZero(l.open)
  const late = !done && l.due !== '' && l.due < today()
  const status = l.closed ? 'closed' : isZero(l.open) ? 'received' : cmp(l.received, '0') > 0 ? 'partial' : 'open'
  const input = { path: { number: order.number } }
  const to = toItem(l)
  const columns: Column<Component>[] = may('purchasing.send') && !l.closed
    ? [...parts, { key: 'uom', label: 'f.do', render: (c) => <span className="pu-acts">{!isZero(c.to_send) && <Button size="small" onClick={() => onSend({ order: order.number, line: l.line, item: c.item, qty: c.to_send })}>{t('send.do')}</Button>}{!isZero(c.there) && <Button size="small" onClick={() => onSend({ order: order.number, line: l.line, back: true, item: c.item, qty: c.there })}>{t('send.back')}</Button>}</span> }]
    : parts
  return (
    <Card
      title={<span className="pu-title"><span className="num kw-dim">{l.line}</span> {to ? <Link to={to}>{l.item}</Link> : l.item} {l.name}{l.spec && <small>{l.spec}</small>}</span>}
      extra={(
        <span className="pu-acts">
          {!done && (may('purchasing.create') || may('purchasing.request')) && <Button size="small" icon={<EditOutlined />} onClick={() => onEdit({ order: order.number, line: l.line, qty: l.qty, due: l.due, ask: !may('purchasing.create') })}>{t(may('purchasing.create') ? 'changes.edit' : 'changes.ask')}</Button>}
          {may('purchasing.create') && (l.closed
            ? <ActButton size="small" send={close} input={(reason) => ({ ...input, body: { reason, line: l.line, reopen: true } })} confirm={{ title: t('close.openLine', { line: l.line }), reason: true, ok: t('close.open') }} done={t('close.opened')}>{t('close.open')}</ActButton>
            : !done && order.lines.length > 1 && <ActButton size="small" send={close} input={(reason) => ({ ...input, body: { reason, line: l.line } })} confirm={{ title: t('close.lineAsk', { line: l.line }), text: t('close.text'), reason: true, ok: t('close.do') }} done={t('close.done')}>{t('close.do')}</ActButton>)}
          {may('purchasing.send') && !l.closed && l.components.some((c) => !isZero(c.to_send)) && <Button size="small" icon={<SendOutlined />} onClick={() => onSend({ order: order.number, line: l.line })}>{t('send.all')}</Button>}
          {may('purchasing.receive') && !l.closed && <Button size="small" type={done ? 'default' : 'primary'} icon={<InboxOutlined />} onClick={() => onReceive({ order: order.number, line: l.line, item: l.item, name: l.name, open: l.open, uom: l.uom })}>{t('receive.do')}</Button>}
        </span>
      )}
    >
      <div className="pu-line">
        <Chip status={late ? 'late' : status} />
        <span className="pu-bar"><Progress done={l.received} total={l.qty} status={status} /></span>
        <span><small>{t('f.received')}</small> <b className="num">{format(l.received)}</b> <span className="kw-dim num">/ {format(l.qty)} {l.uom}{l.entered_uom && ` (${asEntered(l)})`}</span></span>
        {!done && <span><small>{t('f.open')}</small> <b className="num">{format(l.open)}</b></span>}
        <span><small>{t('f.due')}</small> <b className={late ? 'num kw-late' : 'num'}>{showDate(l.due)}</b></span>
        {!done && may('planning.read') && <Link to={pegUrl(l.item, order.kind === 'subcontract' ? 'subcontract_order' : 'purchase_order', order.number, l.line)}>{t('line.plan')}</Link>}
        {!done && l.inspect && <Chip status="to_inspect" word={t('line.inspect')} />}
        {l.unit_price !== undefined && <span><small>{t('f.unit_price')}</small> <b className="num">{format(l.unit_price)}</b></span>}
      </div>
      {asked.map((c) => <p key={c.number} className="pu-asked"><Link to={`/purchasing/changes?q=${encodeURIComponent(c.number)}`}>{isZero(c.qty) ? t('changes.cancels', { number: c.number }) : t('changes.pending', { number: c.number, due: showDate(c.due), qty: format(c.qty), uom: c.uom })}</Link>{c.reason && <small>{c.reason}</small>}</p>)}
      {l.components.length > 0 && <div className="pu-parts"><h4>{t('line.parts')}</h4><Lines ns="purchasing" columns={columns} rows={l.components} id={(c) => c.item} /></div>}
    </Card>
  )
}
