import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { serverNow } from '@/api/client'
import { showInstant } from '@/kit/dates'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { add, cmp, format, isDec, max, sub } from '@/kit/num'
import { asEntered, inOwn, useEntry } from '@/kit/units'
import { BigButton, Choices, Glyph, NumberBox, NumberPad, Notice, Sheet, ShopCard, ShopPage, useOutbox } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { useAct } from './act'
import { at, opCode } from './code'
import type { Card } from './opact'
import { ReportDone } from './ReportDone'
import { Refused } from './parts'
import { askedNow, measures, useOpFloor, type Given } from './opfloor'
import { clean, pendingOf } from './quantity'
import { withLine } from './texts'
import { UnitKeys } from './UnitKeys'

const TeamSheet = lazy(() => import('./TeamSheet'))
const DoneAt = lazy(() => withLine(import('./DoneAt')))
const ReadingSheet = lazy(() => withLine(import('./ReadingSheet'), 'lineside'))
const Draws = lazy(() => withLine(import('./Draws')))

export type Reported = Answer<'post', '/api/v1/production/reports'>
type Box = 'good' | 'scrap' | 'rework'
type Bad = Exclude<Box, 'good'>

function useReasons() {
  const { i18n } = useTranslation('floor')
  const { data } = useGet('/api/v1/production/reasons', { keep: true, staleTime: 3_600_000 })
  return (kind: Bad) => (data ?? []).filter((r) => r.kind === kind || r.kind === 'both').map((r) => ({ value: r.code, label: i18n.language === 'zh' ? r.name_zh : r.name_en }))
}

export default function ReportPage() {
  const { t } = useTranslation('floor')
  const { order = '', op = '' } = useParams()
  const navigate = useNavigate()
  const box = useOutbox()
  const { data: card } = useGet('/api/v1/production/scan', { query: { code: opCode(order, op) }, keep: true })
  const floor = useOpFloor(order, op).data // who works there, on what
  const reasons = useReasons()
  const [qty, setQty] = useState<Record<Box, string>>({ good: '', scrap: '', rework: '' })
  const [reason, setReason] = useState<Partial<Record<Bad, string>>>({})
  const [active, setActive] = useState<Box>('good')
  const [again, setAgain] = useState(false)
  const [draws, setDraws] = useState(false)
  const [team, setTeam] = useState<{ start: number; end: number; minutes?: number[] } | undefined>()
  const [teaming, setTeaming] = useState(false)
  const [doneAt, setDoneAt] = useState(0) // 0 = now
  const [timing, setTiming] = useState(false)
  const [given, setGiven] = useState<Given | undefined>()
  const [measuring, setMeasuring] = useState<Partial<Record<Bad, string>> | undefined>() // the reasons that were given before
  const [ask, setAsk] = useState<Bad | undefined>()
  const [result, setResult] = useState<Reported | 'queued' | undefined>()
  const act = useAct<Reported>()

  const uom = card?.uom
  const places = card?.decimals ?? 3
  const entry = useEntry(card?.item, { uom, places }) // good pieces may be counted by the box; scrap and rework are single pieces
  const exact = entry.own(clean(qty.good))
  const own: Record<Box, string> = { good: exact ?? '0', scrap: clean(qty.scrap), rework: clean(qty.rework) }
  const others = (k: Box) => add(...(['good', 'scrap', 'rework'] as const).filter((b) => b !== k).map((b) => own[b]))
  const left = card && max(sub(again ? card.rework : card.remaining, pendingOf(box.acts, order, op, (q, u) => (entry.units && inOwn(entry.units, q, u)) ?? q)), '0')
  const all = left && max(sub(left, others(active)), '0')
  const typed = active === 'good' ? entry.typed(all) : all
  const total = add(own.good, own.scrap, own.rework)
  const bad = cmp(add(clean(qty.scrap), clean(qty.rework)), '0') > 0 ? format(add(clean(qty.scrap), clean(qty.rework))) : ''
  const reset = () => { setQty({ good: '', scrap: '', rework: '' }); setReason({}); setActive('good'); setAgain(false); setResult(undefined); setTeam(undefined); setDoneAt(0); setGiven(undefined) }

  const crew = floor && floor.crew.length > 1 && floor.crew.every((c) => c.code) ? floor.crew : undefined
  const worked = crew && floor && floor.since_ms > 0 ? Math.round(((team?.end ?? serverNow()) - floor.since_ms) / 60_000) : 0
  const pages = measures(askedNow(floor, 'report', box.acts, order, Number(op)), { before: again ? '0' : add(floor?.pieces ?? '0', pendingOf(box.acts, order, op, (q, u) => (entry.units && inOwn(entry.units, q, u)) ?? q)), total, whole: add(own.good, own.rework) })
  const send = async (why: Partial<Record<Bad, string>>, sure = false, measured = given) => {
    const missing = (['scrap', 'rework'] as const).find((k) => cmp(clean(qty[k]), '0') > 0 && !why[k])
    if (missing) return setAsk(missing)
    if (pages.length > 0 && !measured) return setMeasuring(why)
    const body = {
      order, op: Number(op), good: clean(qty.good), ...(cmp(own.good, '0') > 0 && entry.body),
      ...(cmp(clean(qty.scrap), '0') > 0 && { scrap: clean(qty.scrap), scrap_reason: why.scrap }),
      ...(cmp(clean(qty.rework), '0') > 0 && { rework: clean(qty.rework), rework_reason: why.rework }),
      ...(again && { from_rework: true }),
      ...(sure && { confirm_short: true }),
      ...measured,
      ...(crew && { workers: crew.map((c) => c.code) }),
      ...(crew && team?.minutes?.length === crew.length && { minutes: team.minutes.map(String), start_ms: team.start }),
      ...(floor?.machine && { machine: floor.machine }),
      end_ms: crew && team?.minutes?.length === crew.length ? team.end : doneAt || serverNow(), // the pieces were finished now, whenever the report arrives
    }
    const r = await act.run({ lane: order, path: '/api/v1/production/reports', body, label: label(t, op, qty, entry.uom) })
    if (r.state === 'done') { setResult(r.data); signal('ok') }
    if (r.state === 'refused' && measured) setGiven(r.error.code.startsWith('production.reading') || r.error.code === 'production.out_of_limits' ? undefined : measured)
    if (r.state === 'queued') { setResult('queued'); signal('ok') }
  }
  if (result) return <ReportDone card={card} order={order} op={op} result={result} good={own.good} scrap={clean(qty.scrap)} onMore={reset} />
  return (
    <ShopPage title={t('report.title')} sub={`${order} · ${card ? `${card.op} ${card.name}` : op}`} back={() => void navigate(at.op(order, op), { replace: true })}
      bar={<BigButton kind="main" icon="check" busy={act.busy} disabled={exact === undefined || cmp(total, '0') <= 0} onClick={() => void send(reason)}>{cmp(own.good, '0') > 0 || cmp(total, '0') <= 0 ? t(bad ? 'report.sendBoth' : 'report.send', { qty: cmp(total, '0') > 0 ? asEntered({ entered_qty: clean(qty.good), entered_uom: entry.uom }) ?? format(own.good) : '', bad }) : t('report.sendBad')}</BigButton>}
    >
      <div className="kw-two kf-reporting">
        <div className="kf-col">
          {card ? <Head card={card} left={left ?? '0'} picture={floor?.picture} /> : <Notice tone="amber" icon="cloud" title={t('op.unseen')} />}
          {card && cmp(card.rework, '0') > 0 && (
            <div className="kf-seg"><button type="button" aria-selected={!again} onClick={() => setAgain(false)}>{t('report.fresh')}</button><button type="button" aria-selected={again} onClick={() => { setAgain(true); setQty((q) => ({ ...q, rework: '' })) }}>{t('report.again')}<em className="num">{format(card.rework)}</em></button></div>
          )}
          <div className="kf-boxes">
            <NumberBox label={t('fig.good')} value={qty.good} tone="good" uom={entry.shown} active={active === 'good'} onClick={() => setActive('good')} />
            <div className="kw-row">
              {(['scrap', 'rework'] as const).filter((k) => k === 'scrap' || !again).map((k) => (
                <NumberBox key={k} label={reason[k] && cmp(clean(qty[k]), '0') > 0 ? String(reasons(k).find((r) => r.value === reason[k])?.label ?? '') : t(`fig.${k}`)} value={qty[k]} tone={k === 'scrap' ? 'bad' : undefined} active={active === k} onClick={() => setActive(k)} />
              ))}
            </div>
          </div>
          <UnitKeys entry={entry} qty={clean(qty.good)} onChange={() => { setQty((q) => ({ ...q, good: '' })); setActive('good') }} />
        </div>
        <div className="kf-col">
          <NumberPad value={qty[active]} places={active === 'good' ? entry.places : places} all={typed} allLabel={typed && (active === 'good' ? entry.places : places) === 0 ? `${t('kit:pad.all')} ${format(typed)}` : undefined} onChange={(v) => setQty((q) => ({ ...q, [active]: v }))} />
          {crew && floor && worked > 0 && <button type="button" className="kf-row kf-tap" onClick={() => { setTeam((x) => x ?? { start: floor.since_ms, end: serverNow() }); setTeaming(true) }}><Glyph name="user" size={26} /><span>{t('report.team', { n: crew.length })}</span><b>{t(team?.minutes ? 'report.teamOwn' : 'report.teamEven', { min: worked })}</b></button>}
          {cmp(total, '0') > 0 && !team?.minutes && <button type="button" className="kf-row kf-tap" onClick={() => setTiming(true)}><Glyph name="check" size={26} /><span>{t('report.doneAt')}</span><b className="num">{doneAt ? showInstant(doneAt) : t('report.doneNow')}</b></button>}
          {cmp(total, '0') > 0 && <BigButton icon="issue" onClick={() => setDraws(true)}>{t('report.draws')}</BigButton>}
        </div>
      </div>
      <Sheet open={!!ask} title={ask ? t(`report.why.${ask}`, { qty: format(clean(qty[ask])), uom: uom ?? '' }) : ''} onClose={() => setAsk(undefined)}>
        {ask && <Choices options={reasons(ask)} value={reason[ask]} onChange={(v) => { const why = { ...reason, [ask]: v }; setReason(why); setAsk(undefined); void send(why) }} />}
        {ask && reasons(ask).length === 0 && <Notice tone="amber" icon="cloud" title={t('report.noReasons')} />}
      </Sheet>
      {measuring && <Suspense><ReadingSheet pages={pages} when="report" serials={floor?.serials} busy={act.busy} onClose={() => setMeasuring(undefined)} onDone={(g) => { setMeasuring(undefined); setGiven(g); void send(measuring, false, g) }} /></Suspense>}
      {timing && <Suspense><DoneAt value={doneAt} onClose={() => setTiming(false)} onChange={(ms) => { setDoneAt(ms); setTiming(false) }} /></Suspense>}
      {teaming && crew && team && <Suspense><TeamSheet crew={crew} all={Math.round((team.end - team.start) / 60_000)} minutes={team.minutes} onClose={() => { setTeaming(false); setTeam((x) => (x?.minutes ? x : undefined)) }} onDone={(minutes) => { setTeaming(false); setTeam(minutes && { ...team, minutes }) }} /></Suspense>}
      {draws && <Suspense><Draws order={order} op={Number(op)} good={own.good} scrap={own.scrap} rework={own.rework} onClose={() => setDraws(false)} /></Suspense>}
      <Refused error={act.refused} order={order} onClose={act.clear} sure={() => { act.clear(); void send(reason, true) }} />
    </ShopPage>
  )
}

function label(t: (k: string, o?: Record<string, unknown>) => string, op: string, qty: Record<Box, string>, uom: string): string {
  const parts = (['good', 'scrap', 'rework'] as const).filter((k) => isDec(clean(qty[k])) && cmp(clean(qty[k]), '0') > 0).map((k) => `${t(`floor:fig.${k}`)} ${format(clean(qty[k]))}${k === 'good' && uom && ` ${uom}`}`)
  return [t('floor:op.no', { op }), ...parts].join(' · ')
}

function Head({ card, left, picture }: { card: Card; left: string; picture?: string }) {
  const { t } = useTranslation('floor')
  return (
    <ShopCard>
      <div className="kf-head">{picture && picture !== '0' && <img className="kf-pic" src={`/api/v1/attachments/${picture}/file`} alt="" />}<div><h2>{card.item_name}</h2><div className="kw-meta"><span>{card.item}</span><span>{card.work_center_name}</span></div></div><div className="kf-left"><b className="num">{format(left)}</b><small>{t('fig.remaining')} {card.uom}</small></div></div>
    </ShopCard>
  )
}
