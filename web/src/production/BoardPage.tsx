import { Button, Segmented, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { Lines, type Column } from '@/kit/crud'
import { showTime } from '@/kit/dates'
import { format, pct } from '@/kit/num'
import { toneOf } from '@/kit/status'
import { orderUrl } from './orders'
import { useSpan, usePauseNames } from './pauses'
import '@/kit/crud/crud.css'
import './production.css'

type Board = Answer<'get', '/api/v1/production/board'>
const VIEWS = ['line', 'order', 'person'] as const
type View = (typeof VIEWS)[number]

/** The floor now: by line, by order, by person; live. */
export default function BoardPage() {
  const { t } = useTranslation('production')
  const [params, setParams] = useSearchParams()
  const at = params.get('at') ?? 'all'
  const view: View = VIEWS.find((v) => v === params.get('by')) ?? 'line'
  const set = (k: string, v: string, first: string) => setParams((p) => { if (v === first) p.delete(k); else p.set(k, v); return p }, { replace: true })
  const { data: b, error, refetch } = useGet('/api/v1/production/board', { query: { at }, staleTime: 5_000 })
  const centers = useGet('/api/v1/masterdata/work-centers', { query: { limit: 200, sort: 'code' }, staleTime: 5 * 60_000 })
  return (
    <div className="pr-ready">
      <div className="kw-toolbar">
        <Segmented value={view} onChange={(v) => set('by', v, 'line')} options={VIEWS.map((v) => ({ value: v, label: t(`board.by.${v}`) }))} />
        <Select value={at} aria-label={t('f.work_center')} style={{ minWidth: 180 }} onChange={(v) => set('at', v, 'all')} options={[{ value: 'all', label: t('board.all') }, ...(centers.data?.items ?? []).map((c) => ({ value: c.code, label: c.name }))]} />
        <span className="kw-grow" />
        {b && <span className="kw-dim num">{t('board.asOf', { at: showTime(b.at_ms) })} · {t(b.planned ? 'board.bySchedule' : 'board.byDue')}</span>}
        <Link to={`/wall/${encodeURIComponent(at)}`} target="_blank"><Button>{t('board.wall')}</Button></Link>
      </div>
      {error && !b
        ? <div className="kw-none" role="alert"><b>{t('kit:list.failed')}</b><span>{messageOf(error)}</span><Button onClick={() => void refetch()}>{t('kit:retry')}</Button></div>
        : b && <div className="pr-live"><div>{view === 'line' ? <ByLine b={b} /> : view === 'order' ? <ByOrder b={b} /> : <ByPerson b={b} />}</div><Aside b={b} /></div>}
    </div>
  )
}

function ByLine({ b }: { b: Board }) {
  const { t } = useTranslation('production')
  return (
    <div className="pr-lines">
      {b.centers.map((c) => (
        <section key={c.code} className={`pr-line kw-${c.calls ? 'red' : c.running ? 'teal' : c.paused ? 'amber' : 'grey'}`}>
          <header><b>{c.name}</b><small>{c.code}</small>{c.late > 0 && <Chip status="late" word={t('board.n.late', { n: c.late })} />}{c.calls > 0 && <Chip status="called" word={t('board.n.calls', { n: c.calls })} />}</header>
          <div className="pr-plan num"><b>{format(c.done)}</b> / {format(c.plan)} <small>{t('board.today')}</small></div>
          <div className="pr-bar"><i style={{ width: `${pct(c.done, c.plan)}%` }} /></div>
          <p className="num">{t('board.n.running', { n: c.running })} · {t('board.n.paused', { n: c.paused })} · {t('board.n.ready', { n: c.ready })} · {t('board.n.waiting', { n: c.waiting + c.waiting_material })}{c.people > 0 && ` · ${t('board.n.people', { n: c.people })}`}</p>
        </section>
      ))}
    </div>
  )
}

const opColumns = (why: (c: string) => string, span: (ms: number) => string): Column<Board['ops'][number]>[] => [
  { key: 'status', type: 'status' }, { key: 'order', type: 'link', label: 'f.number', to: (r) => orderUrl(r.order) }, { key: 'item_name', label: 'f.name' }, { key: 'op', type: 'number' }, { key: 'name', label: 'f.op_name' }, { key: 'work_center' },
  { key: 'good', type: 'progress', of: 'qty' }, { key: 'due', type: 'due' }, { key: 'since_ms', render: (r) => (r.since_ms ? span(Date.now() - r.since_ms) : '') }, { key: 'crew', label: 'f.worker', render: (r) => r.crew.join(', ') }, { key: 'reason', label: 'f.pause', render: (r) => why(r.reason) },
]

function ByOrder({ b }: { b: Board }) {
  const { t } = useTranslation('production')
  const why = usePauseNames()
  const span = useSpan()
  return <Lines ns="production" columns={opColumns(why, span)} rows={b.ops} id={(r) => `${r.order}/${r.op}`} empty={<div className="kw-none"><b>{t('board.nothing')}</b></div>} />
}

function ByPerson({ b }: { b: Board }) {
  const { t } = useTranslation('production')
  const span = useSpan()
  const columns: Column<Board['people'][number]>[] = [
    { key: 'name', label: 'f.worker' }, { key: 'order', type: 'link', label: 'f.number', to: (r) => orderUrl(r.order) }, { key: 'item_name', label: 'f.name' }, { key: 'op', type: 'number' }, { key: 'op_name' }, { key: 'work_center' },
    { key: 'since_ms', render: (r) => span(Date.now() - r.since_ms) }, { key: 'done', type: 'qty', label: 'board.today' },
  ]
  return <Lines ns="production" columns={columns} rows={b.people} id={(r) => `${r.code}/${r.order}/${r.op}`} empty={<div className="kw-none"><b>{t('board.nobody')}</b></div>} />
}

function Aside({ b }: { b: Board }) {
  const { t } = useTranslation('production')
  const why = usePauseNames()
  const span = useSpan()
  return (
    <aside>
      <section><h3>{t('menu.calls')} <Link to="/production/calls">{b.calls.length}</Link></h3>{b.calls.length === 0 && <p>{t('calls.noneOpen')}</p>}{b.calls.slice(0, 8).map((c) => <Link key={c.id} to={orderUrl(c.order)} className={`pr-op kw-${toneOf(c.state)}`}><div><b>{t(`ckind.${c.kind}`)}</b>{c.part_name && <span>{c.part_name}</span>}<Chip status={c.state} /></div><div><span>{c.order} · {c.op} {c.op_name}</span><em className="num">{showTime(c.called_ms)}</em></div></Link>)}</section>
      <section><h3>{t('board.late')} <Link to="/production/orders?filter=status:in:released,started">{b.late_count}</Link></h3>{b.late.length === 0 && <p>{t('board.noLate')}</p>}{b.late.slice(0, 8).map((o) => <Link key={o.order} to={orderUrl(o.order)} className="pr-op kw-red"><div><span className="pr-op-no num">{o.order}</span><em className="num">{o.due}</em></div><div><span>{o.item_name}</span><em className="num">{format(o.good)} / {format(o.qty)}</em></div></Link>)}</section>
      <section><h3>{t('board.stopped')}</h3>{b.stopped.length === 0 && <p>{t('board.noStopped')}</p>}<dl className="pr-lost">{b.stopped.map((s) => <div key={s.reason}><dt>{why(s.reason) || t('board.noWhy')}{s.now > 0 && <small> {t('board.nowStill', { n: s.now })}</small>}</dt><dd className="num">{span(s.ms)}</dd></div>)}</dl></section>
    </aside>
  )
}
