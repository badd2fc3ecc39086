import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { call } from '@/api/client'
import { ApiError } from '@/api/errors'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { cmp, format } from '@/kit/num'
import { asEntered } from '@/kit/units'
import { BigButton, Notice, ScanBox, ShopCard, ShopPage, toast, useOutbox } from '@/kit/shop'
import { useMay } from '@/kit/who'
import { useAct } from './act'
import { at, lotCode, opCode } from './code'
import { useFind } from './find'
import { IssueSheet } from './IssueSheet'
import { PickCard } from './PickCard'
import { Due, Refused, Wait } from './parts'
import { withLine } from './texts'
import { fromLabel, fromStock, type Chosen, type PickLine, type Stock } from './picks'

const AskSubstitute = lazy(() => import('./AskSubstitute'))
const Vouch = lazy(() => withLine(import('./Vouch')))

type Issued = Answer<'post', '/api/v1/production/issues'>

/** Brings material to an order: what is missing with the lot to take, a scan, a quantity. */
export default function IssuePage() {
  const { t } = useTranslation('floor')
  const { order = '' } = useParams()
  const navigate = useNavigate()
  const [search, setSearch] = useSearchParams()
  const box = useOutbox()
  const { data: list, error, refetch } = useGet('/api/v1/production/orders/{number}/picks', { path: { number: order }, keep: true, live: ['inventory.'] })
  const { data: card } = useGet('/api/v1/production/scan', { query: { code: opCode(order) }, keep: true })
  const { find, busy: finding, choice } = useFind()
  const [chosen, setChosen] = useState<Chosen | undefined>()
  const [asking, setAsking] = useState(false)
  const [unknown, setUnknown] = useState<Error | undefined>()
  const act = useAct<Issued>()
  const may = useMay()
  const [standIn, setStandIn] = useState<{ line: PickLine; sub?: string } | undefined>()
  const [asked, setAsked] = useState<{ chosen: Chosen; qty: string; why: string; unit: { uom?: string; shown?: string } } | undefined>()

  const last = useRef<Parameters<typeof send> | undefined>(undefined)
  async function send(c: Chosen, qty: string, over?: string, unit: { uom?: string; shown?: string } = {}, voucher?: string, confirmed?: boolean) {
    if (over && !voucher && !may('production.over_issue')) return setAsked({ chosen: c, qty, why: over, unit }) // more than the norm: somebody who may says so here
    last.current = [c, qty, over, unit, voucher]
    const body = { order, code: c.code, ...(confirmed && { confirmed }), ...(cmp(qty, '0') > 0 && { qty, ...(unit.uom && { uom: unit.uom }) }), ...(over && { over_reason: over }), ...(voucher && { voucher }) }
    const r = await act.run({ lane: order, path: '/api/v1/production/issues', body, label: t('outbox.issue', { name: c.name ?? c.code, lot: c.lot ?? c.serial ?? '', qty: [format(qty), unit.uom].filter(Boolean).join(' ') }) })
    if (r.state === 'refused') return
    setChosen(undefined)
    setAsked(undefined)
    if (r.state === 'queued') return toast(t('done.queued'), 'amber')
    toast(t('done.issue', { qty: r.data.entered_uom ? `${asEntered(r.data)} = ${format(r.data.qty)}` : format(r.data.qty), uom: r.data.uom, name: r.data.name, left: format(r.data.remaining) }))
    for (const w of r.data.warnings ?? []) toast(t(`warn.${w.code.split('.')[1]}`, w.params), 'amber')
  }
  const sendNow = useRef(send)
  sendNow.current = send
  const scan = useCallback((code: string) => {
    const kind = readCode(code).kind
    if (kind && !['LOT', 'SN', 'ITM'].includes(kind)) {
      if (kind === 'WO' || kind === 'OP') return void navigate(at.issue(readCode(code).number), { replace: true })
      return find(code)
    }
    setAsking(true)
    void call<Stock>('GET', '/api/v1/inventory/scan', { query: { code } }).then((s) => {
      const c = fromStock(code, s, list)
      if (c.serial && c.line && cmp(c.line.open, '0') > 0) void sendNow.current(c, '1') // piece by piece: the scan says it all
      else if (!c.line && list) void sendNow.current(c, '0') // not on the list: the server says why not
      else setChosen(c)
    }, (err: unknown) => {
      if (err instanceof ApiError && err.passing) setChosen(fromLabel(code, list)) // the network is gone: the label says enough
      else setUnknown(err as Error)
    }).finally(() => setAsking(false))
  }, [list, find, navigate])

  // a lot that was scanned on the operation's card is carried here
  const carried = useRef(false)
  const code = search.get('code')
  useEffect(() => {
    if (!code || !list || carried.current) return
    carried.current = true
    setSearch({}, { replace: true })
    scan(code)
  }, [code, list, scan, setSearch])

  const take = (l: PickLine) => {
    const first = l.lots?.[0]
    if (first) scan(lotCode(l.item, first.lot))
    else toast(t('issue.noStock', { name: l.name }), 'amber')
  }
  const refused = act.refused instanceof ApiError ? act.refused.problem : undefined
  const wanted = refused?.code === 'production.sub_not_approved' ? list?.lines?.find((l) => l.item === refused.params?.item) : undefined
  const mayAsk = wanted && may('production.call') ? { line: wanted, sub: refused?.params?.sub } : undefined
  const open = (list?.lines ?? []).filter((l) => cmp(l.open, '0') > 0)
  const full = (list?.lines ?? []).filter((l) => cmp(l.open, '0') <= 0)
  const waiting = box.acts.filter((a) => a.lane === order && a.path === '/api/v1/production/issues')
  return (
    <ShopPage title={t('shop:menu.issue')} sub={order} back={() => void navigate(-1)}
      bar={list && open.length === 0 ? <BigButton kind="main" onClick={() => void navigate(at.op(order), { replace: true })}>{t('issue.goOn')}</BigButton> : undefined}
    >
      <ScanBox compact title={t('issue.scan')} hint={t('issue.hint')} busy={asking || finding} onScan={scan} />
      {card && <ShopCard><div className="kf-head"><div><h2>{card.item_name}</h2><div className="kw-meta"><span>{card.item}</span><Due date={card.due} /></div></div><div className="kf-left"><b className="num">{format(card.qty)}</b><small>{card.uom}</small></div></div></ShopCard>}
      {waiting.length > 0 && <Notice tone="amber" icon="cloud" title={t('op.waiting', { n: waiting.length })}>{waiting.map((a) => a.label).join('；')}</Notice>}
      {!list && <Wait error={error} onRetry={() => void refetch()} />}
      {list && list.lines?.length === 0 && <Notice tone="green" icon="check" title={t('issue.nothing')}>{t('issue.nothingDo')}</Notice>}
      {list && open.length === 0 && full.length > 0 && <Notice tone="green" icon="check" title={t('issue.all')} />}
      <div className="kf-grid kf-wide">
        {open.map((l) => <PickCard key={l.line} line={l} onTake={() => take(l)} onAsk={may('production.call') ? () => setStandIn({ line: l }) : undefined} />)}
        {full.map((l) => <PickCard key={l.line} line={l} />)}
      </div>
      {choice}
      {standIn && <Suspense><AskSubstitute order={order} line={standIn.line} sub={standIn.sub} onClose={() => setStandIn(undefined)} /></Suspense>}
      {/* one dialog at a time: a refusal takes the place of the quantity, which stands there again afterwards */}
      {chosen && !act.refused && !asked && <IssueSheet chosen={chosen} busy={act.busy} onClose={() => setChosen(undefined)} onSend={(q, why, unit) => void send(chosen, q, why, unit)} />}
      {asked && !act.refused && <Suspense><Vouch perm="production.over_issue" why={asked.why} text={t('material:pick.overAsk', { qty: format(asked.qty), open: format(asked.chosen.line?.open ?? '0'), uom: asked.unit.uom ?? asked.chosen.uom ?? '', name: asked.chosen.name ?? asked.chosen.code })} busy={act.busy} onClose={() => setAsked(undefined)} onGiven={(why, voucher) => void send(asked.chosen, asked.qty, why, asked.unit, voucher)} /></Suspense>}
      <Refused error={act.refused ?? unknown} order={order} sure={() => { const [c, qty, over, unit, voucher] = last.current ?? []; act.clear(); if (c && qty !== undefined) void send(c, qty, over, unit, voucher, true) }} onClose={() => { act.clear(); setUnknown(undefined) }} also={mayAsk && <BigButton kind="main" onClick={() => { setStandIn(mayAsk); setChosen(undefined); act.clear() }}>{t('material:sub.ask')}</BigButton>} />
    </ShopPage>
  )
}
