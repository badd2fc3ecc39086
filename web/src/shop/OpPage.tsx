import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { cmp } from '@/kit/num'
import { BigButton, BigProgress, Chip, Glyph, Notice, Sheet, ShopCard, ShopPage, toast, useOutbox, type ShopIcon } from '@/kit/shop'
import { useMay } from '@/kit/who'
import { useAct } from './act'
import { at, opCode } from './code'
import { askedNow, measures, useOpFloor, type Given } from './opfloor'
import { resolve, ScanAnywhere, useFind, type Resolved } from './find'
import { mainAct, nextOp, previousOp, type Card, type MainAct } from './opact'
import { Materials, OpStrip, Reports } from './opparts'
import { Due, Figures, Refused, Wait } from './parts'
import { settingAfter, statusAfter } from './quantity'
import { Since } from './Since'
import { asksSetup } from './stationcards'
import { withLine } from './texts'

const ScanSheet = lazy(() => import('./ScanSheet').then((m) => ({ default: m.ScanSheet })))
const OpLife = lazy(() => withLine(import('./OpLife')))
const ReadingSheet = lazy(() => withLine(import('./ReadingSheet'), 'lineside'))
const SetupSheet = lazy(() => withLine(import('./SetupSheet')))
const PauseSheet = lazy(() => withLine(import('./PauseSheet')))
const Vouch = lazy(() => withLine(import('./Vouch')))
const ScanSheetAt = lazy(() => withLine(import('./AtOp')))

interface Start { reason?: string; tool?: string; override?: string; voucher?: string; kind?: 'setup' | 'run' }
const ICONS: Partial<Record<MainAct, ShopIcon>> = { start: 'play', resume: 'play', run: 'play', report: 'report', issue: 'issue', inspect: 'inspect', receive: 'box' }
const MATERIAL = /^KW:(LOT|SN|ITM):/
const OURS = /^KW:(WO|OP|LOC|SHP|SO):/

/** What is known of an order that this device has never seen, while the network is gone: its number, and reporting. */
function Unseen({ order, op, error, retry }: { order: string; op?: string; error: Error | null; retry: () => void }) {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const may = useMay()
  const gone = useNetworkLost()
  const lost = !!error && gone
  return (
    <ShopPage title={order} sub={op && t('op.no', { op })} back="/m" bar={lost && op && may('production.report') ? <BigButton kind="main" icon="report" onClick={() => void navigate(at.report(order, op))}>{t('act.report')}</BigButton> : undefined}>
      <ScanAnywhere />
      <Wait error={error} onRetry={retry}>{lost && op && <Notice tone="amber" icon="cloud" title={t('op.unseen')}>{t('op.unseenDo')}</Notice>}</Wait>
    </ShopPage>
  )
}
const useNetworkLost = () => { const box = useOutbox(); return !box.reachable || !navigator.onLine }

function Bar({ card, act, onStart, onPause, onMore, busy, stopped }: { stopped?: boolean; card: Card; act?: MainAct; onStart: () => void; onPause: () => void; onMore?: () => void; busy: boolean }) {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const may = useMay()
  const go: Record<MainAct, () => void> = {
    start: onStart, resume: onStart, run: onStart,
    report: () => void navigate(at.report(card.order, card.op)),
    issue: () => void navigate(at.issue(card.order)),
    previous: () => void navigate(at.op(card.order, previousOp(card))),
    next: () => void navigate(at.op(card.order, nextOp(card))),
    inspect: () => void navigate(`/m/inspect?q=${encodeURIComponent(card.order)}`),
    receive: () => void navigate(at.receive(card.order)),
  }
  return (
    <>
      {card.status === 'running' && may('production.report') && <BigButton icon="pause" busy={busy} onClick={onPause}>{t('act.pause')}</BigButton>}
      {onMore && (card.status === 'running' ? <button type="button" className="kf-moredots" aria-label={t('act.more')} onClick={onMore}><Glyph name="more" /></button> : <BigButton icon="more" onClick={onMore}>{t('act.more')}</BigButton>)}
      {act && <BigButton kind="main" icon={ICONS[act]} busy={busy} disabled={stopped && ['start', 'resume', 'run', 'report'].includes(act)} onClick={go[act]}>{t(`act.${act}`, { op: act === 'next' ? nextOp(card) : previousOp(card) })}</BigButton>}
    </>
  )
}

export default function OpPage() {
  const { t } = useTranslation('floor')
  const { order = '', op } = useParams()
  const navigate = useNavigate()
  const may = useMay()
  const box = useOutbox()
  const [more, setMore] = useState(false)
  const [tooling, setTooling] = useState(false)
  const [asking, setAsking] = useState(false)
  const [work, setWork] = useState<'setup' | 'run' | undefined>()
  const [measuring, setMeasuring] = useState<Start | undefined>()
  const [given, setGiven] = useState<Given | undefined>()
  const [pausing, setPausing] = useState(false)
  const [vouching, setVouching] = useState<string | undefined>()
  const [tool, setTool] = useState('')
  const [machine, setMachine] = useState('')
  const [badge, setBadge] = useState<Resolved | undefined>()
  const { find, choice } = useFind()
  const { data: read, error, refetch } = useGet('/api/v1/production/scan', { query: { code: opCode(order, op) }, keep: true, live: ['quality.'] })
  const floor = useOpFloor(order, read?.op, !!read).data
  const card = read && { ...read, status: statusAfter(box.acts, read.order, read.op, read.status), setting_ms: settingAfter(box.acts, read.order, read.op, read.setting_ms) }
  const last = !!card && !nextOp(card) && cmp(card.good, '0') > 0
  const detail = useGet('/api/v1/production/orders/{number}', { path: { number: order }, enabled: last, live: ['quality.'] })
  const run = useAct<Answer<'post', '/api/v1/production/starts'>>()
  if (!card) return <Unseen order={order} op={op} error={error} retry={() => void refetch()} />

  const pages = measures(askedNow(floor, 'start', box.acts, card.order, card.op))
  const tell = async (kind: 'start' | 'pause', more: Start = {}, measured = given) => {
    const on = kind === 'start' && card.setting_ms > 0 // set up already: its tool and its skill were checked then
    if (kind === 'start' && !on && !more.kind && asksSetup(card)) return setAsking(true)
    setAsking(false)
    if (kind === 'start') setWork(more.kind)
    if (kind === 'start' && !on && card.tool && !more.tool) return setTooling(true)
    setTooling(false)
    setTool(more.tool ?? '')
    setPausing(false)
    const measures = kind === 'start' && more.kind !== 'setup' && pages.length > 0
    if (measures && !measured) return setMeasuring(more)
    const what = more.kind === 'setup' ? 'setup' : kind
    const said = on ? 'run' : what
    const r = await run.run({ lane: card.order, path: kind === 'start' ? '/api/v1/production/starts' : '/api/v1/production/pauses', body: { order: card.order, op: card.op, ...more, ...(measures && measured), ...(kind === 'start' && machine && { machine }) }, label: t(`outbox.${what}`, { op: card.op, name: card.name }) })
    if (r.state === 'done') toast(t(`done.${said}`))
    if (r.state === 'queued') toast(t('done.queued'), 'amber')
    setGiven(r.state === 'refused' && r.error.code === 'production.skill_missing' ? measured : undefined) // somebody vouches for him: measured already
  }
  const act = mainAct(card, may, { receivable: detail.data?.receivable, waiting: detail.data?.waiting_inspection })
  const waiting = box.acts.filter((a) => a.lane === card.order || a.lane.startsWith(`${card.order} · `))
  const others = [
    act !== 'report' && card.report && may('production.report') && ['ready', 'paused', 'waiting_material', 'running'].includes(card.status) && { to: at.report(card.order, card.op), text: 'report' as const },
    card.report && card.setup_ms > 0 && !asksSetup(card) && may('production.report') && ['ready', 'paused'].includes(card.status) && { do: () => void tell('start', { kind: 'setup' }), text: 'setup' as const },
    act !== 'issue' && may('production.issue') && card.material.some((m) => m.issue === 'pick') && { to: at.issue(card.order), text: 'issue' as const },
    may('production.issue') && card.material.some((m) => cmp(m.wip, '0') > 0 || m.issue === 'backflush') && { to: at.giveBack(card.order), text: 'giveBack' as const },
    may('production.call') && { to: at.call(card.order, card.op), text: 'call' as const },
    act !== 'receive' && may('production.receive') && cmp(detail.data?.receivable ?? '0', '0') > 0 && { to: at.receive(card.order), text: 'receive' as const },
  ].filter((x) => x !== false)
  const state = card.status === 'hold' ? (floor?.held_ms ? undefined : 'hold') : card.order_status === 'planned' || card.order_status === 'cancelled' || card.order_status === 'closed' ? card.order_status : undefined
  // a code scanned at an operation is for this operation: material is issued, a badge joins, a machine is set
  const scanned = (code: string): boolean => {
    if (state) return false
    if (MATERIAL.test(code) && may('production.issue')) { void navigate(at.issue(card.order, code)); return true }
    if (OURS.test(code)) return false
    void resolve(code, card.order, card.op).then((r) => {
      if (r.use === 'issue' && may('production.issue')) return void navigate(at.issue(card.order, r.code))
      if (r.use === 'machine') setMachine(r.title)
      if (r.use === 'machine' || r.use.startsWith('wrong') || r.use === 'tool' || (r.use === 'join' && may('production.report'))) return setBadge(r)
      find(code)
    }, () => find(code))
    return true
  }
  return (
    <ShopPage title={t('op.title')} sub={card.work_center_name || undefined} back={() => void navigate(-1)}
      bar={!state && (act || others.length > 0) ? <Bar card={card} act={act} stopped={floor?.blocked} busy={run.busy} onStart={() => void tell('start')} onPause={() => setPausing(true)} onMore={others.length ? () => setMore(true) : undefined} /> : undefined}
    >
      <ScanAnywhere onScan={scanned} />
      {choice}
      {state && <Notice tone="amber" icon="alert" title={t(`op.is.${state}`)}>{t(`op.isDo.${state}`)}</Notice>}
      {waiting.length > 0 && <Notice tone={waiting.some((a) => a.state === 'parked') ? 'red' : 'amber'} icon="cloud" title={t('op.waiting', { n: waiting.length })}>{waiting.map((a) => a.label).join('；')}</Notice>}
      <div className="kw-two">
        <div className="kf-col">
          <ShopCard>
            <div className="kw-no"><span>{card.order}</span><Chip status={card.status} word={card.setting_ms > 0 ? t('op.setting') : undefined} />{card.priority <= 2 && <Chip status="warning" word={t('op.urgent')} />}</div>
            <div className="kf-pictured"><div><h2>{card.item_name}</h2>
            <div className="kw-meta"><span>{card.item}</span>{card.spec && <span>{card.spec}</span>}<Due date={card.due} /></div></div>{floor && floor.picture !== '0' && <img src={`/api/v1/attachments/${floor.picture}/file`} alt={card.item_name} />}</div>
            <div className="kf-op"><b>{card.op}</b><span>{card.name}</span>{card.setting_ms > 0 ? <small className="kf-setting">{t('op.setting')} · <Since ms={card.setting_ms} /></small> : card.running_ms > 0 && <small>{card.started_by} · <Since ms={card.running_ms} /></small>}</div>
            <BigProgress done={card.good} total={card.qty} uom={card.uom} />
            <Figures items={[
              { label: t('fig.remaining'), value: card.remaining },
              { label: t('fig.good'), value: card.good, tone: 'good' },
              { label: t('fig.scrap'), value: card.scrap, ...(cmp(card.scrap, '0') > 0 ? { tone: 'bad' as const } : {}) },
              ...(cmp(card.rework, '0') > 0 ? [{ label: t('fig.rework'), value: card.rework, tone: 'warn' as const }] : []),
            ]} />
          </ShopCard>
          <OpStrip card={card} />
          {!card.report && <Notice tone="blue" icon="alert" title={t('op.noPoint')}>{nextOp(card) ? t('op.noPointDo', { op: nextOp(card) }) : ''}</Notice>}
        </div>
        <div className="kf-col">
          {!state && card.report && <Suspense><OpLife order={card.order} op={card.op} name={card.name} running={card.status === 'running'} machine={machine} /></Suspense>}
          <Materials card={card} />
          <Reports card={card} />
        </div>
      </div>
      <Sheet open={more} title={t('act.more')} onClose={() => setMore(false)}>
        {others.map((o) => <BigButton key={o.text} icon={o.text === 'giveBack' ? 'undo' : o.text === 'call' ? 'alert' : o.text === 'setup' ? 'tool' : ICONS[o.text]} onClick={() => { if (o.text === 'setup') { setMore(false); o.do() } else void navigate(o.to) }}>{t(`act.${o.text}`)}</BigButton>)}
      </Sheet>
      {tooling && <Suspense><ScanSheet open title={t('op.tool', { tool: card.tool })} hint={card.tool} onScan={(code) => void tell('start', { tool: code, kind: work ?? 'run' })} onClose={() => setTooling(false)} /></Suspense>}
      {asking && <Suspense><SetupSheet norm={card.setup_ms} busy={run.busy} onClose={() => setAsking(false)} onChoose={(k) => void tell('start', { kind: k })} /></Suspense>}
      {measuring && <Suspense><ReadingSheet pages={pages} when="start" busy={run.busy} onClose={() => setMeasuring(undefined)} onDone={(g) => { setMeasuring(undefined); void tell('start', { ...measuring, kind: 'run' }, g) }} /></Suspense>}
      {pausing && <Suspense><PauseSheet busy={run.busy} onClose={() => setPausing(false)} onChoose={(r) => void tell('pause', { reason: r })} /></Suspense>}
      {badge && <Suspense><ScanSheetAt found={badge} order={card.order} op={card.op} name={card.name} running={card.status === 'running'} machine={machine} onClose={() => setBadge(undefined)} /></Suspense>}
      <Refused error={run.refused} order={card.order} onClose={run.clear} allow={() => { setVouching(run.refused?.message ?? ''); run.clear() }} />
      {vouching !== undefined && <Suspense><Vouch text={vouching} busy={run.busy} onClose={() => setVouching(undefined)} onGiven={(override, voucher) => { setVouching(undefined); void tell('start', { override, voucher, kind: work ?? 'run', ...(tool && { tool }) }) }} /></Suspense>}
    </ShopPage>
  )
}
