import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { add, cmp, format, sub } from '@/kit/num'
import { BigButton, BigFacts, Choices, Notice, NumberBox, NumberPad, ScanBox, Sheet, ShopCard, ShopPage, toast } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { both, useEntry } from '@/kit/units'
import { useMay } from '@/kit/who'
import { at } from './code'
import { ScanAnywhere, useFind } from './find'
import { Done, ReasonSheet, Refused, Row, Wait } from './parts'
import { clean } from './quantity'
import { UnitKeys } from './UnitKeys'

type Moved = Answer<'post', '/api/v1/inventory/transfers'>

/** Goods from one place to another: scan the label, then the location where they stand now. */
export default function MovePage() {
  const { t } = useTranslation('floor')
  const [search, setSearch] = useSearchParams()
  const code = search.get('code') ?? ''
  const { find, choice } = useFind()
  const { data: s, error, refetch } = useGet('/api/v1/inventory/scan', { query: { code }, enabled: !!code })
  const move = useSend('post', '/api/v1/inventory/transfers')
  const [from, setFrom] = useState(search.get('from') ?? '')
  const [to, setTo] = useState('')
  const [qty, setQty] = useState('')
  const [sheet, setSheet] = useState<'from' | undefined>()
  const [done, setDone] = useState<Moved | undefined>()
  const entry = useEntry(s && s.kind !== 'serial' ? s.item : undefined, { uom: s?.uom, places: s?.decimals ?? 0 })
  const start = () => { setDone(undefined); setSearch({}, { replace: true }); setFrom(''); setTo(''); setQty(''); entry.choose('') }

  const places = [...new Map((s?.balances ?? []).filter((b) => b.kind === 'stock').map((b) => [`${b.place}|${b.status}`, b])).keys()].map((k) => {
    const list = (s?.balances ?? []).filter((b) => b.kind === 'stock' && `${b.place}|${b.status}` === k)
    return { place: list[0]!.place, status: list[0]!.status, qty: add('0', ...list.map((b) => b.qty)), reserved: add('0', ...list.map((b) => b.reserved || '0')) }
  })
  const at0 = places.find((p) => p.place === from) ?? (places.length === 1 ? places[0] : undefined)
  const needsLot = s?.kind === 'item' && s.tracking !== 'none'
  const scan = (c: string) => {
    const k = readCode(c)
    if (k.kind === 'LOC') return code && s && s.kind !== 'location' ? setTo(c) : find(c)
    if (k.kind && !['LOT', 'SN', 'ITM'].includes(k.kind)) return find(c)
    setFrom(''); setTo(''); setQty('')
    setSearch({ code: c }, { replace: true })
  }
  if (done) return <MoveDone r={done} onNext={start} />
  const free = at0 && (at0.status === 'available' ? sub(at0.qty, at0.reserved) : at0.qty)
  const n = s?.kind === 'serial' ? '1' : cmp(clean(qty), '0') > 0 ? entry.own(clean(qty)) : free
  const said = s?.kind !== 'serial' && cmp(clean(qty), '0') > 0 ? { qty: clean(qty), ...entry.body } : { qty: n ?? '0' }
  const target = to && readCode(to).number
  const ready = !!s && !!at0 && !!to && !!n && cmp(n, '0') > 0 && target !== at0.place
  const send = (confirmed?: boolean) => {
    if (!s || !at0 || !n) return
    move.mutate({ body: { item: s.item ?? '', ...(s.lot && s.kind !== 'serial' && { lot: s.lot }), ...(s.serial && { serials: [s.serial] }), ...said, from: at0.place, to, ...(at0.status === 'hold' && { held: true }), ...(confirmed && { confirmed }) } }, {
      onSuccess: (r) => { setDone(r); signal('ok') },
    })
  }
  const all = entry.typed(free)
  const step = !code || !s || s.kind === 'location' || needsLot ? 'goods' : !to ? 'to' : 'go'
  return (
    <ShopPage title={t('shop:menu.move')} back="/m" bar={step === 'goods' ? undefined : to && !at0 && places.length > 1
      ? <BigButton kind="main" icon="box" onClick={() => setSheet('from')}>{t('wares:move.chooseFrom')}</BigButton>
      : <BigButton kind="main" icon="move" busy={move.isPending} disabled={!ready} onClick={() => send()}>{to && n ? t('wares:move.send', { qty: format(n), uom: s?.uom ?? '', to: target }) : t('wares:move.scanTo')}</BigButton>}>
      <ScanBox compact={step !== 'goods'} title={t(step === 'goods' ? 'wares:move.scanGoods' : 'wares:move.scanTo')} hint={t(step === 'goods' ? 'wares:move.scanGoodsHint' : 'wares:move.scanToHint')} onScan={(c) => (step !== 'goods' && !readCode(c).kind ? setTo(c) : scan(c))} />
      {code && !s && <Wait error={error} onRetry={() => void refetch()} />}
      {s?.kind === 'location' && <Notice tone="amber" icon="alert" title={t('wares:move.isLocation', { location: s.location })}>{t('wares:move.isLocationDo')}</Notice>}
      {needsLot && <Notice tone="amber" icon="alert" title={t('wares:move.needsLot', { name: s?.name })} />}
      {s && step !== 'goods' && (
        <div className="kw-two">
          <div className="kf-col">
            <ShopCard><div className="kw-no">{s.serial || s.lot || s.item}</div><h2>{s.name}</h2><div className="kw-meta">{s.item}</div></ShopCard>
            {places.length === 0 && <Notice tone="red" icon="alert" title={t('wares:move.nowhere')} />}
            <div className="kf-fields">
              {places.length > 0 && <Row icon="box" label={t('wares:move.from')} value={at0 && `${at0.place} · ${format(at0.qty)} ${s.uom ?? ''}`} empty={t('wares:move.chooseFrom')} onClick={places.length > 1 ? () => setSheet('from') : undefined} />}
              <Row icon="move" label={t('wares:move.to')} value={target} empty={t('wares:move.scanTo')} />
            </div>
            {at0 && cmp(at0.reserved, '0') > 0 && <Notice tone="amber" icon="alert" title={t('wares:stock.reserved', { qty: format(at0.reserved) })} />}
            {s.kind !== 'serial' && <NumberBox label={t('fig.qty')} value={cmp(clean(qty), '0') > 0 || entry.uom ? qty : (free ?? '')} uom={entry.shown} active />}
            {s.kind !== 'serial' && <UnitKeys entry={entry} qty={clean(qty)} onChange={() => setQty('')} />}
            {target && at0 && target === at0.place && <Notice tone="red" icon="alert" title={t('wares:move.same')} />}
          </div>
          {s.kind !== 'serial' && <NumberPad value={qty} places={entry.places} all={all} allLabel={entry.places === 0 && all ? `${t('kit:pad.all')} ${format(all)}` : undefined} onChange={setQty} />}
        </div>
      )}
      <Sheet open={sheet === 'from'} title={t('wares:move.from')} onClose={() => setSheet(undefined)}>
        <Choices value={at0?.place} options={places.map((p) => ({ value: p.place, label: p.place, sub: `${format(p.qty)} ${s?.uom ?? ''}` }))} onChange={(v) => { setFrom(v); setQty(''); setSheet(undefined) }} />
      </Sheet>
      {choice}
      <Refused error={move.error} onClose={() => move.reset()} onRetry={() => send()} sure={() => send(true)} />
    </ShopPage>
  )
}

function MoveDone({ r, onNext }: { r: Moved; onNext: () => void }) {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const may = useMay()
  const [why, setWhy] = useState(false)
  const undo = useSend('post', '/api/v1/inventory/undos')
  const l = r.lines?.[0]
  return (
    <ShopPage title={t('shop:menu.move')} sub={r.number} back="/m" bar={<BigButton kind="main" onClick={onNext}>{t('wares:move.next')}</BigButton>}>
      <ScanAnywhere onScan={(c) => { if (['LOT', 'SN', 'ITM'].includes(readCode(c).kind)) { onNext(); void navigate(at.move(c), { replace: true }); return true } return false }} />
      <Done title={t('wares:move.done')}>
        {l && <><div className="kf-way"><b>{l.from}</b><span aria-hidden="true">→</span><b>{l.to}</b></div><BigFacts items={[[t('wares:recv.product'), l.name], [t('issue.lot'), l.lot], [t('fig.qty'), both(l.qty, l.uom, (r.lines?.length ?? 0) > 1 ? {} : r)], [t('wares:recv.number'), r.number]]} /></>}
      </Done>
      {may('inventory.undo') && <div className="kf-foot"><BigButton small icon="undo" onClick={() => setWhy(true)}>{t('wares:move.undo')}</BigButton></div>}
      <ReasonSheet open={why} kind="goods" title={t('rep.why')} busy={undo.isPending} onClose={() => setWhy(false)} onChoose={(reason) => { setWhy(false); undo.mutate({ body: { number: r.number, reason } }, { onSuccess: () => { toast(t('done.undo')); onNext() } }) }} />
      <Refused error={undo.error} onClose={() => undo.reset()} />
    </ShopPage>
  )
}
