import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { call } from '@/api/client'
import { keyOf, useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { cmp, format } from '@/kit/num'
import { BigButton, Chip, Glyph, Notice, Sheet, ShopPage, toast, type ShopIcon } from '@/kit/shop'
import { colorOf, toneOf } from '@/kit/status'
import { useMay } from '@/kit/who'
import { useAct } from './act'
import { at, opCode } from './code'
import { ScanAnywhere } from './find'
import { Due, Refused, Wait } from './parts'
import { usePauseNames } from './pausenames'
import { Since } from './Since'
import { codesOf, keepStation, keptStation, nameOf, useStation, type Station } from './station'
import { actsOf, asksSetup, cardAct, tabOf, TABS, waitGroup, type CardAct, type FloorOp, type Tab } from './stationcards'
import { withLine } from './texts'
import './station.css'

const SetupSheet = lazy(() => import('./SetupSheet'))
const Vouch = lazy(() => withLine(import('./Vouch')))

const ICONS: Record<CardAct, ShopIcon> = { start: 'play', go: 'play', run: 'play', report: 'report', issue: 'issue', open: 'search' }

/** Keeps the cards of what comes next on the device, so that a traveler can be scanned without a network. */
function useKeepCards(ops: FloorOp[] | null | undefined) {
  const client = useQueryClient()
  useEffect(() => {
    let live = true
    const next = (ops ?? []).filter((o) => o.report && tabOf(o.status) !== 'waiting').slice(0, 8)
    const run = async () => {
      for (const o of next) {
        if (!live) return
        const query = { code: opCode(o.order, o.op) }
        if (o.asks) {
          const path = { order: o.order, op: o.op }
          await client.prefetchQuery({ queryKey: keyOf('/api/v1/production/floor/{order}/{op}', { path }), queryFn: () => call('GET', '/api/v1/production/floor/{order}/{op}', { path, headers: { 'X-Offline': 'keep' } }), staleTime: 60_000 })
        }
        await client.prefetchQuery({ queryKey: keyOf('/api/v1/production/scan', { query }), queryFn: () => call('GET', '/api/v1/production/scan', { query, headers: { 'X-Offline': 'keep' } }), staleTime: 60_000 })
      }
    }
    const timer = setTimeout(() => void run(), 500)
    return () => { live = false; clearTimeout(timer) }
  }, [ops, client])
}

/** What exactly an operation waits for. */
function WaitsFor({ o }: { o: FloorOp }) {
  const { t } = useTranslation('line')
  const group = waitGroup(o)
  const why = usePauseNames()
  if (o.status === 'paused') return <p className="kf-waits"><Glyph name="pause" size={22} />{t('pause.since', { why: why(o.paused) || t('pause.nowhy') })}{o.paused_ms > 0 && <> · <Since ms={o.paused_ms} /></>}</p>
  if (o.status === 'running') return <p className={`kf-waits ${o.setting_ms > 0 ? 'kf-set' : 'kf-on'}`}><Glyph name={o.setting_ms > 0 ? 'tool' : 'play'} size={22} /><span><b>{t(o.setting_ms > 0 ? 'setup.on' : 'setup.running')}</b> <Since ms={o.setting_ms || o.running_ms} />{o.crew.length > 0 && <> · {o.crew.map((c) => c.name).join('、')}</>}</span></p>
  if (!group) return null
  if (group === 'inspection') return <p className="kf-waits"><Glyph name="inspect" size={22} />{t('wait.insp')}</p>
  const before = o.prev_state || 'idle'
  if (group === 'previous') return <p className="kf-waits"><Glyph name="list" size={22} />{t('wait.prev', { op: o.prev_op, name: o.prev_name, center: o.prev_center })} {t(`wait.is.${before}`)}</p>
  return (
    <ul className="kf-waits">
      {o.missing.slice(0, 4).map((p) => <li key={p.item}><Glyph name="issue" size={22} /><span>{t('wait.part', { name: p.name, qty: format(p.missing), uom: p.uom })}<small>{cmp(p.available, '0') > 0 ? t('wait.has', { qty: format(p.available) }) : t('wait.nothing')}</small></span></li>)}
      {o.missing.length > 4 && <li><small>+ {o.missing.length - 4}</small></li>}
    </ul>
  )
}

function OpCard({ o, onMore }: { o: FloorOp; onMore: () => void }) {
  const { t } = useTranslation('line')
  const navigate = useNavigate()
  const may = useMay()
  const act = cardAct(o, may)
  const start = useAct<Answer<'post', '/api/v1/production/starts'>>()
  const [vouching, setVouching] = useState<string | undefined>()
  const [asking, setAsking] = useState(false)
  const [kind, setKind] = useState<'setup' | undefined>()
  const go = async (more: { override?: string; voucher?: string; kind?: 'setup' | 'run' } = {}) => {
    if (act === 'report') return void navigate(at.report(o.order, o.op))
    if (act === 'issue') return void navigate(at.issue(o.order))
    if (act === 'open') return void navigate(at.op(o.order, o.op))
    if (o.asks && (act === 'start' || act === 'run')) return void navigate(at.op(o.order, o.op)) // where its process parameters are asked for
    if (o.tool && act !== 'run') return void navigate(at.op(o.order, o.op)) // where its tool is scanned
    if (!more.kind && act !== 'run' && asksSetup(o)) return setAsking(true)
    setAsking(false)
    const setup = more.kind === 'setup'
    setKind(setup ? 'setup' : undefined)
    const r = await start.run({ lane: o.order, path: '/api/v1/production/starts', body: { order: o.order, op: o.op, ...more, kind: setup ? 'setup' : 'run' }, label: t(setup ? 'floor:outbox.setup' : 'floor:outbox.start', { op: o.op, name: o.name }) })
    if (r.state === 'done') toast(t(setup ? 'floor:done.setup' : act === 'run' ? 'floor:done.run' : 'floor:done.start'))
    if (r.state === 'queued') toast(t('floor:done.queued'), 'amber')
  }
  const waiting = o.status === 'waiting_previous'
  return (
    <section className="kf-station" style={{ borderLeftColor: colorOf(o.late ? 'red' : toneOf(o.status)) }}>
      <button type="button" className="kf-stationbody" onClick={() => void navigate(at.op(o.order, o.op))}>
        {o.picture !== '0' && <img src={`/api/v1/attachments/${o.picture}/file`} alt="" loading="lazy" />}
        <div>
          <div className="kf-top"><b className="kf-no">{o.order}</b><Chip status={o.status} word={o.setting_ms > 0 ? t('setup.on') : undefined} />{o.rush && <Chip status="warning" word={t('mark.rush')} />}{o.late && <Chip status="late" word={t('mark.late')} />}{o.call && <Chip status={o.blocked ? 'stopped' : 'called'} word={t(o.blocked ? 'mark.blocked' : 'mark.call')} />}</div>
          <h3>{o.item_name}</h3>
          <div className="kf-meta"><span>{o.op} {o.name}</span><Due date={o.due} late={o.late} />{!o.report && <span>{t('floor:op.noPoint')}</span>}</div>
        </div>
        <div className="kf-left"><b className="num">{format(waiting ? o.order_qty : o.left)}</b><small>{t(waiting ? 'card.all' : 'card.left')} {o.uom}</small></div>
      </button>
      <WaitsFor o={o} />
      <footer>
        {actsOf(o, may).length > 0 && <button type="button" className="kf-dots" aria-label={t('card.more')} onClick={onMore}><Glyph name="more" /></button>}
        <BigButton kind={act === 'open' ? 'plain' : 'main'} icon={ICONS[act]} busy={start.busy} disabled={o.blocked && (act === 'start' || act === 'go' || act === 'run' || act === 'report')} onClick={() => void go()}>{t(`card.${act}`)}</BigButton>
      </footer>
      <Refused error={start.refused} order={o.order} onClose={start.clear} allow={() => { setVouching(start.refused?.message ?? ''); start.clear() }} />
      {vouching !== undefined && <Suspense><Vouch text={vouching} busy={start.busy} onClose={() => setVouching(undefined)} onGiven={(override, voucher) => { setVouching(undefined); void go({ override, voucher, kind: kind ?? 'run' }) }} /></Suspense>}
      {asking && <Suspense><SetupSheet norm={o.setup_ms} busy={start.busy} onClose={() => setAsking(false)} onChoose={(k) => void go({ kind: k })} /></Suspense>}
    </section>
  )
}

function Bind({ mine, enrolled, onDone, back }: { mine: Station[]; enrolled: boolean; onDone: (s: Station[]) => void; back: string | (() => void) }) {
  const { t } = useTranslation('line')
  const may = useMay()
  const [chosen, setChosen] = useState(mine)
  const { data, error, refetch } = useGet('/api/v1/masterdata/work-centers', { query: { limit: 200, sort: 'code', filter: ['status:eq:active'] }, keep: true })
  const bind = useSend('post', '/api/v1/production/my-station')
  const fixed = enrolled && !may('production.station')
  const save = () => {
    if (!enrolled) { keepStation(chosen); return onDone(chosen) }
    bind.mutate({ body: { centers: chosen.map((c) => c.code) } }, { onSuccess: () => { keepStation(chosen); toast(t('bind.done')); onDone(chosen) } })
  }
  const toggle = (s: Station) => setChosen((c) => (c.some((x) => x.code === s.code) ? c.filter((x) => x.code !== s.code) : [...c, s]))
  return (
    <ShopPage title={t('bind.title')} sub={t('bind.sub')} back={back} bar={!fixed && <BigButton kind="main" icon="check" busy={bind.isPending} disabled={chosen.length === 0} onClick={save}>{t('bind.save', { n: chosen.length })}</BigButton>}>
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {fixed && <Notice tone="amber" icon="alert" title={t('bind.fixed')}>{t('bind.fixedDo')}</Notice>}
      {data?.items?.length === 0 && <Notice title={t('floor:station.noCenters')}>{t('floor:station.noCentersDo')}</Notice>}
      <div className="kf-grid">
        {data?.items?.map((w) => { const on = chosen.some((c) => c.code === w.code); return <button key={w.code} type="button" className="kf-pick" disabled={fixed} aria-pressed={on} onClick={() => toggle({ code: w.code, name: w.name })}><b>{on && '✓ '}{w.name}</b><small>{w.code}</small></button> })}
      </div>
      <Refused error={bind.error} onClose={() => bind.reset()} />
    </ShopPage>
  )
}

export default function StationPage() {
  const { t } = useTranslation('line')
  const navigate = useNavigate()
  const may = useMay()
  const [search, setSearch] = useSearchParams()
  const { mine: bound, enrolled, device } = useStation()
  const [mine, setMine] = useState<Station[] | undefined>()
  const [choosing, setChoosing] = useState(false)
  const [tab, setTab] = useState<Tab>('ready')
  const [more, setMore] = useState<FloorOp | undefined>()
  const stations = mine ?? bound
  const codes = search.get('at') ?? codesOf(stations)
  const { data, error, refetch } = useGet('/api/v1/production/floor', { query: { at: codes }, enabled: !!codes, keep: true, live: ['inventory.', 'quality.'] })
  useKeepCards(data?.ops)
  if (!codes || choosing) {
    return <Bind mine={stations.length ? stations : keptStation()} enrolled={enrolled} back={codes ? () => setChoosing(false) : '/m'} onDone={(s) => { setMine(s); setChoosing(false); if (search.has('at')) setSearch({}, { replace: true }) }} />
  }
  const list = (data?.ops ?? []).filter((o) => tabOf(o.status) === tab)
  const count: Record<Tab, number | undefined> = { ready: data?.ready, running: data?.running, waiting: data?.waiting }
  const groups = tab === 'waiting' ? (['material', 'inspection', 'previous'] as const).map((g) => ({ key: g as string, title: t(`wait.${g}`), ops: list.filter((o) => waitGroup(o) === g) })).filter((g) => g.ops.length) : [{ key: tab as string, title: '', ops: list }]
  return (
    <ShopPage title={codes === 'all' ? t('bind.everywhere') : data ? nameOf(data.centers) : nameOf(stations) || codes} sub={enrolled && device ? t('bind.server', { device }) : codes === 'all' ? undefined : codes} back="/m">
      <ScanAnywhere />
      <div className="kf-seg" role="tablist">
        {TABS.map((k) => <button key={k} type="button" role="tab" aria-selected={k === tab} onClick={() => setTab(k)}>{t(`tab.${k}`)}<em className="num">{count[k] ?? ''}</em></button>)}
      </div>
      {!!data?.calls && <button type="button" className="kf-row kf-tap kf-callrow" onClick={() => void navigate(at.calls)}><Glyph name="alert" /><span>{t('call.openHere')}</span><b className="num">{data.calls}</b></button>}
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {data && list.length === 0 && <Notice icon="check" title={t(`none.${tab}`)}>{t('noneDo')}</Notice>}
      {groups.map((g) => g.ops.length > 0 && (
        <section key={g.key} className="kf-col">
          {g.title && <h3 className="kf-h3">{g.title} <span className="num">{g.ops.length}</span></h3>}
          <div className="kf-grid kf-wide">{g.ops.map((o) => <OpCard key={o.id} o={o} onMore={() => setMore(o)} />)}</div>
        </section>
      ))}
      {data?.more && <Notice tone="blue" title={t('bind.more')} />}
      <div className="kf-foot">
        <BigButton small icon="list" onClick={() => setChoosing(true)}>{t('bind.change')}</BigButton>
        {may('production.report') && <BigButton small icon="user" onClick={() => void navigate('/m/handover')}>{t('hand.title')}</BigButton>}
      </div>
      <Sheet open={!!more} title={more ? `${more.order} · ${more.op} ${more.name}` : ''} onClose={() => setMore(undefined)}>
        {more && actsOf(more, may).map((a) => <BigButton key={a.text} icon={a.icon} onClick={() => void navigate(a.to)}>{t(a.text)}</BigButton>)}
      </Sheet>
    </ShopPage>
  )
}
