import { Alert, App, Button, Drawer, Grid, Input, Radio } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import { FieldInput } from '@/kit/crud/fields'
import { cmp, format, parse, sub } from '@/kit/num'
import { orderUrl, over, type Track } from './orders'
import { UnitOf } from './UnitOf'
import './sales.css'

/** Part now, part later: quantities that become a line, or an order, of their own. */
export function SplitDrawer({ track, open, onClose }: { track: Track; open: boolean; onClose: () => void }) {
  const { t } = useTranslation('sales')
  const { message } = App.useApp()
  const navigate = useNavigate()
  const wide = Grid.useBreakpoint().md
  const send = useSend('post', '/api/v1/sales/orders/{number}/split')
  const [qty, setQty] = useState<Record<number, string>>({})
  const [unit, setUnit] = useState<Record<number, string>>({})
  const [due, setDue] = useState('')
  const [fresh, setFresh] = useState(false)
  const { reset } = send
  useEffect(() => { if (open) { setQty({}); setUnit({}); setDue(''); setFresh(false); reset() } }, [open, reset])
  const lines = track.lines.filter((l) => !over(l.status) && !l.closed_ms)
  const parts = lines.flatMap((l) => { const n = parse(qty[l.line] ?? ''); return n && cmp(n, '0') > 0 ? [{ line: l.line, qty: n, uom: unit[l.line] || undefined, due: due || undefined }] : [] })
  const go = () => send.mutate({ path: { number: track.number }, body: { lines: parts, new_order: fresh } }, {
    onSuccess: (o) => { void message.success(t('splits.done')); onClose(); if (fresh) void navigate(orderUrl(o.number)) },
  })
  return (
    <Drawer
      open={open} onClose={onClose} title={t('splits.title', { number: track.number })} size={wide ? 620 : '100%'} destroyOnHidden
      footer={<div className="kw-form-foot"><span className="kw-grow" /><Button onClick={onClose}>{t('kit:cancel')}</Button><Button type="primary" disabled={parts.length === 0} title={parts.length === 0 ? t('splits.why') : undefined} loading={send.isPending} onClick={go}>{t('splits.go')}</Button></div>}
    >
      {send.error && <Alert type="error" showIcon title={messageOf(send.error)} style={{ marginBottom: 14 }} role="alert" />}
      <p className="so-hint">{t('splits.text')}</p>
      {lines.map((l) => (
        <div key={l.line} className="so-split-line">
          <div><span className="num kw-dim">{l.line}</span> {l.name} <small className="kw-dim">{t('splits.of', { qty: format(sub(l.qty, l.shipped)), uom: l.uom, due: l.due })}</small></div>
          <Input className="kw-numeric so-qty" inputMode="decimal" placeholder="0" aria-label={t('splits.qty', { line: l.line })} value={qty[l.line] ?? ''} onChange={(e) => setQty({ ...qty, [l.line]: e.target.value })} />
          <UnitOf item={l.item} qty={qty[l.line] ?? ''} value={unit[l.line] ?? ''} onChange={(u) => setUnit({ ...unit, [l.line]: u })} />
        </div>
      ))}
      <div className="so-ship-more so-change-head">
        <label><span>{t('splits.due')}</span><FieldInput ns="sales" f={{ key: 'due', type: 'date' }} value={due} onChange={(v) => setDue(String(v ?? ''))} /></label>
        <div><Radio.Group value={fresh} onChange={(e) => setFresh(e.target.value as boolean)} options={[{ value: false, label: t('splits.line') }, { value: true, label: t('splits.order') }]} /></div>
      </div>
    </Drawer>
  )
}
