import { CheckCircleFilled, ScanOutlined } from '@ant-design/icons'
import { Alert, App, Button, Checkbox, Drawer, Grid, Input, type InputRef } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { ApiError, messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import { EntitySelect, useConfirm } from '@/kit/crud'
import { format, parse } from '@/kit/num'
import { useWedge } from '@/kit/scan/useWedge'
import { shipmentUrl, type Track } from './orders'
import { Packing } from './Packing'
import { cartonsOf, goes, obstacle, shipLines, shipRows, tick, tooMuch, type Boxes, type ShipRow } from './shipping'
import './sales.css'

const PAST_PICK = new Set(['sales.not_picked', 'sales.pick_not_walked']) // goes only when somebody says why
const carriers = [{ col: 'kinds', op: 'like' as const, value: 'carrier' }]

/** What leaves: the promised lots are there already, each is ticked by scanning it. */
export function ShipDrawer({ track, open, onClose }: { track: Track; open: boolean; onClose: () => void }) {
  const { t } = useTranslation('sales')
  const { message } = App.useApp()
  const ask = useConfirm()
  const navigate = useNavigate()
  const wide = Grid.useBreakpoint().md
  const send = useSend('post', '/api/v1/sales/shipments')
  const [rows, setRows] = useState<ShipRow[]>([])
  const [typed, setTyped] = useState('')
  const [said, setSaid] = useState<{ bad: boolean; text: string } | undefined>()
  const [carrier, setCarrier] = useState('')
  const [waybill, setWaybill] = useState('')
  const [cartons, setCartons] = useState('1')
  const [note, setNote] = useState('')
  const [boxes, setBoxes] = useState<Boxes | undefined>() // none: only their number is noted
  const [weights, setWeights] = useState<Record<number, string>>({})
  const box = useRef<InputRef>(null)
  const { reset } = send
  useEffect(() => {
    if (!open) return
    setRows(shipRows(track)); setSaid(undefined); setWaybill(''); setCartons('1'); setNote(''); setBoxes(undefined); setWeights({}); reset()
    // Another's allocation must not overwrite what is being packed here.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [open])

  const scan = (code: string) => {
    setTyped('')
    if (!code.trim()) return
    const found = tick(rows, code)
    if (!found) return setSaid({ bad: true, text: t('ship.notHere', { code: code.trim() }) })
    setRows(found.rows)
    setSaid({ bad: false, text: `${found.hit.lot || found.hit.item} × ${format(found.hit.qty)} ${found.hit.uom}` })
  }
  useWedge(scan, open)
  const change = (key: string, next: Partial<ShipRow>) => setRows(rows.map((r) => (r.key === key ? { ...r, ...next } : r)))
  const going = rows.filter(goes)
  const checked = going.filter((r) => r.checked).length
  const why = obstacle(rows, cartons, boxes)
  const count = (n: number) => { // what was in a carton that is gone is in none again
    setCartons(String(n))
    if (boxes) setBoxes(Object.fromEntries(Object.entries(boxes).map(([k, of]) => [k, Object.fromEntries(Object.entries(of).filter(([no]) => Number(no) <= n))])))
  }
  const go = async () => {
    if (why || send.isPending) return
    if (checked < going.length && (await ask({ title: t('ship.unchecked', { n: going.length - checked }), text: t('ship.uncheckedText'), ok: t('ship.anyway') })) === false) return
    const past = async (text: string) => { const why = await ask({ title: t('ship.beside'), text, ok: t('ship.besideGo'), reason: true }); if (why) ship(why) }
    const sure = async (text: string, beside?: string) => { if ((await ask({ title: t('ship.sure'), text, ok: t('ship.sureGo') })) !== false) ship(beside, true) }
    const ship = (beside?: string, confirmed?: boolean) => send.mutate({ body: { beside, confirmed, order: track.number, lines: shipLines(rows), carrier: carrier || undefined, waybill: waybill.trim() || undefined, cartons: Number(cartons), packing: boxes && cartonsOf(rows, boxes, weights, Number(cartons)), note: note.trim() || undefined } }, {
      onSuccess: (s) => { void message.success(t('ship.done', { number: s.number })); onClose(); void navigate(shipmentUrl(s.number)) },
      onError: (err) => { if (err instanceof ApiError && err.problem.code === 'inventory.owe_ask') void sure(messageOf(err), beside); else if (!beside && err instanceof ApiError && PAST_PICK.has(err.problem.code ?? '')) void past(messageOf(err)) },
    })
    ship()
  }
  return (
    <Drawer
      open={open} onClose={onClose} title={t('ship.title', { number: track.number })} size={wide ? 860 : '100%'} destroyOnHidden
      afterOpenChange={(o) => { if (o) box.current?.focus() }}
      footer={(
        <div className="kw-form-foot">
          <span className={why ? 'kw-dim' : checked === going.length ? 'so-ok' : 'kw-dim'}>{why && rows.length > 0 ? t(`pack.why.${why}`) : t('ship.checked', { n: checked, of: going.length })}</span>
          <span className="kw-grow" />
          <Button onClick={onClose}>{t('kit:cancel')}</Button>
          <Button type="primary" disabled={!!why} title={why && rows.length > 0 ? t(`pack.why.${why}`) : undefined} loading={send.isPending} onClick={() => void go()}>{t('ship.go')}</Button>
        </div>
      )}
    >
      {send.error && <Alert type="error" showIcon title={messageOf(send.error)} style={{ marginBottom: 14 }} role="alert" />}
      {rows.length === 0
        ? <div className="kw-none"><b>{t('ship.nothing')}</b><span>{t('ship.nothingText')}</span></div>
        : (
            <>
              <div className="so-scan">
                <Input ref={box} size="large" prefix={<ScanOutlined />} placeholder={t('ship.scan')} aria-label={t('ship.scan')} value={typed} onChange={(e) => setTyped(e.target.value)} onPressEnter={() => scan(typed)} />
                {said && <span className={said.bad ? 'kw-late' : 'so-ok'} role="status">{!said.bad && <CheckCircleFilled />} {said.text}</span>}
              </div>
              <div className="so-ship-box">
                <table className="so-ship">
                  <thead><tr><th aria-label={t('f.checked')} /><th>{t('f.line')}</th><th>{t('f.item')}</th><th>{t('f.lot')}</th><th className="kw-right">{t('ship.most')}</th><th className="kw-right">{t('ship.qty')}</th></tr></thead>
                  <tbody>
                    {rows.map((r) => (
                      <tr key={r.key} className={r.checked ? 'so-row-ok' : undefined}>
                        <td><Checkbox checked={r.checked} disabled={!goes(r)} aria-label={t('f.checked')} onChange={(e) => change(r.key, { checked: e.target.checked })} /></td>
                        <td className="num kw-dim">{r.line}</td>
                        <td><b>{r.name}</b><small>{r.item}</small></td>
                        <td>{r.free ? <span className="kw-dim">{t('ship.free')}</span> : r.lot || <span className="kw-dim">{t('line.noLot')}</span>}{r.pick && <small className={r.pick === 'picked' ? 'so-ok' : 'kw-dim'}>{t(`ship.${r.pick}`)}</small>}{r.serials.length > 0 && <small title={r.serials.join(', ')}>{t('ship.pieces', { n: r.scanned.length, of: r.serials.length })}</small>}</td>
                        <td className="kw-right num">{format(r.most)} <span className="kw-uom">{r.uom}</span></td>
                        <td className="kw-right"><Input className="kw-numeric so-qty" inputMode="decimal" aria-label={t('ship.qty')} status={tooMuch(r) ? 'error' : undefined} value={r.qty} onChange={(e) => change(r.key, { qty: e.target.value, scanned: [] })} onBlur={(e) => { const n = parse(e.target.value); if (n !== undefined) change(r.key, { qty: n }) }} onPressEnter={() => void go()} /></td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              <div className="so-ship-more">
                <label><span>{t('f.carrier')}</span><EntitySelect path="/api/v1/masterdata/partners" filters={carriers} chosen={carrier} onChange={(v) => setCarrier(v ?? '')} placeholder={t('ship.noCarrier')} /></label>
                <label><span>{t('f.waybill')}</span><Input value={waybill} maxLength={60} onChange={(e) => setWaybill(e.target.value)} /></label>
                <label><span>{t('f.cartons')}</span><Input className="kw-numeric" inputMode="numeric" disabled={!!boxes} value={cartons} onChange={(e) => setCartons(e.target.value)} /></label>
                <label className="so-wide"><span>{t('f.note')}</span><Input value={note} maxLength={500} onChange={(e) => setNote(e.target.value)} /></label>
              </div>
              <Checkbox className="so-pack" checked={!!boxes} disabled={why !== undefined && !boxes} onChange={(e) => setBoxes(e.target.checked ? Object.fromEntries(going.map((r) => [r.key, { 1: r.qty }])) : undefined)}>{t('pack.note')}</Checkbox>
              <p className="so-hint">{t('pack.noteHelp')}</p>
              {boxes && <Packing rows={rows} n={Number(cartons)} boxes={boxes} weights={weights} onBoxes={setBoxes} onWeights={setWeights} onCount={count} />}
            </>
          )}
    </Drawer>
  )
}
