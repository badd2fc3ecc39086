import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { cmp, format } from '@/kit/num'
import { BigButton, Notice, NumberBox, NumberPad, ScanBox, Sheet, ShopCard, ShopPage, toast } from '@/kit/shop'
import { useEntry } from '@/kit/units'
import { useAct } from './act'
import { lotCode } from './code'
import { useFind } from './find'
import { Refused, Wait } from './parts'
import { clean } from './quantity'
import { UnitKeys } from './UnitKeys'

type Returned = Answer<'post', '/api/v1/production/returns'>
interface Going { code: string; item?: string; name: string; uom: string; most?: string; location?: string }

/** Brings what an order did not use back into stock: scan the lot, all of it or a part, where it came from or elsewhere. */
export default function ReturnPage() {
  const { t } = useTranslation('floor')
  const { order = '' } = useParams()
  const navigate = useNavigate()
  const { data: o, error, refetch } = useGet('/api/v1/production/orders/{number}', { path: { number: order } })
  const [going, setGoing] = useState<Going | undefined>()
  const [qty, setQty] = useState('')
  const { find, choice } = useFind()
  const act = useAct<Returned>()
  const entry = useEntry(going?.item, { uom: going?.uom, places: 6 })
  const here = (o?.components ?? []).filter((c) => c.issue === 'pick' && cmp(c.wip, '0') > 0)
  const lotsOf = (item: string) => [...new Set((o?.issues ?? []).filter((i) => i.item === item && i.kind === 'issue').map((i) => i.lot))]
  const ask = (g: Going) => { setGoing(g); setQty(''); entry.choose('') }
  const scan = (code: string) => {
    const c = readCode(code)
    if (c.kind === 'LOC') return going ? setGoing({ ...going, location: code }) : find(code)
    if (c.kind && !['LOT', 'SN', 'ITM'].includes(c.kind)) return find(code)
    const item = c.kind === 'ITM' ? c.number : c.item || (o?.issues ?? []).find((i) => i.lot === c.number)?.item
    const line = here.find((x) => x.item === item)
    ask({ code, item: c.kind === 'SN' ? undefined : line?.item, name: line?.name ?? c.number, uom: line?.uom ?? '', most: line?.wip })
  }
  const send = async () => {
    if (!going) return
    const n = clean(qty)
    const body = { order, code: going.code, ...(cmp(n, '0') > 0 && { qty: n, ...entry.body }), ...(going.location && { location: going.location }) }
    const r = await act.run({ lane: order, path: '/api/v1/production/returns', body, label: t('outbox.giveBack', { name: going.name, qty: cmp(n, '0') > 0 ? [format(n), entry.uom].filter(Boolean).join(' ') : t('kit:pad.all') }) })
    if (r.state === 'refused') return
    setGoing(undefined)
    toast(r.state === 'done' ? t('done.giveBack', { qty: format(r.data.qty), uom: r.data.uom, name: r.data.name, location: r.data.location }) : t('done.queued'), r.state === 'done' ? 'green' : 'amber')
  }
  return (
    <ShopPage title={t('shop:menu.giveBack')} sub={order} back={() => void navigate(-1)}>
      <ScanBox compact title={t('back.scan')} hint={t('back.hint')} onScan={scan} />
      {!o && <Wait error={error} onRetry={() => void refetch()} />}
      {o && here.length === 0 && <Notice tone="green" icon="check" title={t('back.none')} />}
      <div className="kf-grid kf-wide">
        {here.map((c) => (
          <ShopCard key={c.line}>
            <div className="kf-head"><div><h3>{c.name}</h3><div className="kf-meta"><span>{c.item}</span></div></div><div className="kf-left"><b className="num">{format(c.wip)}</b><small>{t('back.here')} {c.uom}</small></div></div>
            <div className="kf-list">{lotsOf(c.item).map((lot) => <button key={lot} type="button" className="kf-lot" onClick={() => ask({ code: lotCode(c.item, lot), item: c.item, name: c.name, uom: c.uom, most: c.wip })}><span><b>{lot || t('issue.noLot')}</b></span><span className="kf-why"><b>{t('back.do')}</b></span></button>)}</div>
          </ShopCard>
        ))}
      </div>
      {choice}
      {going && !act.refused && (
        <Sheet open title={going.name} onClose={() => setGoing(undefined)} bar={<BigButton kind="main" icon="undo" busy={act.busy} disabled={entry.own(clean(qty)) === undefined} onClick={() => void send()}>{cmp(clean(qty), '0') > 0 ? t('back.send', { qty: format(clean(qty)), uom: entry.shown }) : t('back.sendAll')}</BigButton>}>
          <div className="kf-meta"><span>{readCode(going.code).number}</span><span>{going.location ? t('back.to', { location: readCode(going.location).number }) : t('back.toOrigin')}</span></div>
          <NumberBox label={t('fig.qty')} value={qty} uom={entry.shown} active />
          <UnitKeys entry={entry} qty={clean(qty)} onChange={() => setQty('')} />
          <NumberPad value={qty} places={entry.places} all={entry.typed(going.most)} onChange={setQty} />
          <p className="kf-hint">{t('back.locationHint')}</p>
        </Sheet>
      )}
      <Refused error={act.refused} order={order} onClose={act.clear} />
    </ShopPage>
  )
}
