import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { cmp, format } from '@/kit/num'
import { BigButton, BigFacts, Notice, NumberBox, NumberPad, ScanBox, Sheet, ShopCard, ShopPage, toast } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { both, useEntry } from '@/kit/units'
import { useMay } from '@/kit/who'
import { lotCode } from './code'
import { Done, ReasonSheet, Refused, Wait } from './parts'
import { clean } from './quantity'
import { UnitKeys } from './UnitKeys'

type For = Answer<'get', '/api/v1/inventory/putaway/scan'>

const boxCode = (code: string) => `KW:BOX:${encodeURIComponent(code)}`

/** What came in and stands in no place: scan it, see where it may go and why, scan the place. */
export default function PutAwayPage() {
  const { t } = useTranslation('floor')
  const [search, setSearch] = useSearchParams()
  const code = search.get('code') ?? ''
  const list = useGet('/api/v1/inventory/putaway', { query: { sort: 'received_on,item', limit: 100 }, enabled: !code, live: ['purchasing.', 'production.', 'quality.'] })
  const one = useGet('/api/v1/inventory/putaway/scan', { query: { code }, enabled: !!code, live: ['purchasing.'] })
  const choose = (c: string) => setSearch({ code: c }, { replace: true })
  const back = () => setSearch({}, { replace: true })
  if (code && one.data) return <Put key={code} found={one.data} code={code} onBack={back} onOther={choose} />
  const rows = list.data?.items ?? []
  return (
    <ShopPage title={t('shop:menu.putaway')} back="/m">
      <ScanBox compact title={t('wares:putaway.scan')} hint={t('wares:putaway.hint')} onScan={choose} />
      {code && <Wait error={one.error} onRetry={back} />}
      {!code && !list.data && <Wait error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && rows.length === 0 && <Notice tone="green" icon="check" title={t('wares:putaway.none')} />}
      <div className="kf-grid kf-wide">
        {!code && rows.map((w) => (
          <ShopCard key={[w.item_id, w.lot_id, w.location, w.container].join('|')} tone="blue" onClick={() => choose(w.container ? boxCode(w.container) : lotCode(w.item, w.lot))}>
            <div className="kf-opcard"><div><h3>{w.name}</h3><div className="kf-meta"><span>{w.item}</span>{w.lot && <b>{w.lot}</b>}{w.container && <b>{w.container}</b>}<span>{w.location}</span></div>{w.to[0] && <div className="kw-meta"><span>→ <b>{w.to[0].location}</b></span></div>}</div><div className="kf-left"><b className="num">{format(w.qty)}</b><small>{w.uom}</small></div></div>
          </ShopCard>
        ))}
      </div>
    </ShopPage>
  )
}

function Put({ found, code, onBack, onOther }: { found: For; code: string; onBack: () => void; onOther: (code: string) => void }) {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const may = useMay()
  const w = found.goods
  const move = useSend('post', '/api/v1/inventory/transfers')
  const carry = useSend('post', '/api/v1/inventory/containers/{code}/move')
  const undo = useSend('post', '/api/v1/inventory/undos')
  const [to, setTo] = useState('')
  const [qty, setQty] = useState('')
  const [pad, setPad] = useState(false)
  const [why, setWhy] = useState(false)
  const [done, setDone] = useState<{ number: string } | undefined>()
  const serial = readCode(code).kind === 'SN' ? readCode(code).number : ''
  const entry = useEntry(serial || w.container ? undefined : w.item, { uom: w.uom, places: 3 })
  const said = !serial && cmp(clean(qty), '0') > 0
  const n = serial ? '1' : said ? clean(qty) : w.free
  const exact = !said || entry.own(n) !== undefined
  const best = w.to.find((p) => p.location === to)
  const send = (place: string) => {
    setTo(place)
    const went = { onSuccess: (r: { number: string }) => { setDone(r); signal('ok') } }
    if (w.container) return carry.mutate({ path: { code: w.container }, body: { to: place } }, went)
    move.mutate({ body: { item: w.item, ...(w.lot && !serial && { lot: w.lot }), ...(serial && { serials: [serial] }), qty: n, ...(said && entry.body), from: w.location, to: place, put_away: true } }, went)
  }
  // a place is scanned: done with one beep; goods are scanned: the next ones
  const scan = (c: string) => {
    const k = readCode(c).kind
    if (['LOT', 'SN', 'ITM', 'BOX'].includes(k)) return onOther(c)
    send(k === 'LOC' ? readCode(c).number : c)
  }
  if (done) {
    return (
      <ShopPage title={t('shop:menu.putaway')} sub={done.number} back="/m" bar={<BigButton kind="main" onClick={onBack}>{t('wares:putaway.next')}</BigButton>}>
        <ScanBox compact title={t('wares:putaway.scan')} onScan={onOther} />
        <Done title={t('wares:putaway.done', { location: to })}>
          <BigFacts items={[[t('wares:recv.product'), w.name], [t('issue.lot'), w.lot], [t('lineside:box.one'), w.container], [t('fig.qty'), w.container ? `${format(w.qty)} ${w.uom}` : said && entry.uom ? both(entry.own(n) ?? n, w.uom, { entered_qty: n, entered_uom: entry.uom }) : `${format(n)} ${w.uom}`]]} />
          {best && <p>{t('wares:putaway.because')} · {t(`wares:putaway.why.${best.why}`, { qty: format(best.qty), uom: w.uom, n: best.times })}</p>}
        </Done>
        {may('inventory.undo') && <div className="kf-foot"><BigButton small icon="undo" onClick={() => setWhy(true)}>{t('wares:move.undo')}</BigButton></div>}
        <ReasonSheet open={why} kind="goods" title={t('rep.why')} busy={undo.isPending} onClose={() => setWhy(false)} onChoose={(reason) => { setWhy(false); undo.mutate({ body: { number: done.number, reason } }, { onSuccess: () => { toast(t('done.undo')); onBack() } }) }} />
        <Refused error={undo.error} onClose={() => undo.reset()} />
      </ShopPage>
    )
  }
  const pieces = w.tracking === 'serial' && !serial && !w.container
  const stuck = !w.container && cmp(w.free, '0') <= 0
  const busy = move.isPending || carry.isPending
  return (
    <ShopPage title={t('shop:menu.putaway')} sub={w.location} back="/m/putaway" bar={w.to[0] && !pieces && !stuck && <BigButton kind="main" icon="move" busy={busy} onClick={() => send(w.to[0]!.location)}>{t('wares:putaway.go', { location: w.to[0].location })}</BigButton>}>
      <ScanBox compact title={t(pieces ? 'wares:putaway.scanPiece' : 'wares:putaway.scanPlace')} hint={w.to.length > 0 && !pieces && !stuck ? t('wares:putaway.scanPlaceHint') : undefined} busy={busy} onScan={scan} />
      <div className="kw-two">
        <div className="kf-col">
          <ShopCard><div className="kw-no">{w.container || serial || w.lot || w.item}</div><h2>{w.name}</h2><div className="kw-meta"><span>{w.item}</span>{w.container && w.lot && <span>{w.lot}</span>}</div></ShopCard>
          {stuck && <Notice tone="amber" icon="alert" title={t('wares:putaway.promised')} />}
          {!w.container && !serial && !stuck && !pieces && <NumberBox label={t('fig.qty')} value={n} uom={said ? entry.shown : w.uom} onClick={() => { setQty(''); setPad(true) }} />}
          {found.elsewhere.length > 0 && <Notice tone="amber" title={t('wares:putaway.elsewhere', { places: [...new Set(found.elsewhere)].join(', ') })} />}
        </div>
        <div className="kf-col">
          {w.to.length === 0 && <Notice tone="amber" icon="alert" title={t('wares:putaway.nowhere')} />}
          {w.to.map((p, i) => (
            <ShopCard key={p.location} tone={i === 0 ? 'green' : undefined} onClick={pieces || stuck || busy ? undefined : () => send(p.location)}>
              <div className="kf-biglot">{p.location}</div><div className="kw-meta"><span>{t(`wares:putaway.why.${p.why}`, { qty: format(p.qty), uom: w.uom, n: p.times })}</span></div>
            </ShopCard>
          ))}
          {pieces && <BigButton icon="box" onClick={() => void navigate('/m/box')}>{t('wares:putaway.useBox')}</BigButton>}
        </div>
      </div>
      <Sheet open={pad} title={t('fig.qty')} onClose={() => { if (!exact) setQty(''); setPad(false) }} bar={<BigButton kind="main" disabled={!exact} onClick={() => setPad(false)}>{t('kit:ok')}</BigButton>}>
        <NumberBox label={t('fig.qty')} value={said || entry.uom ? qty : n} uom={entry.shown} active />
        <UnitKeys entry={entry} qty={clean(qty)} onChange={() => setQty('')} />
        <NumberPad value={qty} places={entry.places} all={entry.typed(w.free)} onChange={setQty} />
      </Sheet>
      <Refused error={move.error ?? carry.error} onClose={() => { move.reset(); carry.reset() }} onRetry={to ? () => send(to) : undefined} />
    </ShopPage>
  )
}
