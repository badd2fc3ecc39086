import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { cmp, format } from '@/kit/num'
import { BigButton, Choices, Notice, NumberBox, NumberPad, ScanBox, Sheet, ShopCard, ShopPage, toast } from '@/kit/shop'
import { useEntry } from '@/kit/units'
import { useMay } from '@/kit/who'
import { useAct } from './act'
import { lotCode } from './code'
import { useFind } from './find'
import { ReasonSheet, Refused, Wait } from './parts'
import { clean } from './quantity'
import { UnitKeys } from './UnitKeys'

type Returned = Answer<'post', '/api/v1/production/returns'>
type Scrapped = Answer<'post', '/api/v1/production/material-scraps'>
interface Going { code: string; item?: string; name: string; uom: string; most?: string; location?: string; drawn?: boolean; scrap?: boolean }

/** Brings what an order did not use back into stock, or scraps what is of no use: scan the lot, all of it or a part. */
export default function ReturnPage() {
  const { t, i18n } = useTranslation('floor')
  const { order = '' } = useParams()
  const navigate = useNavigate()
  const { data: o, error, refetch } = useGet('/api/v1/production/orders/{number}', { path: { number: order } })
  const [going, setGoing] = useState<Going | undefined>()
  const [qty, setQty] = useState('')
  const { find, choice } = useFind()
  const act = useAct<Returned>()
  const entry = useEntry(going?.item, { uom: going?.uom, places: 6 })
  const scrap = useAct<Scrapped>()
  const [why, setWhy] = useState(false)
  const may = useMay()
  const [last, setLast] = useState('') // what was scrapped just now
  const [taking, setTaking] = useState(false)
  const undo = useAct<Scrapped>()
  const { data: reasons } = useGet('/api/v1/inventory/reasons', { query: { filter: ['active:eq:true', 'kind:eq:line_scrap'], sort: 'ord', limit: 50 }, keep: true })
  const drawn = (o?.components ?? []).filter((c) => c.role === 'component' && c.issue === 'backflush')
  const here = (o?.components ?? []).filter((c) => c.issue === 'pick' && cmp(c.wip, '0') > 0)
  const lotsOf = (item: string) => [...new Set((o?.issues ?? []).filter((i) => i.item === item && i.kind === 'issue').map((i) => i.lot))]
  const ask = (g: Going) => { setGoing(g); setQty(''); entry.choose('') }
  const scan = (code: string) => {
    const c = readCode(code)
    if (c.kind === 'LOC') return going ? setGoing({ ...going, location: code }) : find(code)
    if (c.kind && !['LOT', 'SN', 'ITM'].includes(c.kind)) return find(code)
    const item = c.kind === 'ITM' ? c.number : c.item || (o?.issues ?? []).find((i) => i.lot === c.number)?.item
    const line = here.find((x) => x.item === item)
    const self = line ? undefined : drawn.find((x) => x.item === item || x.item === c.number)
    if (self) return ask({ code, item: self.item, name: self.name, uom: self.uom, drawn: true, scrap: true })
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
  const throwAway = async (code: string) => {
    if (!going) return
    setWhy(false)
    const n = clean(qty)
    const serial = readCode(going.code).kind === 'SN'
    const body = { order, code: going.code, ...(!serial && { qty: cmp(n, '0') > 0 ? n : (going.most ?? '0'), ...(cmp(n, '0') > 0 && entry.body) }), reason_code: code, ...(going.location && { location: going.location }) }
    const r = await scrap.run({ lane: order, path: '/api/v1/production/material-scraps', body, label: t('lineside:scrapOut', { name: going.name, qty: cmp(n, '0') > 0 ? [format(n), entry.uom].filter(Boolean).join(' ') : t('kit:pad.all') }) })
    if (r.state === 'refused') return
    setGoing(undefined)
    setLast(r.state === 'done' ? r.data.id : '')
    toast(r.state === 'done' ? t('lineside:scrapDone', { qty: format(r.data.qty), uom: r.data.uom, name: r.data.name }) : t('done.queued'), r.state === 'done' ? 'green' : 'amber')
  }
  const takeBack = async (reason: string) => {
    setTaking(false)
    const r = await undo.run({ lane: order, path: '/api/v1/production/material-scraps/undo', body: { id: last, reason }, label: t('lineside:scrapUndo') })
    if (r.state === 'refused') return
    setLast('')
    toast(t(r.state === 'done' ? 'done.undo' : 'done.queued'), r.state === 'done' ? 'green' : 'amber')
  }
  const piece = !!going && readCode(going.code).kind === 'SN'
  const much = cmp(clean(qty), '0') > 0
  return (
    <ShopPage title={t('shop:menu.giveBack')} sub={order} back={() => void navigate(-1)}>
      <ScanBox compact title={t('back.scan')} hint={t('back.hint')} onScan={scan} />
      {!o && <Wait error={error} onRetry={() => void refetch()} />}
      {o && here.length === 0 && drawn.length === 0 && <Notice tone="green" icon="check" title={t('back.none')} />}
      <div className="kf-grid kf-wide">
        {here.map((c) => (
          <ShopCard key={c.line}>
            <div className="kf-head"><div><h3>{c.name}</h3><div className="kf-meta"><span>{c.item}</span></div></div><div className="kf-left"><b className="num">{format(c.wip)}</b><small>{t('back.here')} {c.uom}</small></div></div>
            <div className="kf-list">{lotsOf(c.item).map((lot) => <button key={lot} type="button" className="kf-lot" onClick={() => ask({ code: lotCode(c.item, lot), item: c.item, name: c.name, uom: c.uom, most: c.wip })}><span><b>{lot || t('issue.noLot')}</b></span><span className="kf-why"><b>{t('back.do')}</b></span></button>)}</div>
          </ShopCard>
        ))}
        {drawn.map((c) => (
          <ShopCard key={c.line}>
            <div className="kf-head"><div><h3>{c.name}</h3><div className="kf-meta"><span>{c.item}</span><span>{t('lineside:back.drawn')}</span></div></div></div>
            <div className="kf-list"><button type="button" className="kf-lot" onClick={() => ask({ code: lotCode(c.item, ''), item: c.item, name: c.name, uom: c.uom, drawn: true, scrap: true })}><span><b>{t('lineside:back.drawnScrap')}</b></span><span className="kf-why"><b>{t('lineside:back.scrap')}</b></span></button></div>
          </ShopCard>
        ))}
      </div>
      {last && may('production.undo') && <div className="kf-foot"><BigButton small icon="undo" onClick={() => setTaking(true)}>{t('lineside:scrapUndo')}</BigButton></div>}
      {choice}
      <ReasonSheet open={taking} kind="goods" title={t('rep.why')} busy={undo.busy} onClose={() => setTaking(false)} onChoose={(reason) => void takeBack(reason)} />
      {going && !act.refused && !scrap.refused && !why && (
        <Sheet open title={going.name} onClose={() => setGoing(undefined)} bar={going.scrap ? <BigButton kind="warn" icon="erase" busy={scrap.busy} disabled={!piece && (entry.own(clean(qty)) === undefined || (!much && !going.most))} onClick={() => setWhy(true)}>{much ? t('lineside:back.scrapSend', { qty: format(clean(qty)), uom: entry.shown }) : t(going.drawn ? 'lineside:back.scrap' : 'lineside:back.scrapAll')}</BigButton> : <BigButton kind="main" icon="undo" busy={act.busy} disabled={entry.own(clean(qty)) === undefined} onClick={() => void send()}>{cmp(clean(qty), '0') > 0 ? t('back.send', { qty: format(clean(qty)), uom: entry.shown }) : t('back.sendAll')}</BigButton>}>
          {!going.drawn && <Choices value={going.scrap ? 'scrap' : 'back'} options={[{ value: 'back', label: t('lineside:back.good'), sub: t('lineside:back.goodDo') }, { value: 'scrap', label: t('lineside:back.bad'), sub: t('lineside:back.badDo') }]} onChange={(v) => setGoing({ ...going, scrap: v === 'scrap' })} />}
          <div className="kf-meta"><span>{readCode(going.code).number}</span><span>{going.scrap ? (going.location ? readCode(going.location).number : going.drawn ? t('lineside:back.lineFirst') : '') : going.location ? t('back.to', { location: readCode(going.location).number }) : t('back.toOrigin')}</span></div>
          <NumberBox label={t('fig.qty')} value={qty} uom={entry.shown} active />
          <UnitKeys entry={entry} qty={clean(qty)} onChange={() => setQty('')} />
          <NumberPad value={qty} places={entry.places} all={entry.typed(going.most)} onChange={setQty} />
          {!going.scrap && <p className="kf-hint">{t('back.locationHint')}</p>}
        </Sheet>
      )}
      <Sheet open={why} title={t('lineside:back.why')} onClose={() => setWhy(false)}>
        <Choices options={(reasons?.items ?? []).map((r) => ({ value: r.code, label: i18n.language === 'zh' ? r.name_zh : r.name_en }))} onChange={(v) => void throwAway(v)} />
      </Sheet>
      <Refused error={act.refused ?? scrap.refused ?? undo.refused} order={order} onClose={() => { act.clear(); scrap.clear(); undo.clear() }} />
    </ShopPage>
  )
}
