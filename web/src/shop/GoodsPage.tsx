import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { cmp, format } from '@/kit/num'
import { BigButton, Notice, NumberBox, NumberPad, ShopCard, ShopPage } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { useWedge } from '@/kit/scan/useWedge'
import { useEntry } from '@/kit/units'
import { at } from './code'
import { DateSheet } from './DateSheet'
import { useFind } from './find'
import { GoodsDone } from './GoodsDone'
import { Due, Refused, Row, Wait } from './parts'
import { clean } from './quantity'
import { ScanSheet } from './ScanSheet'
import { UnitKeys } from './UnitKeys'

export type Received = Answer<'post', '/api/v1/purchasing/receipts'>

/** One delivered line: how many, the supplier's lot, expiry, where it goes. Only the quantity must be said. */
export default function GoodsPage() {
  const { t } = useTranslation('floor')
  const { order = '', line = '' } = useParams()
  const navigate = useNavigate()
  const { data: o, error, refetch } = useGet('/api/v1/purchasing/orders/{number}', { path: { number: order } })
  const l = o?.lines?.find((x) => String(x.line) === line)
  const item = useGet('/api/v1/masterdata/items/{code}', { path: { code: l?.item ?? '' }, enabled: !!l, staleTime: 600_000 })
  const receive = useSend('post', '/api/v1/purchasing/receipts')
  const [qty, setQty] = useState('')
  const [lot, setLot] = useState('')
  const [expires, setExpires] = useState('')
  const [location, setLocation] = useState('')
  const [serials, setSerials] = useState<string[]>([])
  const [hold, setHold] = useState(false)
  const [sheet, setSheet] = useState<'lot' | 'expires' | 'location' | 'serials' | undefined>()
  const [done, setDone] = useState<Received | undefined>()
  const { find, choice } = useFind()
  const entry = useEntry(l?.item, { uom: l?.uom, places: item.data?.decimals ?? 0 })
  const tracking = item.data?.tracking
  const put = (code: string) => {
    const c = readCode(code)
    if (c.kind === 'LOC') setLocation(code)
    else if (tracking === 'serial' && (!c.kind || c.kind === 'SN')) setSerials((s) => (s.includes(c.number) ? s : [...s, c.number]))
    else if (!c.kind && tracking === 'lot') setLot(c.number)
    else find(code)
  }
  useWedge(put, !done && !sheet && !!item.data)

  if (done) return <GoodsDone r={done} onMore={() => { setDone(undefined); setQty(''); entry.choose(''); setLot(''); setSerials([]) }} onBack={() => void navigate(at.goods(order), { replace: true })} />
  if (!o || !l) {
    return <ShopPage title={t('shop:menu.goods')} sub={order} back={at.goods(order)}>{o ? <Notice tone="amber" icon="alert" title={t('wares:goods.noLine', { line, order })} /> : <Wait error={error} onRetry={() => void refetch()} />}</ShopPage>
  }
  const n = serials.length > 0 ? String(serials.length) : clean(qty)
  const rest = entry.typed(l.open)
  const send = () => receive.mutate({ body: {
    order, line: l.line, qty: n, ...(serials.length === 0 && entry.body), ...(lot && { supplier_lot: lot }), ...(expires && { expires_on: expires }), ...(location && { location }),
    ...(serials.length > 0 && { serials }), ...(hold && { hold }),
  } }, { onSuccess: (r) => { setDone(r); signal('ok') } })
  const scanned = (code: string) => {
    const c = readCode(code)
    if (sheet === 'serials') return put(code)
    if (sheet === 'lot') setLot(c.number)
    if (sheet === 'location') setLocation(code)
    setSheet(undefined)
  }
  return (
    <ShopPage title={t('shop:menu.goods')} sub={`${order} / ${line}`} back={() => void navigate(-1)}
      bar={<BigButton kind="main" icon="receive" busy={receive.isPending} disabled={cmp(n, '0') <= 0 || entry.own(n) === undefined} onClick={send}>{cmp(n, '0') > 0 ? t('wares:goods.send', { qty: format(n), uom: serials.length > 0 ? l.uom : entry.shown }) : t('wares:goods.do')}</BigButton>}
    >
      <div className="kw-two">
        <div className="kf-col">
          <ShopCard>
            <div className="kf-head">
              <div><h2>{l.name}</h2><div className="kw-meta"><span>{l.item}</span>{l.spec && <span>{l.spec}</span>}<span>{o.supplier_name}</span><Due date={l.due} /></div></div>
              <div className="kf-left"><b className="num">{format(l.open)}</b><small>{t('wares:goods.open')} {l.uom}</small></div>
            </div>
          </ShopCard>
          <NumberBox label={t('wares:goods.qty')} value={serials.length > 0 ? n : qty} uom={serials.length > 0 ? l.uom : entry.shown} tone="good" active />
          {serials.length === 0 && <UnitKeys entry={entry} qty={n} onChange={() => setQty('')} />}
          <div className="kf-fields">
            {tracking !== 'none' && <Row icon="scan" label={t('wares:goods.supplierLot')} value={lot} empty={t('wares:goods.scanOr')} onClick={() => setSheet('lot')} />}
            {tracking === 'lot' && <Row icon="list" label={t('issue.expires')} value={expires} empty={t(item.data?.shelf_life_days ? 'wares:goods.byLife' : 'wares:goods.keeps', { days: item.data?.shelf_life_days })} onClick={() => setSheet('expires')} />}
            {tracking === 'serial' && <Row icon="scan" label={t('wares:recv.serials')} value={serials.length > 0 ? t('wares:recv.serialsN', { n: serials.length }) : ''} empty={t('wares:recv.serialsDefault')} onClick={() => setSheet('serials')} />}
            <Row icon="move" label={t('wares:recv.location')} value={location && readCode(location).number} empty={t('wares:goods.locationDefault')} onClick={() => setSheet('location')} />
            {l.inspect ? <Row label={t('wares:goods.hold')} value={t('wares:goods.byRule')} /> : <button type="button" className="kf-row kf-tap" aria-pressed={hold} onClick={() => setHold(!hold)}><span>{t('wares:goods.hold')}</span><b className={hold ? '' : 'kf-empty'}>{t(hold ? 'kit:yes' : 'kit:no')}</b></button>}
          </div>
        </div>
        {serials.length === 0 && <NumberPad value={qty} places={entry.places} all={rest} allLabel={entry.places > 0 || rest === undefined ? undefined : `${t('kit:pad.all')} ${format(rest)}`} onChange={setQty} />}
      </div>
      <ScanSheet open={sheet === 'lot' || sheet === 'location' || sheet === 'serials'} title={t(sheet === 'lot' ? 'wares:goods.scanLot' : sheet === 'serials' ? 'wares:recv.scanSerial' : 'wares:recv.scanLocation')}
        hint={sheet === 'serials' && serials.length > 0 ? t('wares:recv.serialsN', { n: serials.length }) : undefined} onScan={scanned} onClose={() => setSheet(undefined)}
        onClear={sheet === 'lot' && lot ? () => { setLot(''); setSheet(undefined) } : sheet === 'location' && location ? () => { setLocation(''); setSheet(undefined) } : sheet === 'serials' && serials.length > 0 ? () => setSerials([]) : undefined} />
      <DateSheet open={sheet === 'expires'} title={t('wares:goods.expires')} onClose={() => setSheet(undefined)} onChoose={(d) => { setExpires(d); setSheet(undefined) }} />
      {choice}
      <Refused error={receive.error} order={order} onClose={() => receive.reset()} onRetry={send} />
    </ShopPage>
  )
}
