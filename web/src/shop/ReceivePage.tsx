import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { OPEN_END } from '@/kit/dates'
import { cmp, format } from '@/kit/num'
import { both, useEntry } from '@/kit/units'
import { BigButton, BigFacts, Chip, Notice, NumberBox, NumberPad, ShopCard, ShopPage, toast } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { useWedge } from '@/kit/scan/useWedge'
import { useMay } from '@/kit/who'
import { at } from './code'
import { ScanAnywhere, useFind } from './find'
import { ScanSheet } from './ScanSheet'
import { Done, Due, Figures, LabelLinks, ReasonSheet, Refused, Row, Wait } from './parts'
import { clean } from './quantity'
import { UnitKeys } from './UnitKeys'

type Received = Answer<'post', '/api/v1/production/receipts'>

/** Finished pieces into stock: how many, where; the lot or the serial numbers and their labels come back. */
export default function ReceivePage() {
  const { t } = useTranslation('floor')
  const { order = '' } = useParams()
  const navigate = useNavigate()
  const may = useMay()
  const { data: o, error, refetch } = useGet('/api/v1/production/orders/{number}', { path: { number: order }, live: ['quality.'] })
  const receive = useSend('post', '/api/v1/production/receipts')
  const [qty, setQty] = useState('')
  const [location, setLocation] = useState('')
  const [field, setField] = useState<number>() // line of the co- or by-product that is typed; none = the finished goods
  const [said, setSaid] = useState<Record<number, string>>({})
  const [serials, setSerials] = useState<string[]>([])
  const [sheet, setSheet] = useState<'location' | 'serials' | undefined>()
  const [done, setDone] = useState<Received | undefined>()
  const { find, choice } = useFind()
  const entry = useEntry(o && serials.length === 0 ? o.item : undefined, { uom: o?.uom, places: o?.decimals ?? 0 })
  const all = entry.typed(o?.receivable)
  const shown = serials.length > 0 ? String(serials.length) : cmp(clean(qty), '0') > 0 ? clean(qty) : all ?? ''
  const n = entry.own(clean(shown)) ?? '0' // in the own unit; 0 = nothing that can be counted
  const outputs = (o?.outputs.length ?? 0) > 0
  const plan = useGet('/api/v1/production/orders/{number}/outputs', { path: { number: order }, query: { qty: n }, enabled: outputs && cmp(n, '0') > 0, placeholderData: (was) => was }).data ?? []
  const along = plan.map((x) => ({ ...x, qty: x.line in said ? clean(said[x.line] ?? '') : x.proposed }))
  const line = along.find((x) => x.line === field)
  const scan = (code: string) => {
    const c = readCode(code)
    if (c.kind === 'LOC') setLocation(code)
    else if (o?.tracking === 'serial' && (c.kind === 'SN' || !c.kind)) setSerials((s) => (s.includes(c.number) ? s : [...s, c.number]))
    else find(code)
  }
  useWedge(scan, !done && !sheet)

  if (done) return <ReceiveDone r={done} onMore={() => { setDone(undefined); setQty(''); setSerials([]); setSaid({}); setField(undefined) }} />
  if (!o) return <ShopPage title={t('shop:menu.receive')} sub={order} back="/m/receive"><Wait error={error} onRetry={() => void refetch()} /></ShopPage>
  const none = cmp(o.receivable, '0') <= 0
  const send = () => receive.mutate({ body: { order, qty: clean(shown), ...entry.body, ...(location && { location }), ...(serials.length > 0 && { serials }), ...(Object.keys(said).length > 0 && { outputs: along.map((x) => ({ line: x.line, qty: x.qty })) }) } }, {
    onSuccess: (r) => { setDone(r); signal('ok') },
  })
  return (
    <ShopPage title={t('shop:menu.receive')} sub={order} back={() => void navigate(-1)}
      bar={none
        ? cmp(o.waiting_inspection, '0') > 0 && may('quality.judge') && <BigButton kind="main" icon="inspect" onClick={() => void navigate(`/m/inspect?q=${encodeURIComponent(order)}`)}>{t('act.inspect')}</BigButton>
        : <BigButton kind="main" icon="box" busy={receive.isPending} disabled={cmp(n, '0') <= 0} onClick={send}>{t('wares:recv.send', { qty: format(clean(shown)), uom: entry.shown })}</BigButton>}
    >
      <div className="kw-two">
        <div className="kf-col">
          <ShopCard>
            <div className="kw-no"><span>{o.number}</span><Chip status={o.status} /></div>
            <h2>{o.name}</h2>
            <div className="kw-meta"><span>{o.item}</span><Due date={o.due} />{o.sales_order && <span>{o.sales_order}</span>}</div>
            <Figures items={[
              { label: t('wares:recv.ready'), value: o.receivable, tone: 'good' }, { label: t('wares:recv.in'), value: o.received },
              ...(cmp(o.waiting_inspection, '0') > 0 ? [{ label: t('wares:insp.waiting'), value: o.waiting_inspection, tone: 'warn' as const }] : []),
              ...(cmp(o.failed, '0') > 0 ? [{ label: t('wares:insp.failed'), value: o.failed, tone: 'bad' as const }] : []),
            ]} />
          </ShopCard>
          {none && <Notice tone="amber" icon="alert" title={t(cmp(o.waiting_inspection, '0') > 0 ? 'wares:recv.waits' : 'wares:recv.nothing', { qty: format(o.waiting_inspection) })} />}
          {!none && (
            <>
              <div className="kf-fields">
                <Row icon="move" label={t('wares:recv.location')} value={location && readCode(location).number} empty={t('wares:recv.locationDefault')} onClick={() => setSheet('location')} />
                {o.tracking === 'serial' && <Row icon="scan" label={t('wares:recv.serials')} value={serials.length > 0 ? t('wares:recv.serialsN', { n: serials.length }) : ''} empty={t('wares:recv.serialsDefault')} onClick={() => setSheet('serials')} />}
              </div>
              <NumberBox label={t('wares:recv.qty')} value={qty || shown} uom={entry.shown} active={!line} tone="good" onClick={() => setField(undefined)} />
              {serials.length === 0 && <UnitKeys entry={entry} qty={clean(shown)} onChange={() => { setQty(''); setField(undefined) }} />}
              {along.length > 0 && <h3 className="kf-h3">{t('wares:recv.along')}</h3>}
              {along.map((x) => <NumberBox key={x.line} label={`${x.name} · ${t('wares:recv.proposed', { n: format(x.proposed) })}`} value={said[x.line] ?? x.proposed} uom={x.uom} active={field === x.line} onClick={() => setField(x.line)} />)}
            </>
          )}
        </div>
        {!none && line && <NumberPad value={said[line.line] ?? ''} places={line.decimals} all={line.proposed} allLabel={line.decimals === 0 ? `${t('wares:recv.expected')} ${format(line.proposed)}` : undefined} onChange={(v) => setSaid({ ...said, [line.line]: v })} />}
        {!none && !line && serials.length === 0 && <NumberPad value={qty} places={entry.places} all={all} allLabel={entry.places === 0 && all !== undefined ? `${t('kit:pad.all')} ${format(all)}` : undefined} onChange={setQty} />}
        {serials.length > 0 && <ShopCard><h3 className="kf-h3">{t('wares:recv.serialsN', { n: serials.length })}</h3><div className="kf-tags">{serials.map((s) => <button key={s} type="button" onClick={() => setSerials(serials.filter((x) => x !== s))}>{s} ×</button>)}</div></ShopCard>}
      </div>
      <ScanSheet open={!!sheet} title={t(sheet === 'serials' ? 'wares:recv.scanSerial' : 'wares:recv.scanLocation')} hint={sheet === 'serials' && serials.length > 0 ? t('wares:recv.serialsN', { n: serials.length }) : undefined} onClose={() => setSheet(undefined)}
        onScan={(code) => { if (sheet === 'serials') scan(code); else { setLocation(code); setSheet(undefined) } }} onClear={sheet === 'location' && location ? () => { setLocation(''); setSheet(undefined) } : undefined} />
      {choice}
      <Refused error={receive.error} order={order} onClose={() => receive.reset()} onRetry={send} />
    </ShopPage>
  )
}

function ReceiveDone({ r, onMore }: { r: Received; onMore: () => void }) {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const may = useMay()
  const [why, setWhy] = useState(false)
  const undo = useSend('post', '/api/v1/production/receipts/undo')
  const base = `/api/v1/production/receipts/${encodeURIComponent(r.number)}/labels`
  return (
    <ShopPage title={t('shop:menu.receive')} sub={r.order} back="/m/receive" bar={<>{cmp(r.open, '0') > 0 && <BigButton onClick={onMore}>{t('wares:recv.more')}</BigButton>}<BigButton kind="main" onClick={() => void navigate('/m/receive')}>{t('wares:recv.next')}</BigButton></>}>
      <ScanAnywhere />
      <Done title={t('done.receive', { qty: format(r.qty), uom: r.uom, location: r.location })}>
        <div className="kf-biglot">{r.lot || (r.serials?.length === 1 ? r.serials[0] : '')}</div>
        <BigFacts items={[[t('wares:recv.product'), r.name], [t('fig.qty'), r.entered_uom ? both(r.qty, r.uom, r) : undefined], [t('wares:recv.number'), r.number], [t('wares:recv.location'), r.location], [t('issue.expires'), r.expires_on && r.expires_on !== OPEN_END ? r.expires_on : undefined]]} />
        {(r.serials?.length ?? 0) > 1 && <div className="kf-tags">{r.serials?.map((s) => <span key={s}>{s}</span>)}</div>}
      </Done>
      <LabelLinks pdf={`${base}.pdf`} zpl={`${base}.zpl`} />
      {(r.outputs ?? []).map((x) => (
        <ShopCard key={x.number}>
          <div className="kw-no"><span>{x.number}</span></div>
          <h2>{x.name}</h2>
          <div className="kw-meta"><b className="num">{format(x.qty)} {x.uom}</b><span>{x.lot}</span><span>{x.location}</span></div>
          <LabelLinks pdf={`/api/v1/production/receipts/${encodeURIComponent(x.number)}/labels.pdf`} zpl={`/api/v1/production/receipts/${encodeURIComponent(x.number)}/labels.zpl`} />
        </ShopCard>
      ))}
      <div className="kf-foot">
        {may('inventory.read') && r.lot && <BigButton small icon="search" onClick={() => void navigate(at.stock(`KW:LOT:${encodeURIComponent(r.item)}/${encodeURIComponent(r.lot)}`))}>{t('shop:menu.stock')}</BigButton>}
        {(r.serials?.length ?? 0) > 0 && may('production.report') && <BigButton small icon="scan" onClick={() => void navigate(`/m/assign/${encodeURIComponent(r.order)}`)}>{t('wares:assign.do')}</BigButton>}
        {may('production.undo') && <BigButton small icon="undo" onClick={() => setWhy(true)}>{t('wares:recv.undo')}</BigButton>}
      </div>
      <ReasonSheet open={why} kind="undo" title={t('rep.why')} busy={undo.isPending} onClose={() => setWhy(false)}
        onChoose={(reason) => { setWhy(false); undo.mutate({ body: { receipt: r.number, reason } }, { onSuccess: () => { toast(t('done.undo')); onMore() } }) }} />
      <Refused error={undo.error} order={r.order} onClose={() => undo.reset()} />
    </ShopPage>
  )
}
