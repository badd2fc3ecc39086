import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Alert, App, Button, Checkbox, Drawer, Grid, Input, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Body } from '@/api/types'
import { EntitySelect } from '@/kit/crud'
import { FieldInput } from '@/kit/crud/fields'
import { cmp, parse } from '@/kit/num'
import { useMay } from '@/kit/who'
import { answersOf, supplyWord, type Consequences } from './consequences'
import { Effects } from './Effects'
import { customers, over, type Track } from './orders'
import { UnitOf } from './UnitOf'
import './sales.css'

type Change = NonNullable<Body<'post', '/api/v1/sales/orders/{number}/change'>>
interface Edit { line: number; name: string; item: string; uom: string; was: { qty: string; unit: string; due: string; priority: string; price: string; supply: string; note: string }; qty: string; unit: string; due: string; priority: string; price: string; supply: string; note: string; cancel: boolean; shipped: boolean }
interface New { key: number; item: string; qty: string; unit: string; due: string }

const SUPPLIES = ['', 'stock', 'make', 'both'] as const

const editsOf = (o: Track): Edit[] => o.lines.filter((l) => !over(l.status) && !l.closed_ms).map((l) => {
  const was = { qty: l.entered_uom ? l.entered_qty ?? l.qty : l.qty, unit: l.entered_uom ?? '', due: l.due, priority: String(l.priority), price: l.unit_price ?? '', supply: l.supply, note: l.note }
  return { line: l.line, name: l.name, item: l.item, uom: l.uom, was, ...was, cancel: false, shipped: cmp(l.shipped, '0') > 0 }
})

/** Another quantity, or the same in another unit. */
const counted = (l: Edit) => l.qty !== l.was.qty || l.unit !== l.was.unit

const changeOf = (o: Track, lines: Edit[], added: New[], customer: string, note: string, shipTo: string): Change => ({
  customer: customer !== o.customer.code && customer ? customer : undefined,
  ship_to: shipTo !== (o.ship_to ?? '') ? shipTo : undefined,
  note: note !== o.note ? note : undefined,
  lines: lines.filter((l) => l.cancel || counted(l) || l.due !== l.was.due || l.priority !== l.was.priority || l.price !== l.was.price || l.supply !== l.was.supply || l.note !== l.was.note).map((l) => ({
    line: l.line,
    ...(l.cancel ? { cancel: true } : {
      ...(counted(l) ? { qty: parse(l.qty) ?? l.qty, uom: l.unit || undefined } : {}), due: l.due !== l.was.due ? l.due : undefined, priority: l.priority !== l.was.priority ? Number.parseInt(l.priority, 10) || 0 : undefined,
      unit_price: l.price !== l.was.price && l.price ? parse(l.price) ?? l.price : undefined, supply: l.supply !== l.was.supply ? l.supply as '' : undefined, note: l.note !== l.was.note ? l.note : undefined,
    }),
  })),
  add: added.filter((a) => a.item).map((a) => ({ item: a.item, qty: parse(a.qty) ?? '0', uom: a.unit || undefined, due: a.due })),
})

/** Changes an order after it was entered: first what is different, then what follows from it, then it is done. */
export function ChangeDrawer({ track, open, onClose }: { track: Track; open: boolean; onClose: () => void }) {
  const { t } = useTranslation('sales')
  const { message } = App.useApp()
  const may = useMay()
  const wide = Grid.useBreakpoint().md
  const preview = useSend('post', '/api/v1/sales/orders/{number}/change/preview')
  const send = useSend('post', '/api/v1/sales/orders/{number}/change')
  const [lines, setLines] = useState<Edit[]>([])
  const [added, setAdded] = useState<New[]>([])
  const [customer, setCustomer] = useState('')
  const [note, setNote] = useState('')
  const [shipTo, setShipTo] = useState('')
  const partner = useGet('/api/v1/masterdata/partners/{code}', { path: { code: customer }, enabled: open && customer !== '' }).data
  const [reason, setReason] = useState('')
  const [effects, setEffects] = useState<Consequences | undefined>()
  const [chosen, setChosen] = useState<Record<string, string>>({})
  const [follow, setFollow] = useState(true)
  const { reset } = send
  const { reset: resetPreview } = preview
  useEffect(() => {
    if (!open) return
    setLines(editsOf(track)); setAdded([]); setCustomer(track.customer.code); setNote(track.note); setShipTo(track.ship_to ?? ''); setReason(''); setEffects(undefined); setChosen({}); setFollow(true); reset(); resetPreview()
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [open])
  const body = changeOf(track, lines, added, customer, note, shipTo)
  const same = !body.customer && body.note === undefined && body.ship_to === undefined && !body.lines?.length && !body.add?.length
  const wrong = lines.some((l) => !l.cancel && (parse(l.qty) === undefined || l.price !== '' && parse(l.price) === undefined)) || added.some((a) => a.item && parse(a.qty) === undefined)
  const edit = (line: number, next: Partial<Edit>) => setLines(lines.map((l) => (l.line === line ? { ...l, ...next } : l)))
  const show = () => preview.mutate({ path: { number: track.number }, body }, { onSuccess: setEffects })
  const go = () => send.mutate({ path: { number: track.number }, body: { ...body, dates: follow ? undefined : 'keep', work: answersOf(effects?.work ?? [], chosen), reason: reason.trim() || undefined } }, { onSuccess: () => { void message.success(t('change.done')); onClose() } })
  const error = send.error ?? preview.error
  return (
    <Drawer
      open={open} onClose={onClose} title={t('change.title', { number: track.number })} size={wide ? 900 : '100%'} destroyOnHidden
      footer={(
        <div className="kw-form-foot">
          {effects && <Button onClick={() => { setEffects(undefined); reset() }}>{t('change.back')}</Button>}
          <span className="kw-grow" />
          <Button onClick={onClose}>{t('kit:cancel')}</Button>
          {effects ? <Button type="primary" loading={send.isPending} onClick={go}>{t('change.go')}</Button> : <Button type="primary" disabled={same || wrong} title={wrong ? t('change.whyNumber') : same ? t('change.why') : undefined} loading={preview.isPending} onClick={show}>{t('change.show')}</Button>}
        </div>
      )}
    >
      {error && <Alert type="error" showIcon title={messageOf(error)} style={{ marginBottom: 14 }} role="alert" />}
      {effects
        ? (
            <>
              <Effects of={effects} dates={follow} chosen={chosen} onChoose={(o, a) => setChosen({ ...chosen, [o]: a })} />
              {effects.work.some((w) => w.due_after !== w.due) && <div className="so-follow"><Checkbox checked={follow} onChange={(e) => setFollow(e.target.checked)}>{t('change.dates')}</Checkbox><p className="so-hint">{t('change.datesHelp')}</p></div>}
              {(body.add ?? []).map((a) => <p key={a.item}>{t('change.adds', { item: a.item, qty: [a.qty, a.uom].filter(Boolean).join(' '), due: a.due })}</p>)}
              {body.ship_to !== undefined && <p>{t('f.ship_to')} <s>{track.ship_to || track.customer.ship_to || t('change.ownAddress')}</s> → <b>{body.ship_to || t('change.usualAddress')}</b></p>}
              {body.customer && <p>{t('f.customer')} <s>{track.customer.code}</s> → <b>{body.customer}</b></p>}
              <Input value={reason} maxLength={500} placeholder={t('change.reason')} aria-label={t('change.reason')} onChange={(e) => setReason(e.target.value)} />
            </>
          )
        : (
            <>
              <div className="so-ship-more so-change-head">
                <label><span>{t('f.customer')}</span><EntitySelect path={customers.path} filters={[...customers.filters]} chosen={customer} onChange={(v) => { setCustomer(v ?? ''); setShipTo('') }} /></label>
                {(partner?.addresses.length ?? 0) > 0 && <label><span>{t('f.ship_to')}</span><Select style={{ width: '100%' }} value={shipTo} onChange={setShipTo} options={[{ value: '', label: t('change.usualAddress') }, ...(partner?.addresses ?? []).filter((a) => a.label).map((a) => ({ value: a.label, label: [a.label, a.address].filter(Boolean).join('  ') }))]} /></label>}
                <label><span>{t('f.note')}</span><Input value={note} maxLength={1000} onChange={(e) => setNote(e.target.value)} /></label>
              </div>
              {lines.map((l) => (
                <section key={l.line} className={l.cancel ? 'so-edit so-edit-off' : 'so-edit'}>
                  <h4><span className="num kw-dim">{l.line}</span> {l.name} <small>{l.item}</small><span className="kw-grow" />
                    {!l.shipped && <Checkbox checked={l.cancel} onChange={(e) => edit(l.line, { cancel: e.target.checked })}>{t('change.cancelLine')}</Checkbox>}
                  </h4>
                  <div className="so-edit-row">
                    <label><span>{t('f.qty')} {l.unit || l.uom}</span><Input className="kw-numeric" inputMode="decimal" disabled={l.cancel} status={!l.cancel && parse(l.qty) === undefined ? 'error' : undefined} value={l.qty} onChange={(e) => edit(l.line, { qty: e.target.value })} /></label>
                    <UnitOf item={l.item} qty={l.qty} value={l.unit} disabled={l.cancel} onChange={(unit) => edit(l.line, { unit })} />
                    <label><span>{t('f.due')}</span><FieldInput ns="sales" f={{ key: 'due', type: 'date' }} value={l.due} onChange={(v) => edit(l.line, { due: String(v ?? '') })} /></label>
                    <label><span>{t('f.priority')}</span><Input className="kw-numeric" inputMode="numeric" disabled={l.cancel} value={l.priority} onChange={(e) => edit(l.line, { priority: e.target.value })} /></label>
                    <label><span>{t('f.supply')}</span><Select disabled={l.cancel} value={l.supply} options={SUPPLIES.map((s) => ({ value: s, label: supplyWord(t, s) }))} onChange={(v) => edit(l.line, { supply: v })} /></label>
                    {may('see.sales_price') && <label><span>{t('f.unit_price')}</span><Input className="kw-numeric" inputMode="decimal" disabled={l.cancel} status={l.price && parse(l.price) === undefined ? 'error' : undefined} value={l.price} onChange={(e) => edit(l.line, { price: e.target.value })} /></label>}
                    <label className="so-wide"><span>{t('f.note')}</span><Input disabled={l.cancel} value={l.note} maxLength={1000} onChange={(e) => edit(l.line, { note: e.target.value })} /></label>
                  </div>
                </section>
              ))}
              {added.map((a) => (
                <section key={a.key} className="so-edit">
                  <div className="so-edit-row">
                    <label className="so-item"><span>{t('f.item')}</span><EntitySelect path="/api/v1/masterdata/items" chosen={a.item} onChange={(v) => setAdded(added.map((x) => (x.key === a.key ? { ...x, item: v ?? '', unit: '' } : x)))} /></label>
                    <label><span>{t('f.qty')}</span><Input className="kw-numeric" inputMode="decimal" value={a.qty} onChange={(e) => setAdded(added.map((x) => (x.key === a.key ? { ...x, qty: e.target.value } : x)))} /></label>
                    <UnitOf item={a.item} qty={a.qty} value={a.unit} onChange={(unit) => setAdded(added.map((x) => (x.key === a.key ? { ...x, unit } : x)))} />
                    <label><span>{t('f.due')}</span><FieldInput ns="sales" f={{ key: 'due', type: 'date' }} value={a.due} onChange={(v) => setAdded(added.map((x) => (x.key === a.key ? { ...x, due: String(v ?? '') } : x)))} /></label>
                    <Button type="text" icon={<DeleteOutlined />} aria-label={t('change.drop')} onClick={() => setAdded(added.filter((x) => x.key !== a.key))} />
                  </div>
                </section>
              ))}
              <Button icon={<PlusOutlined />} onClick={() => setAdded([...added, { key: Math.max(0, ...added.map((a) => a.key)) + 1, item: '', qty: '1', unit: '', due: track.lines[0]?.due ?? '' }])}>{t('change.addLine')}</Button>
            </>
          )}
    </Drawer>
  )
}
