import { CloseOutlined, PushpinFilled, PushpinOutlined, UserOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import type { TFunction } from 'i18next'
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Chip } from '@/kit/Chip'
import { showInstant } from '@/kit/dates'
import { format } from '@/kit/num'
import { orderUrl, toneOf } from '../slots'
import { span } from '../span'
import { canDo, chainOf, HOUR, movable, openHours, opText, pinOf, type Bar, type Change, type Gantt, type Stop } from './model'

export const when = (ms: number) => showInstant(ms).slice(5)
export interface Try { key: string; text: string; changes: Change[] }

/** Why a bar starts no earlier, in one sentence about what it waits for. */
export function because(b: Bar, by: Bar | undefined, t: TFunction<'scheduling'>): string {
  const start = when(b.start_ms)
  const known = by && ['before', 'children', 'machine', 'tool', 'regrind', 'worker', 'frozen', 'last_lot', 'hours'].includes(b.why)
  const p = { at: start, machine: b.machine, order: by?.order ?? '', op: by ? opText(by) : '', name: by?.name ?? '', end: by ? when(by.end_ms) : '', on: by?.machine ?? '', tool: b.tool ?? '', worker: b.worker || b.skill || '' }
  if (b.why === 'fixed') return t(b.state === 'started' ? 'why.started' : b.state === 'pinned' ? 'why.pinned' : 'why.fixed', p)
  if (b.why === 'frozen' && !by) return t('why.fence', p)
  if (b.why === 'parts' && b.part) return t('why.part', { part: b.part, name: b.part_name ?? '', day: b.part_ms ? showInstant(b.part_ms).slice(0, 10) : '', doc: b.part_doc ?? '' })
  const usual = t(`why.${b.why}`, p)
  return known ? usual : t(`why.${b.why}_alone`, { ...p, defaultValue: usual })
}

/** What one could do so that a bar starts earlier: the first hindrance on its chain that somebody can take away. */
export function helps(g: Gantt, home: Map<string, Bar>, bars: Map<string, Bar>, stops: Map<string, Stop[]>, chain: Bar[], t: TFunction<'scheduling'>): Try[] {
  const out: Try[] = []
  const now = Math.ceil(Math.max(g.now_ms, Date.now()) / 300_000) * 300_000
  for (const b of chain.slice(0, 12)) {
    if (out.length >= 5) break
    if ((b.why === 'machine' || b.why === 'hours' || b.why === 'frozen') && movable(b)) {
      // its step before sets the earliest start elsewhere
      let ready = now
      for (const x of bars.values()) if (x.order === b.order && x.op < b.op) ready = Math.max(ready, x.end_ms)
      if (ready < b.start_ms - 60_000) {
        const free = g.machines.filter((m) => m.machine !== b.machine && canDo(home, b, m)).map((m) => ({ m, at: gap(g, bars, m.machine, ready, b, stops) })).filter((x) => x.at < b.start_ms - 60_000).sort((x, y) => x.at - y.at)
        for (const { m, at } of free.slice(0, 2)) out.push({ key: `m${b.id}${m.machine}`, text: t('help.machine', { order: b.order, op: opText(b), machine: m.machine, at: when(at) }), changes: [pinOf(b, m.machine, at)] })
      }
      const lane = g.machines.find((m) => m.machine === b.machine)
      if (lane && lane.hours >= 0 && lane.kind !== 'subcontract' && !out.some((x) => x.key === `o${b.machine}`)) {
        const open = openHours(g, lane, stops.get(b.machine) ?? [], now, b.start_ms)
        const off = open[0] && open[0][0] > now + HOUR / 2 ? now : open[0]?.[1]
        const to = open[0] && open[0][0] > now + HOUR / 2 ? open[0][0] : open[1]?.[0] ?? b.start_ms
        if (off !== undefined && to - off >= HOUR) {
          const till = Math.min(to, off + 4 * HOUR)
          out.push({ key: `o${b.machine}`, text: t('help.overtime', { machine: b.machine, at: when(off), span: span(till - off, t) }), changes: [{ kind: 'overtime', machine: b.machine, from_ms: off, to_ms: till }] })
        }
      }
    }
    if (b.why === 'parts') out.push({ key: `p${b.id}`, text: t('help.parts', { order: b.order, op: b.op }), changes: [{ kind: 'parts', order: b.order, op: b.op, from_ms: now }] })
  }
  const b = chain[0]
  if (b && b.late_ms > 0) out.push({ key: `r${b.order}`, text: t('help.rush', { order: b.order }), changes: [{ kind: 'rush', order: b.order }] })
  return out
}

/** The first moment from which a machine is free long enough. */
function gap(g: Gantt, bars: Map<string, Bar>, machine: string, from: number, b: Bar, stops: Map<string, Stop[]>): number {
  const busy = [...bars.values()].filter((x) => x.machine === machine && x.id !== b.id && x.end_ms > from).sort((x, y) => x.start_ms - y.start_ms)
  const open = openHours(g, g.machines.find((m) => m.machine === machine), stops.get(machine) ?? [], from, b.start_ms)
  const fit = (at: number) => open.find(([, to]) => to > at)
  let at = from
  for (const x of [...busy, undefined]) {
    const s = fit(at)
    if (!s) return Infinity
    const start = Math.max(at, s[0])
    if (!x || start + (b.end_ms - b.start_ms) <= x.start_ms) return start
    at = Math.max(at, x.end_ms)
  }
  return at
}

interface Props {
  g: Gantt
  bar: Bar
  bars: Map<string, Bar>
  home: Map<string, Bar>
  stops: Map<string, Stop[]>
  edit: boolean
  pinned: boolean
  onPick: (id: string) => void
  onTry: (changes: Change[]) => void
  onPin: (pin: boolean) => void
  onClose: () => void
}

/** A bar in words: its facts, why it is not earlier, what would help, its order's other steps. */
export function FactsOf({ g, bar: b, bars, home, stops, edit, pinned, onPick, onTry, onPin, onClose }: Props) {
  const { t } = useTranslation('scheduling')
  const chain = useMemo(() => chainOf(bars, b.id), [bars, b])
  const steps = useMemo(() => [...bars.values()].filter((x) => x.order === b.order).sort((x, y) => x.op - y.op || (x.split_no ?? 0) - (y.split_no ?? 0)), [bars, b])
  const help = useMemo(() => helps(g, home, bars, stops, chain, t), [g, home, bars, stops, chain, t])
  const shown = chain.length > 9 ? [...chain.slice(0, 6), undefined, ...chain.slice(-2)] : chain
  return (
    <section className="ap-facts" aria-label={t('facts.title')}>
      <header>
        <div><Link className="num" to={orderUrl(b.order)}>{b.order}</Link> <Chip status={b.status} tone={toneOf(b)} /></div>
        <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('kit:close')} onClick={onClose} />
      </header>
      <h3>{b.item_name} <small>{b.item}</small></h3>
      <dl>
        <Fact k={t('f.op_name')}>{b.op} {b.name}</Fact>
        {b.split_no ? <Fact k={t('part.title')}>{t('part.of', { n: b.split_no, of: b.split_of ?? b.split_no })} <small>{t('part.why')}</small></Fact> : null}
        <Fact k={t('f.machine')}>{b.machine} <small>{b.work_center}</small></Fact>
        {b.worker && <Fact k={t('f.worker')}><UserOutlined /> {b.worker}</Fact>}
        <Fact k={t('facts.time')}><span className="num">{when(b.start_ms)} – {when(b.end_ms)}</span> <small>{span(b.end_ms - b.start_ms, t)}</small></Fact>
        {b.setup_ms > 0 && <Fact k={t('f.setup_ms')}>{span(b.setup_ms, t)}</Fact>}
        {b.split_no ? <Fact k={t('part.qty')}><span className="num">{format(b.qty)}</span></Fact> : <Fact k={t('f.qty')}><span className="num">{format(b.good)} / {format(b.qty)}</span></Fact>}
        {b.due_ms > 0 && <Fact k={t('f.due')}><span className={b.late_ms > 0 ? 'num kw-late' : 'num'}>{showInstant(b.due_ms - 1).slice(0, 10)}{b.late_ms > 0 && ` · ${t('board.late', { span: span(b.late_ms, t) })}`}</span></Fact>}
        <Fact k={t('f.priority')}><span className="num">{b.priority}</span></Fact>
        {b.conflict && <Fact k={t('f.conflict')}><span className="kw-late">{t('board.conflict')}</span></Fact>}
      </dl>
      {edit && movable(b) && (
        <p className="ap-acts">{pinned || b.state === 'pinned'
          ? <Button size="small" icon={<PushpinFilled />} onClick={() => onPin(false)}>{t('pin.off')}</Button>
          : <Button size="small" icon={<PushpinOutlined />} onClick={() => onPin(true)}>{t('pin.on')}</Button>}</p>
      )}
      <h4>{t('facts.why')}</h4>
      <ol className={b.late_ms > 0 ? 'ap-why ap-why-late' : 'ap-why'}>
        {shown.map((x, i) => (x
          ? (
              <li key={x.id} className={i === shown.length - 1 ? 'ap-cause' : undefined}>
                <button type="button" onClick={() => onPick(x.id)} aria-current={x.id === b.id}><b className="num">{x.order} · {opText(x)}</b> <small>{when(x.start_ms)} {x.machine}</small></button>
                <span>{because(x, x.by ? bars.get(x.by) : undefined, t)}</span>
              </li>
            )
          : <li key="more" className="ap-more">{t('facts.more', { n: chain.length - 8 })}</li>))}
      </ol>
      {edit && help.length > 0 && (
        <>
          <h4>{t('facts.help')}</h4>
          <ul className="ap-help">{help.map((h) => <li key={h.key}><Button size="small" onClick={() => onTry(h.changes)}>{h.text}</Button></li>)}</ul>
        </>
      )}
      <h4>{t('facts.steps')}</h4>
      <ul className="ap-steps">{steps.map((x) => (
        <li key={x.id}><button type="button" aria-current={x.id === b.id} onClick={() => onPick(x.id)}><b className="num">{opText(x)}</b><span>{x.name}</span><small className="num">{when(x.start_ms)} · {x.machine}</small></button></li>
      ))}</ul>
    </section>
  )
}
function Fact({ k, children }: { k: string; children: ReactNode }) {
  return <div><dt>{k}</dt><dd>{children}</dd></div>
}
