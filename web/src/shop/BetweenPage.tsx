import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { call } from '@/api/client'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { cmp, format, sub } from '@/kit/num'
import { BigButton, Choices, Notice, NumberBox, NumberPad, ScanBox, Sheet, ShopCard, ShopPage, toast } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { Refused, Row, Wait } from './parts'
import type { Stock } from './picks'
import { clean } from './quantity'
import { ScanSheet } from './ScanSheet'

type Line = Answer<'get', '/api/v1/inventory/site-transfers/{number}'>['lines'][number]
interface Hand { line: Line; lot: string; serials: string[]; from: string }

const minus = (a: string, b: string): string => (cmp(a, b) > 0 ? sub(a, b) : '0')

/** One transfer between two sites: scan the goods, say how many, scan the place; what is sent here, what is received there. */
export default function BetweenPage() {
  const { t } = useTranslation('lineside')
  const { number = '' } = useParams()
  const q = useGet('/api/v1/inventory/site-transfers/{number}', { path: { number }, live: ['inventory.'] })
  const send = useSend('post', '/api/v1/inventory/site-transfers/{number}/send')
  const take = useSend('post', '/api/v1/inventory/site-transfers/{number}/receive')
  const d = q.data
  const [way, setWay] = useState<'send' | 'take' | undefined>()
  const [hand, setHand] = useState<Hand | undefined>()
  const [qty, setQty] = useState('')
  const [at, setAt] = useState('')
  const [place, setPlace] = useState(false)
  const [why, setWhy] = useState(false)
  const [wrong, setWrong] = useState('')
  const lies = useGet('/api/v1/inventory/proposal', { query: { item: hand?.line.item ?? '', qty: hand?.line.qty, site: d?.from }, enabled: !!hand && hand.line.tracking !== 'serial' && (way ?? 'send') === 'send' && !!d?.may_send })
  if (!d) return <ShopPage title={t('shop:menu.between')} sub={number} back="/m/between"><Wait error={q.error} onRetry={() => void q.refetch()} /></ShopPage>
  const moving = d.lines.some((l) => cmp(l.in_transit, '0') > 0)
  const face = way ?? (d.may_receive && moving ? 'take' : 'send')
  const left = (l: Line) => (face === 'take' ? l.in_transit : d.closed_ms > 0 || l.closed ? '0' : minus(l.qty, minus(l.sent, l.back)))
  const todo = d.lines.filter((l) => cmp(left(l), '0') > 0)
  const mine = face === 'take' ? d.may_receive : d.may_send
  const pick = (line: Line, lot = '', serial = '', from = '') => {
    if (serial && hand?.line.id === line.id) return setHand({ ...hand, serials: hand.serials.includes(serial) ? hand.serials : [...hand.serials, serial] })
    setQty('')
    setWrong('')
    if (face === 'send') setAt(from)
    setHand({ line, lot: lot || (face === 'take' && line.on_the_way.length === 1 ? (line.on_the_way[0]?.lot ?? '') : ''), serials: serial ? [serial] : [], from })
  }
  const scan = (code: string) => {
    const c = readCode(code)
    if (hand && c.kind === 'LOC') return setAt(c.number)
    void call<Stock>('GET', '/api/v1/inventory/scan', { query: { code } }).then((s) => {
      const line = d.lines.find((l) => l.item === s.item && cmp(left(l), '0') > 0) ?? d.lines.find((l) => l.item === s.item)
      if (!line) return setWrong(c.number)
      pick(line, s.lot ?? '', s.serial ?? '', s.balances?.length === 1 && s.balances[0]?.kind === 'stock' ? s.balances[0].place : '')
    }, () => setWrong(c.number))
  }
  const n = hand ? (hand.serials.length > 0 ? String(hand.serials.length) : cmp(clean(qty) || '0', '0') > 0 ? clean(qty) : left(hand.line)) : '0'
  const book = (reason?: string) => {
    if (!hand) return
    const body = { item: hand.line.item, qty: n, location: at, ...(hand.lot && hand.serials.length === 0 && { lot: hand.lot }), ...(hand.serials.length > 0 && { serials: hand.serials }) }
    const went = { onSuccess: () => { signal('ok'); toast(t(face === 'send' ? 'between.sent' : 'between.received', { qty: format(n), uom: hand.line.uom, name: hand.line.name })); setHand(undefined); setWhy(false) } }
    if (face === 'send') send.mutate({ path: { number }, body }, went)
    else take.mutate({ path: { number }, body: { ...body, ...(reason && { reason }) } }, went)
  }
  const over = !!hand && face === 'take' && cmp(n, left(hand.line)) > 0
  return (
    <ShopPage title={t('shop:menu.between')} sub={`${number} · ${d.from} → ${d.to}`} back="/m/between">
      {d.may_send && d.may_receive && <Choices options={(['send', 'take'] as const).map((k) => ({ value: k, label: t(`between.${k}`) }))} value={face} onChange={(k) => { setWay(k as 'send' | 'take'); setHand(undefined); setAt('') }} />}
      {!mine && <Notice tone="amber" icon="alert" title={t('between.notYours')} />}
      {mine && todo.length > 0 && <ScanBox compact title={t('between.scan')} busy={send.isPending || take.isPending} onScan={scan} />}
      {wrong && <Notice tone="red" icon="alert" title={t('between.other', { code: wrong })} />}
      {mine && todo.length === 0 && <Notice tone="green" icon="check" title={t('between.all')} />}
      <div className="kf-grid kf-wide">
        {todo.map((l) => (
          <ShopCard key={l.id} onClick={mine ? () => pick(l) : undefined}>
            <div className="kf-opcard"><div><h3>{l.name}</h3><div className="kf-meta"><span>{l.item}</span>{face === 'take' && l.on_the_way.filter((w) => w.lot).map((w) => <b key={w.lot}>{w.lot}</b>)}</div><div className="kf-meta"><span>{t(face === 'take' ? 'between.coming' : 'between.toSend', { qty: format(left(l)), uom: l.uom })}</span></div></div><div className="kf-left"><b className="num">{format(left(l))}</b><small>{l.uom}</small></div></div>
          </ShopCard>
        ))}
      </div>
      {hand && (
        <Sheet open={!why && !place} title={hand.line.name} onClose={() => setHand(undefined)} bar={<BigButton kind="main" icon={face === 'send' ? 'ship' : 'receive'} busy={send.isPending || take.isPending} disabled={hand.line.tracking === 'serial' && hand.serials.length === 0} onClick={() => (!at ? setPlace(true) : over ? setWhy(true) : book())}>{at ? t(`between.${face}`) : t(face === 'send' ? 'between.placeFrom' : 'between.placeTo')}</BigButton>}>
          <div className="kf-meta"><span>{hand.line.item}</span>{hand.lot && <b>{hand.lot}</b>}</div>
          <Row icon="move" label={t('between.place')} value={at} empty={t(face === 'send' ? 'between.placeFrom' : 'between.placeTo')} onClick={() => setPlace(true)} />
          {face === 'send' && !at && (lies.data?.picks ?? []).slice(0, 3).map((k) => <Row key={k.location + k.lot} icon="move" label={k.lot || t('between.lies')} value={`${k.location} · ${format(k.qty)} ${lies.data?.uom}`} onClick={() => { setAt(k.location); setHand({ ...hand, lot: k.lot }) }} />)}
          {hand.line.tracking === 'serial' ? <><Notice title={t('between.pieces', { n: hand.serials.length })}>{hand.serials.join(', ')}</Notice><ScanBox compact title={t('between.scan')} onScan={scan} /></> : <><NumberBox label={t('between.qty')} value={cmp(clean(qty) || '0', '0') > 0 ? qty : n} uom={hand.line.uom} active /><NumberPad value={qty} places={hand.line.decimals} all={left(hand.line)} onChange={setQty} /></>}
        </Sheet>
      )}
      <ScanSheet open={place} title={t(face === 'send' ? 'between.placeFrom' : 'between.placeTo')} onClose={() => setPlace(false)} onScan={(code) => { setAt(readCode(code).number); setPlace(false) }} />
      <Sheet open={why} title={t('between.over')} onClose={() => setWhy(false)}>
        <Notice tone="amber" icon="alert" title={t('between.overWhy')} />
        <Choices options={(['count', 'box', 'other'] as const).map((k) => ({ value: t(`between.why.${k}`), label: t(`between.why.${k}`) }))} onChange={(reason) => book(reason)} />
      </Sheet>
      <Refused error={send.error ?? take.error} onClose={() => { send.reset(); take.reset() }} />
    </ShopPage>
  )
}
