import { AimOutlined, DiffOutlined, ExperimentOutlined, PrinterOutlined, QuestionCircleOutlined, RedoOutlined, SearchOutlined, UndoOutlined, UnorderedListOutlined, ZoomInOutlined, ZoomOutOutlined } from '@ant-design/icons'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Input, Popover, Segmented, Select, Tooltip } from 'antd'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useNavigate, useSearchParams } from 'react-router'
import { call } from '@/api/client'
import { ApiError, messageOf } from '@/api/errors'
import { keyOf, refreshRoom, useGet, useSend } from '@/api/hooks'
import { Chip } from '@/kit/Chip'
import { useConfirm } from '@/kit/crud'
import { addDays, dayOf, showTime, startOf } from '@/kit/dates'
import { format } from '@/kit/num'
import { useMay } from '@/kit/who'
import { Board, type BoardHandle } from './gantt/Board'
import { ZOOMS, type Move, type Zoom } from './gantt/chart'
import type { Day, Scene } from './gantt/draw'
import { FactsOf } from './gantt/Facts'
import { Impact } from './gantt/Impact'
import { Legend } from './gantt/Legend'
import { applied, awayOf, chainOf, differs, lastOf, layout, loadOf, merge, movable, opText, pinKey, pinOf, stopsOf, type Bar, type By, type Change, type Draft, type Gantt } from './gantt/model'
import { draftName } from './names'
import { changeKey, tryOnly } from './gantt/words'
import '@/kit/crud/crud.css'
import './scheduling.css'

const WhatIf = lazy(() => import('./gantt/WhatIf')) // with its calendars, when somebody asks
const GANTT = '/api/v1/scheduling/gantt'
const PREVIEW = '/api/v1/scheduling/preview'
const MINUTE = 60_000

/** What every machine does and when; what changes would do; and drafts, over the live schedule. */
export default function GanttPage() {
  const [params] = useSearchParams()
  const run = params.get('run') ?? ''
  const live = useGet(GANTT, { live: ['production.', 'masterdata.'] })
  const [gone, setGone] = useState('') // published or dropped here: it is no draft any more, so it is not asked for again
  useEffect(() => setGone(''), [run])
  const draft = useGet(GANTT, { query: { run }, enabled: !!run && run !== gone })
  const { t } = useTranslation('scheduling')
  const bad = run ? draft.error : live.error
  if (bad && !(run ? draft.data : live.data)) {
    return (
      <div className="kw-none kw-loaded" role="alert"><b>{t(run ? 'draft.gone' : 'kit:list.failed')}</b><span>{messageOf(bad)}</span>
        {run ? <Link to="/scheduling/board"><Button type="primary">{t('draft.toLive')}</Button></Link> : <Button onClick={() => void live.refetch()}>{t('kit:retry')}</Button>}
      </div>
    )
  }
  if (live.data && live.data.run === '0') return <div className="kw-none kw-loaded"><b>{t('none.title')}</b><span>{t('none.text')}</span><Link to="/scheduling/run"><Button type="primary">{t('menu.run')}</Button></Link></div>
  if (!live.data || (run && !draft.data)) return <div className="ap-page" aria-busy="true" />
  return <GanttOf key={run} live={live.data} draft={run ? draft.data : undefined} onGone={() => setGone(run)} />
}

interface Steps { list: Change[][]; at: number; base: string }
const REST: Steps = { list: [], at: 0, base: '' }

function GanttOf({ live, draft, onGone }: { live: Gantt; draft: Gantt | undefined; onGone: () => void }) {
  const { t } = useTranslation('scheduling')
  const { message } = App.useApp()
  const may = useMay()
  const ask = useConfirm()
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams()
  const by = (['machine', 'order', 'worker'].includes(params.get('by') ?? '') ? params.get('by') : 'machine') as By
  const set = (k: string, v: string) => setParams((p) => { if (v) p.set(k, v); else p.delete(k); return p }, { replace: true })
  const handle = useRef<BoardHandle>(null)
  const find = useRef<HTMLElement>(null)
  const [zoom, setZoom] = useState<Zoom>(() => (params.get('zoom')! in ZOOMS ? (params.get('zoom') as Zoom) : 'shifts'))
  const [q, setQ] = useState('')
  const [hit, setHit] = useState(-1)
  const [sel, setSel] = useState<ReadonlySet<string>>(() => new Set())
  const brought = (useLocation().state as { changes?: Change[] } | null)?.changes // of a draft, to be tried on the live schedule
  const [steps, setSteps] = useState<Steps>(() => (brought?.length && !draft ? { list: [brought], at: 1, base: live.run } : REST))
  const [asking, setAsking] = useState(false)
  const [everAsked, setEverAsked] = useState(false)
  if (asking && !everAsked) setEverAsked(true)
  const [center, setCenter] = useState('')
  const [asked, setAsked] = useState(0)
  const facts = useRef<HTMLDivElement>(null)
  useEffect(() => { if (asked > 0) facts.current?.scrollIntoView?.({ block: 'start' }) }, [asked]) // what was asked for comes into sight, under the consequences
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => { // the red line moves
    const timer = setInterval(() => setNow(Date.now()), MINUTE)
    return () => clearInterval(timer)
  }, [])
  const g = draft ?? live
  const edit = may('scheduling.run') && !draft

  // ── what is tried ──────────────────────────────────────────────────────────
  const changes = useMemo(() => merge(steps.list.slice(0, steps.at).flat()), [steps])
  const push = (more: Change[]) => setSteps((s) => ({ list: [...s.list.slice(0, s.at), more], at: s.at + 1, base: s.at === 0 ? live.run : s.base }))
  const undo = steps.at > 0 ? () => setSteps((s) => ({ ...s, at: s.at - 1 })) : undefined
  const redo = steps.at < steps.list.length ? () => setSteps((s) => ({ ...s, at: s.at + 1, base: s.at === 0 ? live.run : s.base })) : undefined
  const without = (gone: (c: Change) => boolean) => setSteps((s) => { const list = s.list.slice(0, s.at).map((l) => l.filter((c) => !gone(c))).filter((l) => l.length > 0); return { ...s, list, at: list.length } })
  const take = (c: Change) => without((x) => changeKey(x) === changeKey(c))
  const body = { site: live.site, live: steps.base, changes }
  const preview = useQuery<Draft>({
    queryKey: keyOf(PREVIEW, { query: { of: JSON.stringify(body) } }),
    queryFn: ({ signal }) => call<Draft>('POST', PREVIEW, { body, signal }),
    enabled: edit && changes.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 60_000,
    gcTime: 60_000,
  })
  // the server reads the schedule anew, where something has changed in it, while the bar is still in the air
  const ready = () => { if (edit) void call('POST', PREVIEW, { body: { site: live.site, live: steps.at > 0 ? steps.base : live.run, changes: [] } }).catch(() => undefined) }
  const tried = changes.length > 0 ? preview.data : undefined
  const settled = !preview.isPlaceholderData
  const shown = useMemo(() => {
    if (draft) { const d = differs(live.bars, draft.bars); return { bars: draft.bars, ...d } }
    const a = applied(live.bars, tried, live.machines)
    if (changes.length > 0 && !settled) { // until the answer is here, what was dropped lies where it was dropped
      const pins = new Map(changes.filter((c) => c.kind === 'pin').map((c) => [pinKey(c), c]))
      const centers = new Map(live.machines.map((m) => [m.machine, m.work_center]))
      a.bars = a.bars.map((b) => { const p = pins.get(pinKey(b)); return p?.from_ms ? { ...b, machine: p.machine ?? b.machine, work_center: centers.get(p.machine ?? '') ?? b.work_center, start_ms: p.from_ms, end_ms: p.from_ms + b.end_ms - b.start_ms } : b })
    }
    return { ...a, ends: tried?.ends ?? [] }
  }, [draft, live, tried, changes, settled])
  const stale = preview.error instanceof ApiError && preview.error.code === 'scheduling.published'

  // ── what is seen ───────────────────────────────────────────────────────────
  const home = useMemo(() => new Map(live.bars.map((b) => [b.id, b])), [live])
  const bars = useMemo(() => new Map(shown.bars.map((b) => [b.id, b])), [shown])
  const stops = useMemo(() => stopsOf(g.told, draft ? draft.changes : changes), [g, draft, changes])
  const away = useMemo(() => awayOf(g.people), [g])
  const byMachine = useMemo(() => layout(g.machines, shown.bars, 'machine', ''), [g, shown])
  const rows = useMemo(() => (by === 'machine' ? byMachine : layout(g.machines, shown.bars, by, t('gantt.nobody'), g.people)), [by, byMachine, g, shown, t])
  const days = useMemo(() => {
    const out: Day[] = []
    let week = ((new Date(`${dayOf(g.from_ms)}T12:00:00Z`).getUTCDay() + 6) % 7) + 1
    for (let date = dayOf(g.from_ms), ms = startOf(date); ms < g.to_ms;) {
      const next = addDays(date, 1)
      const to = startOf(next)
      out.push({ ms, to, date, week })
      week = (week % 7) + 1
      date = next
      ms = to
    }
    return out
  }, [g.from_ms, g.to_ms])
  const one = sel.size === 1 ? bars.get([...sel][0]!) : undefined
  const centers = useMemo(() => [...new Map(g.machines.map((m) => [m.work_center, m.work_center_name])).entries()], [g])
  const busiest = useMemo(() => {
    const sum = new Map<string, number>()
    for (const b of shown.bars) sum.set(b.work_center, (sum.get(b.work_center) ?? 0) + b.end_ms - b.start_ms)
    const per = (c: string) => (sum.get(c) ?? 0) / Math.max(1, g.machines.filter((m) => m.work_center === c).length)
    return centers.map(([c]) => c).sort((a, b) => per(b) - per(a))[0] ?? ''
  }, [shown, g, centers])
  const loaded = center || one?.work_center || busiest
  const load = useMemo(() => ({ center: loaded, days: loadOf(g, byMachine.rows, loaded, days, stops) }), [g, byMachine, loaded, days, stops])
  const chain = useMemo(() => {
    if (!one) return []
    const from = one.late_ms > 0 ? lastOf(bars.values(), one.order) ?? one : one // what makes the order late ends at its last bar
    return chainOf(bars, from.id).map((b) => b.id)
  }, [bars, one])
  const text = q.trim().toLowerCase()
  const matches = useMemo(() => (text ? (b: Bar) => `${b.order} ${b.item} ${b.item_name} ${b.name} ${b.machine} ${b.worker ?? ''}`.toLowerCase().includes(text) : undefined), [text])
  const scene = useMemo<Scene>(() => ({
    g, layout: rows, by, stops, away, days, now, freeze: live.freeze_ms, sel, order: one?.order, chain, chainLate: !!one && one.late_ms > 0,
    ghosts: shown.ghosts, moved: shown.moved, worse: new Set(shown.ends.filter((e) => e.late_is_ms > e.late_was_ms).map((e) => e.order)), saved: new Set(shown.ends.filter((e) => e.late_is_ms < e.late_was_ms).map((e) => e.order)), match: matches, load,
  }), [g, rows, by, stops, away, days, now, live.freeze_ms, sel, one, chain, shown, matches, load])
  const first = useMemo(() => Math.max(Date.now(), live.bars.find((b) => b.start_ms > 0)?.start_ms ?? 0) - 3_600_000, [live])

  // ── acts ───────────────────────────────────────────────────────────────────
  const pick = (ids: string[], add: boolean) => {
    setAsked((n) => n + 1)
    setSel((old) => {
      if (!add) return new Set(ids)
      const next = new Set(old)
      for (const id of ids) if (next.has(id) && ids.length === 1) next.delete(id); else next.add(id)
      return next
    })
  }
  const goTo = (id: string) => { pick([id], false); handle.current?.show(id) }
  const goToOrder = (order: string) => { const b = lastOf(bars.values(), order); if (b) goTo(b.id) }
  const move = (moves: Move[]) => { setSel(new Set(moves.map((m) => m.bar.id))); push(moves.map((m) => pinOf(m.bar, m.machine, m.from))) }
  const chosen = [...sel].map((id) => bars.get(id)).filter((b): b is Bar => !!b)
  const isTried = (b: Bar) => changes.find((c) => c.kind === 'pin' && pinKey(c) === pinKey(b))
  const end = useSend('post', '/api/v1/scheduling/told/{id}/end')
  const pin = async (on: boolean) => {
    if (!edit) return
    const list = chosen.filter(movable)
    if (on) {
      const open = list.filter((b) => !isTried(b) && b.state !== 'pinned')
      if (open.length > 0) push(open.map((b) => pinOf(b, b.machine, b.start_ms)))
      return
    }
    const mine = new Set(list.map(isTried).filter((c) => !!c))
    if (mine.size > 0) without((c) => c.kind === 'pin' && list.some((b) => pinKey(b) === pinKey(c)))
    const told = live.told.filter((x) => x.kind === 'pin' && list.some((b) => pinKey(b) === pinKey(x) && !isTried(b)))
    if (told.length === 0) return
    if (await ask({ title: t('pin.ask', { n: told.length }), text: t('pin.askText') }) === false) return
    try {
      for (const x of told) await end.mutateAsync({ path: { id: x.id } })
      void message.success(t('pin.ended'))
    } catch (err) { void message.error({ content: messageOf(err), duration: 8 }) }
  }
  const propose = useSend('post', '/api/v1/scheduling/drafts')
  const [sending, setSending] = useState(false)
  const client = useQueryClient()
  const act = (what: 'publish' | 'drop', id: string) => call('POST', `/api/v1/scheduling/drafts/{id}/${what}`, { path: { id } })
  const worse = shown.ends.filter((e) => e.late_is_ms > e.late_was_ms)
  const refused = (err: unknown) => void message.error({ content: messageOf(err), duration: 10 })
  const publish = async () => {
    if (await ask({ title: t('publish.ask'), text: worse.length > 0 ? t('publish.late', { n: worse.length, orders: worse.slice(0, 5).map((e) => e.order).join(', ') }) : t('publish.text'), ok: t('publish.do'), danger: worse.length > 0 }) === false) return
    setSending(true)
    try {
      const d = draft ? { id: draft.run } : await propose.mutateAsync({ body })
      try { await act('publish', d.id) } catch (err) {
        if (!draft) await act('drop', d.id).catch(() => {}) // it was made for this alone
        throw err
      }
      void message.success(t('publish.done'))
      if (draft) { onGone(); void navigate('/scheduling/board', { replace: true }) }
      setSteps(REST)
      setSel(new Set())
      setTimeout(() => void refreshRoom(client, GANTT))
    } catch (err) { refused(err); if (!draft) void preview.refetch() }
    setSending(false)
  }
  const dropDraft = async () => {
    if (!draft || await ask({ title: t('draft.dropAsk', { name: draftName(t, draft.name, draft.run) }), danger: true }) === false) return
    try { await act('drop', draft.run); onGone(); void navigate('/scheduling/drafts'); setTimeout(() => void refreshRoom(client, GANTT)) } catch (err) { refused(err) }
  }
  const goOn = () => void navigate('/scheduling/board', { state: { changes: draft?.changes } })
  const seek = () => {
    if (!matches) return
    const list = shown.bars.filter((b) => b.start_ms > 0 && matches(b))
    const next = list[(hit + 1) % Math.max(1, list.length)]
    if (!next) { void message.info(t('gantt.nothing', { q })); return }
    setHit((hit + 1) % list.length)
    goTo(next.id)
  }
  const acts = useRef({ undo, redo })
  acts.current = { undo, redo }
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const el = e.target as HTMLElement
      if (/^(INPUT|TEXTAREA)$/.test(el.tagName) || document.querySelector('.ant-drawer-open')) return
      const z = (e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'z'
      if (z && !e.shiftKey) acts.current.undo?.()
      else if ((z && e.shiftKey) || ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'y')) acts.current.redo?.()
      else if (e.key === '/' && !e.ctrlKey) find.current?.querySelector('input')?.focus()
      else return
      e.preventDefault()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])

  const movedBars = shown.bars.filter((b) => shown.moved.has(b.id)).sort((a, b) => a.start_ms - b.start_ms)
  const older = !!draft && draft.live !== live.run
  const impact = draft
    ? (
        <Impact title={t('draft.title', { name: draftName(t, draft.name, draft.run) })} busy={false} changes={draft.changes} was={live.figures} is={draft.figures} moved={movedBars} ends={shown.ends} onOrder={goToOrder} onBar={goTo}
          alert={older && <Alert type="warning" showIcon title={t('stale.draft')} description={t('stale.draftText', { by: live.by ?? '', at: live.made_ms ? showTime(live.made_ms) : '' })} />}
          actions={(
            <>
              <Link to="/scheduling/board"><Button>{t('draft.toLive')}</Button></Link>
              {may('scheduling.run') && <><Button onClick={goOn}>{t('draft.goOn')}</Button><Button danger onClick={() => void dropDraft()}>{t('draft.drop')}</Button>
                <Button type="primary" disabled={older || draft.changes.some(tryOnly)} title={older ? t('stale.draft') : undefined} loading={sending} onClick={() => void publish()}>{t('publish.do')}</Button></>}
            </>
          )} />
      )
    : changes.length > 0 && (
        <Impact title={t('impact.title')} busy={preview.isFetching} changes={changes} was={tried?.was ?? live.figures} is={tried?.is} moved={movedBars} ends={shown.ends} onDrop={take} onOrder={goToOrder} onBar={goTo} undo={undo} redo={redo}
          alert={stale
            ? <Alert type="warning" showIcon title={t('stale.title')} description={<>{messageOf(preview.error)}<div className="ap-acts"><Button size="small" type="primary" onClick={() => setSteps((s) => ({ ...s, base: live.run }))}>{t('stale.again')}</Button><Button size="small" onClick={() => setSteps(REST)}>{t('impact.discard')}</Button></div></>} />
            : preview.error && <Alert type="error" showIcon title={messageOf(preview.error)} action={undo && <Button size="small" onClick={undo}>{t('gantt.undo')}</Button>} />}
          actions={(
            <>
              <Button onClick={() => setSteps(REST)}>{t('impact.discard')}</Button>
              <Button onClick={() => setAsking(true)}>{t('draft.keep')}</Button>
              <Button type="primary" disabled={!tried || stale || changes.some(tryOnly)} title={changes.some(tryOnly) ? t('kind.tryOnly') : undefined} loading={sending} onClick={() => void publish()}>{t('publish.do')}</Button>
            </>
          )} />
      )

  return (
    <div className="ap-page">
      <div className="kw-toolbar">
        <Segmented value={by} onChange={(v) => set('by', v === 'machine' ? '' : v)} options={(['machine', 'order', 'worker'] as const).map((v) => ({ value: v, label: t(`by.${v}`) }))} />
        <span className="ap-zoom">
          <Button icon={<ZoomOutOutlined />} aria-label={t('gantt.out')} title={t('gantt.out')} onClick={() => handle.current?.zoom(1 / 1.5)} />
          <Select value={zoom} aria-label={t('gantt.zoom')} popupMatchSelectWidth={false} onChange={(z) => { setZoom(z); handle.current?.zoom(z) }} options={(Object.keys(ZOOMS) as Zoom[]).map((z) => ({ value: z, label: t(`zoom.${z}`) }))} />
          <Button icon={<ZoomInOutlined />} aria-label={t('gantt.in')} title={t('gantt.in')} onClick={() => handle.current?.zoom(1.5)} />
        </span>
        <Tooltip title={t('board.now')}><Button icon={<AimOutlined />} aria-label={t('board.now')} onClick={() => handle.current?.jump(Date.now())} /></Tooltip>
        <span ref={find} className="ap-find"><Input className="kw-search" allowClear prefix={<SearchOutlined />} placeholder={t('board.search')} aria-label={t('board.search')} value={q} onChange={(e) => { setQ(e.target.value); setHit(-1) }} onPressEnter={seek} /></span>
        {edit && <span className="kw-desk ap-zoom"><Button icon={<UndoOutlined />} disabled={!undo} aria-label={t('gantt.undo')} title={t('gantt.undo')} onClick={undo} /><Button icon={<RedoOutlined />} disabled={!redo} aria-label={t('gantt.redo')} title={t('gantt.redo')} onClick={redo} /></span>}
        <span className="kw-grow" />
        <Popover trigger="click" placement="bottomRight" content={<Legend by={by} />}><Button icon={<QuestionCircleOutlined />} aria-label={t('legend.title')} title={t('legend.title')} /></Popover>
        <span className="ap-legend kw-desk">{(['running', 'ready'] as const).map((s) => <Chip key={s} status={s} />)}<Chip status="late" /></span>
        <span className="kw-dim num ap-count">{t('board.count', { n: format(String(shown.bars.length)) })}</span>
        {edit && <Button type="primary" icon={<ExperimentOutlined />} onClick={() => setAsking(true)}>{t('whatif.title')}</Button>}
        <Link to="/scheduling/drafts"><Button icon={<DiffOutlined />}>{t('menu.drafts')}</Button></Link>
        <Tooltip title={t('dispatch.print')}><Button className="kw-desk" icon={<PrinterOutlined />} aria-label={t('dispatch.print')} onClick={() => handle.current?.print()} /></Tooltip>
        <Tooltip title={t('board.list')}><Link to="/scheduling/slots" className="kw-desk"><Button icon={<UnorderedListOutlined />} aria-label={t('board.list')} /></Link></Tooltip>
      </div>
      <div className={impact || sel.size > 0 ? 'ap-main ap-open' : 'ap-main'}>
        <div className="ap-left">
          <Board scene={scene} home={home} editable={edit} first={zoom} goTo={first} onZoom={setZoom} onPin={(on) => void pin(on)} handle={handle} pick={pick} move={move} take={ready}
            refuse={(b, m) => void message.warning(t('gantt.refused', { order: b.order, op: opText(b), machine: m }))}
            below={<Select className="ap-center" size="small" showSearch value={loaded} aria-label={t('load.title')} title={t('load.title')} onChange={setCenter} popupMatchSelectWidth={false} options={centers.map(([code, name]) => ({ value: code, label: name || code }))} />} />
        </div>
        {(impact || sel.size > 0) && (
          <aside className="ap-aside">
            {impact}
            <div ref={facts} />
            {one && <FactsOf g={g} bar={one} bars={bars} home={home} stops={stops} edit={edit} pinned={!!isTried(one)} onPick={goTo} onTry={push} onPin={(on) => void pin(on)} onClose={() => setSel(new Set())} />}
            {sel.size > 1 && (
              <section className="ap-facts" aria-label={t('facts.title')}>
                <header><h3>{t('gantt.chosen', { n: sel.size })}</h3></header>
                <p className="kw-dim">{t('gantt.chosenText', { orders: new Set(chosen.map((b) => b.order)).size })}</p>
                {edit && <p className="ap-acts"><Button size="small" onClick={() => void pin(true)}>{t('pin.on')}</Button><Button size="small" onClick={() => void pin(false)}>{t('pin.off')}</Button><Button size="small" onClick={() => setSel(new Set())}>{t('gantt.clear')}</Button></p>}
              </section>
            )}
          </aside>
        )}
      </div>
      {edit && everAsked && <Suspense><WhatIf g={live} base={steps.base || live.run} changes={changes} open={asking} onClose={() => setAsking(false)} onAdd={(c) => push([c])} onTake={take} onDraft={(id) => { setAsking(false); setSteps(REST); void navigate(`/scheduling/board?run=${id}`) }} /></Suspense>}
    </div>
  )
}
