import { CheckCircleFilled, ScanOutlined } from '@ant-design/icons'
import { Button, Drawer, Grid, Input, Select, type InputRef } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import { Chip } from '@/kit/Chip'
import { readCode } from '@/kit/code'
import { endOf, today } from '@/kit/dates'
import { cmp, format, parse } from '@/kit/num'
import { useWedge } from '@/kit/scan/useWedge'
import { useMay } from '@/kit/who'
import { asEntered, equals, useUnits } from '@/kit/units'
import type { Detail } from './orders'
import './production.css'

/** Brings material to a work order: scan a lot, or let the system choose, first expiry first. */
export function IssueDrawer({ order: o, open, onClose }: { order: Detail; open: boolean; onClose: () => void }) {
  const { t } = useTranslation('production')
  const wide = Grid.useBreakpoint().md
  const picks = useGet('/api/v1/production/orders/{number}/picks', { path: { number: o.number }, enabled: open, live: ['inventory.'] })
  const issue = useSend('post', '/api/v1/production/issues')
  const [code, setCode] = useState('')
  const [qty, setQty] = useState('')
  const [unit, setUnit] = useState('')
  const [over, setOver] = useState('')
  const [day, setDay] = useState('')
  const [why, setWhy] = useState('')
  const back = day !== '' && day < today()
  const mayBack = useMay()('inventory.backdate')
  const [said, setSaid] = useState<{ bad: boolean; text: string; ask?: string } | undefined>()
  const box = useRef<InputRef>(null)
  const lines = (picks.data?.lines ?? []).filter((l) => l.issue === 'pick')
  const c = readCode(code.trim())
  const item = c.item || (lines.find((l) => l.item === c.number || l.lots.some((x) => x.lot === c.number))?.item)
  const units = useUnits(item)
  const uom = units?.units.some((u) => u.uom === unit) ? unit : ''
  const send = (what: string, confirmed?: boolean) => {
    if (!what.trim() || issue.isPending) return
    issue.mutate({ body: { order: o.number, code: what.trim(), qty: parse(qty), uom: (what === code && parse(qty) && uom) || undefined, over_reason: over.trim() || undefined, ...(back && { happened_ms: endOf(day), reason: why.trim() || undefined }), confirmed } }, {
      onSuccess: (a) => {
        setSaid({ bad: false, text: `${a.name}  ${a.entered_uom ? `${asEntered(a)} = ` : ''}${a.lots.map((l) => `${l.lot || a.item} × ${format(l.qty)}`).join(', ')} ${a.uom}${a.warnings.map((w) => ` · ${t(w.code === 'production.substitute' ? 'issue.substitute' : 'issue.notFirst')}`).join('')}` })
        setCode(''); setQty(''); setUnit(''); setOver('')
        box.current?.focus()
      },
      onError: (err) => setSaid({ bad: true, text: messageOf(err), ask: err instanceof ApiError && err.problem.code === 'inventory.owe_ask' ? what : undefined }),
    })
  }
  useWedge(send, open)
  return (
    <Drawer open={open} onClose={onClose} title={t('issue.title', { number: o.number })} size={wide ? 860 : '100%'} destroyOnHidden afterOpenChange={(on) => { if (on) { setSaid(undefined); box.current?.focus() } }} footer={<div className="kw-form-foot"><span className="kw-grow" /><Button onClick={onClose}>{t('kit:close')}</Button></div>}>
      <div className="pr-scan">
        <Input ref={box} size="large" prefix={<ScanOutlined />} value={code} placeholder={t('issue.scan')} aria-label={t('issue.scan')} onChange={(e) => setCode(e.target.value)} onPressEnter={() => send(code)} />
        <Input size="large" className="kw-numeric pr-scan-qty" inputMode="decimal" value={qty} placeholder={t('issue.all')} aria-label={t('f.qty')} onChange={(e) => setQty(e.target.value)} onPressEnter={() => send(code)} />
        {units && <Select size="large" value={uom || units.uom} aria-label={t('f.uom')} popupMatchSelectWidth={false} options={[units.uom, ...units.units.map((u) => u.uom)].map((u) => ({ value: u, label: u }))} onChange={(v: string) => setUnit(v === units.uom ? '' : v)} />}
        <Button size="large" type="primary" disabled={!code.trim()} title={code.trim() ? undefined : t('issue.whyCode')} loading={issue.isPending} onClick={() => send(code)}>{t('issue.do')}</Button>
        {units && uom && parse(qty) !== undefined && <span className="num" role="note">{equals(units, parse(qty) ?? '0', uom).text}</span>}
        {said && <span className={said.bad ? 'kw-late' : 'pr-ok'} role="status">{!said.bad && <CheckCircleFilled />} {said.text}</span>}
        {mayBack && <Input type="date" className="pr-scan-day" max={today()} value={day} aria-label={t('issue.day')} title={t('issue.day')} onChange={(e) => setDay(e.target.value)} />}
        {back && <Input value={why} placeholder={t('issue.dayWhy')} aria-label={t('issue.dayWhy')} onChange={(e) => setWhy(e.target.value)} />}
        {said?.ask && <Button onClick={() => send(said.ask ?? '', true)}>{t('issue.sure')}</Button>}
        {(said?.bad || over) && <Input value={over} placeholder={t('issue.over')} aria-label={t('issue.over')} onChange={(e) => setOver(e.target.value)} onPressEnter={() => send(code)} />}
      </div>
      {lines.length === 0 && !picks.isPending
        ? <div className="kw-none"><b>{t('issue.nothing')}</b><span>{t('issue.nothingText')}</span></div>
        : (
            <div className="pr-box">
              <table className="pr-picks pr-issue">
                <thead><tr><th>{t('f.item')}</th><th className="kw-right">{t('f.open')}</th><th>{t('issue.lots')}</th><th /></tr></thead>
                <tbody>
                  {lines.map((l) => (
                    <tr key={l.line}>
                      <td><b>{l.name}</b><small>{l.item}</small></td>
                      <td className="kw-right num">{format(l.open)} <span className="kw-uom">{l.uom}</span><small>{format(l.issued)} / {format(l.required)}</small></td>
                      <td>{l.lots.length > 0
                        ? l.lots.map((x) => <button type="button" key={`${x.lot}${x.location}`} className="pr-lot" onClick={() => { setCode(x.lot || l.item); setQty(x.qty); setUnit(''); box.current?.focus() }}><b>{x.lot || t('mat.noLot')}</b> × {format(x.qty)}<small>{x.location}{x.expires_on && x.expires_on < '9999' ? ` · ${x.expires_on}` : ''}</small></button>)
                        : cmp(l.open, '0') > 0 ? <Chip status="short" /> : <Chip status="complete" />}
                      </td>
                      <td className="kw-right"><Button size="small" disabled={cmp(l.open, '0') <= 0 || l.lots.length === 0} title={cmp(l.open, '0') <= 0 ? t('issue.whyDone') : l.lots.length === 0 ? t('issue.whyNone') : undefined} onClick={() => send(l.item)}>{t('issue.fefo')}</Button></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
    </Drawer>
  )
}
