import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { showTime } from '@/kit/dates'
import { cmp, format, pct } from '@/kit/num'
import { Chip, Glyph, Notice, ShopCard, ShopPage } from '@/kit/shop'
import { colorOf, toneOf } from '@/kit/status'
import { at } from './code'
import { ScanAnywhere } from './find'
import { Due, Wait } from './parts'
import { usePauseNames } from './pausenames'
import { Minutes } from './Minutes'
import { Since } from './Since'
import './station.css'

type Board = Answer<'get', '/api/v1/production/board'>
const VIEWS = ['line', 'order', 'person'] as const

/** What the shift leader carries along: lines, orders, people, calls, now. */
export default function BoardPage() {
  const { t } = useTranslation('line')
  const navigate = useNavigate()
  const [view, setView] = useState<(typeof VIEWS)[number]>('line')
  const why = usePauseNames()
  const { data: b, error, refetch } = useGet('/api/v1/production/board', { query: { at: 'all' }, staleTime: 5_000, keep: true })
  return (
    <ShopPage title={t('board.title')} sub={b && t('board.asOf', { at: showTime(b.at_ms) })} back="/m">
      <ScanAnywhere />
      <div className="kf-seg" role="tablist">{VIEWS.map((v) => <button key={v} type="button" role="tab" aria-selected={v === view} onClick={() => setView(v)}>{t(`board.by.${v}`)}</button>)}</div>
      {!b && <Wait error={error} onRetry={() => void refetch()} />}
      {b && b.calls.length > 0 && <button type="button" className="kf-row kf-tap kf-callrow" onClick={() => void navigate(at.calls)}><Glyph name="alert" /><span>{t('hand.calls')}</span><b className="num">{b.calls.length}</b></button>}
      {b && view === 'line' && <Lines b={b} why={why} />}
      {b && view === 'order' && <Orders b={b} why={why} />}
      {b && view === 'person' && <People b={b} />}
    </ShopPage>
  )
}

function Lines({ b, why }: { b: Board; why: (c: string) => string }) {
  const { t } = useTranslation('line')
  const navigate = useNavigate()
  const num = (label: string, n: number) => <div className={n ? '' : 'kf-zero'}><span>{label}</span><b className="num">{n}</b></div>
  return (
    <>
      <div className="kf-board">
        {b.centers.map((c) => (
          <ShopCard key={c.code} tone={c.calls ? 'red' : c.running ? 'teal' : c.paused ? 'amber' : 'grey'} onClick={() => void navigate(at.station(c.code))}>
            <div className="kf-top"><b className="kf-no">{c.name}</b>{c.late > 0 && <Chip status="late" word={`${t('board.late')} ${c.late}`} />}{c.calls > 0 && <Chip status="called" word={`${t('board.calls')} ${c.calls}`} />}</div>
            <div className="kf-nums">{num(t('board.running'), c.running)}{num(t('board.paused'), c.paused)}{num(t('board.ready'), c.ready)}{num(t('board.waiting'), c.waiting_material + c.waiting)}</div>
            <div className="kf-plan"><b className="num">{format(c.done)}</b><span className="num">/ {format(c.plan)}</span><span>{t('board.done')}</span>{c.people > 0 && <span className="num">· {c.people} {t('board.people')}</span>}</div>
            <div className="kf-bar"><i style={{ width: `${pct(c.done, c.plan)}%` }} /></div>
          </ShopCard>
        ))}
      </div>
      <p className="kf-hint">{t(b.planned ? 'board.bySchedule' : 'board.byDue')}</p>
      <ShopCard>
        <h3 className="kf-h3">{t('board.stopped')}</h3>
        {b.stopped.length === 0 && <p>{t('board.noStopped')}</p>}
        <ul className="kf-lines">{b.stopped.map((s) => <li key={s.reason}><div><b>{why(s.reason) || t('pause.nowhy')}</b>{s.now > 0 && <small>{t('board.now', { n: s.now })}</small>}</div><span className="num"><Minutes ms={s.ms} /></span></li>)}</ul>
      </ShopCard>
    </>
  )
}

function Orders({ b, why }: { b: Board; why: (c: string) => string }) {
  const { t } = useTranslation('line')
  const navigate = useNavigate()
  return (
    <>
      {b.ops.length === 0 && <Notice title={t('board.nothing')} />}
      <div className="kf-board">
        {b.ops.map((o) => (
          <ShopCard key={`${o.order}/${o.op}`} tone={toneOf(o.status)} onClick={() => void navigate(at.op(o.order, o.op))}>
            <div className="kf-top"><b className="kf-no">{o.order}</b><Chip status={o.status} />{o.rush && <Chip status="warning" word={t('mark.rush')} />}{o.call && <Chip status={o.blocked ? 'stopped' : 'called'} word={t(`call.kind.${o.call}`)} />}</div>
            <h3>{o.item_name}</h3>
            <div className="kf-meta"><span>{o.op} {o.name}</span><Due date={o.due} late={o.late} /></div>
            <div className="kf-plan"><b className="num">{format(o.good)}</b><span className="num">/ {format(o.qty)} {o.uom}</span>{o.since_ms > 0 && <span>{o.setting_ms > 0 && `${t('setup.on')} `}<Since ms={o.setting_ms || o.since_ms} /></span>}</div>
            <div className="kf-bar"><i style={{ width: `${pct(o.good, o.qty)}%`, background: colorOf(toneOf(o.status)) }} /></div>
            {(o.crew.length > 0 || o.reason) && <div className="kf-meta">{o.crew.length > 0 ? o.crew.join('、') : why(o.reason)}</div>}
          </ShopCard>
        ))}
      </div>
      <ShopCard>
        <h3 className="kf-h3">{t('board.lateOrders')} <span className="num">{b.late_count}</span></h3>
        {b.late.length === 0 && <p>{t('board.noLate')}</p>}
        <ul className="kf-lines">{b.late.map((o) => <li key={o.order}><div><b>{o.order}</b><small>{o.item_name} · {t('board.due', { date: o.due.slice(5) })}</small></div><span className="num">{format(o.good)} / {format(o.qty)}</span></li>)}</ul>
      </ShopCard>
    </>
  )
}

function People({ b }: { b: Board }) {
  const { t } = useTranslation('line')
  const navigate = useNavigate()
  return (
    <>
      {b.people.length === 0 && <Notice title={t('board.nobody')} />}
      <div className="kf-board">
        {b.people.map((p) => (
          <ShopCard key={`${p.code}/${p.order}/${p.op}`} tone="teal" onClick={() => void navigate(at.op(p.order, p.op))}>
            <div className="kf-top"><b className="kf-no">{p.name}</b><span><Since ms={p.since_ms} /></span>{cmp(p.done, '0') > 0 && <span className="num">{t('board.doneBy', { n: format(p.done) })}</span>}</div>
            <h3>{p.item_name}</h3>
            <div className="kf-meta"><span>{p.order}</span><span>{p.op} {p.op_name}</span></div>
          </ShopCard>
        ))}
      </div>
    </>
  )
}
