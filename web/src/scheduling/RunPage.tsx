import { ThunderboltOutlined } from '@ant-design/icons'
import { App, Button, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { Card, SubList, type Column } from '@/kit/crud'
import { showInstant } from '@/kit/dates'
import { format, pct } from '@/kit/num'
import { useMay } from '@/kit/who'
import { orderUrl } from './slots'
import { span } from './span'
import './scheduling.css'

const RULES = ['priority', 'edd', 'cr', 'spt'] as const
type Rule = (typeof RULES)[number]
type Run = Row<'/api/v1/scheduling/runs'>
type Load = Row<'/api/v1/scheduling/loads'>
type End = Row<'/api/v1/scheduling/orders'>
const LATE = [{ col: 'late_ms', op: 'gt' as const, value: '0' }]
const latest = ['-late_ms']
const newest = ['-recorded_ms']
const openEnd = (e: End) => orderUrl(e.order)

/** Makes a schedule and shows what it promises: who is late, which work center is full. */
export default function RunPage() {
  const { t } = useTranslation('scheduling')
  const { message } = App.useApp()
  const may = useMay()
  const runs = useGet('/api/v1/scheduling/runs', { query: { limit: 1, filter: ['live:eq:true'], sort: '-recorded_ms' } })
  const loads = useGet('/api/v1/scheduling/loads', { query: { limit: 100, sort: '-busy_ms' } })
  const run = useSend('post', '/api/v1/scheduling/run')
  const live = runs.data?.items[0]
  const [chosen, setChosen] = useState<Rule | undefined>()
  const rule = chosen ?? (live?.rule as Rule | undefined) ?? 'priority'
  const go = () => run.mutate({ body: { rule } }, {
    onSuccess: (r) => void (r.late > 0 ? message.warning(t('run.doneLate', { n: r.late, orders: r.orders })) : message.success(t('run.done', { orders: r.orders, ops: r.ops }))),
    onError: (err) => void message.error({ content: messageOf(err), duration: 8 }),
  })
  const lateColumns: Column<End>[] = [
    { key: 'order', type: 'link' }, { key: 'item_name' }, { key: 'status', type: 'status' }, { key: 'sales_order', type: 'link', to: (e) => (e.sales_order ? `/sales/orders/${encodeURIComponent(e.sales_order)}` : undefined) },
    { key: 'due', type: 'date' }, { key: 'end_ms', type: 'instant' }, { key: 'late_ms', render: (e) => <span className="kw-late num">{span(e.late_ms, t)}</span> },
  ]
  const runColumns: Column<Run>[] = [
    { key: 'recorded_ms', type: 'instant' }, { key: 'actor' }, { key: 'rule', type: 'enum', words: 'rule' }, { key: 'live', type: 'bool' }, { key: 'orders', type: 'number' }, { key: 'ops', type: 'number' },
    { key: 'late', render: (r) => <span className={r.late > 0 ? 'num kw-late' : 'num kw-dim'}>{r.late}</span> }, { key: 'unplaced', render: (r) => <span className={r.unplaced > 0 ? 'num kw-late' : 'num kw-dim'}>{r.unplaced}</span> }, { key: 'end_ms', type: 'instant', label: 'f.horizon' },
  ]
  return (
    <div className="ap-run kw-loaded">
      <Card
        title={live ? t('run.live', { rule: t(`rule.${live.rule}`) }) : t('none.title')}
        extra={may('scheduling.run') && (
          <span className="ap-go">
            <span className="kw-dim kw-desk">{t('run.rule')}</span>
            <Select value={rule} onChange={setChosen} aria-label={t('run.rule')} style={{ width: 190 }} options={RULES.map((r) => ({ value: r, label: t(`rule.${r}`) }))} />
            <Button type="primary" icon={<ThunderboltOutlined />} loading={run.isPending} onClick={go}>{t('run.do')}</Button>
          </span>
        )}
      >
        {live
          ? (
              <>
                <dl className="ap-figures">
                  <Figure label={t('f.late')} value={live.late} bad={live.late > 0} sub={live.late > 0 ? t('run.lateSum', { span: span(live.late_ms, t) }) : t('run.onTime')} />
                  <Figure label={t('f.orders')} value={live.orders} sub={t('run.ops', { n: format(String(live.ops)) })} />
                  <Figure label={t('f.unplaced')} value={live.unplaced} bad={live.unplaced > 0} sub={live.unplaced > 0 ? t('run.unplacedText') : ''} />
                  <Figure label={t('f.conflicts')} value={live.conflicts} bad={live.conflicts > 0} sub="" />
                  <div><dt>{t('f.horizon')}</dt><dd className="ap-when num">{showInstant(live.end_ms)}</dd><small>{t('run.from', { at: showInstant(live.now_ms) })}</small></div>
                  <div><dt>{t('run.by')}</dt><dd className="ap-when">{live.actor}</dd><small className="num">{showInstant(live.recorded_ms)}</small></div>
                </dl>
                <p className="ap-links"><Link to="/scheduling/board">{t('menu.board')}</Link><Link to="/scheduling/dispatch">{t('menu.dispatch')}</Link><Link to="/scheduling/slots">{t('menu.slots')}</Link></p>
              </>
            )
          : runs.isPending ? null : <div className="kw-none"><span>{t('none.text')}</span></div>}
      </Card>
      <div className="ap-two">
        <Card title={t('load.title')}><Loads rows={loads.data?.items ?? []} /></Card>
        <Card title={t('late.title')} flush><SubList ns="scheduling" path="/api/v1/scheduling/orders" columns={lateColumns} fixed={LATE} sort={latest} open={openEnd} empty={<div className="kw-none">{t('late.none')}</div>} /></Card>
      </div>
      <Card title={t('runs.title')} flush><SubList ns="scheduling" path="/api/v1/scheduling/runs" columns={runColumns} sort={newest} empty={<div className="kw-none">{t('none.text')}</div>} /></Card>
    </div>
  )
}

function Figure({ label, value, sub, bad }: { label: string; value: number; sub: string; bad?: boolean }) {
  return <div><dt>{label}</dt><dd className={bad ? 'num kw-late' : 'num'}>{format(String(value))}</dd><small>{sub}</small></div>
}

/** How full each work center is: set-up darker, work, and what is left of its working time. */
function Loads({ rows }: { rows: Load[] }) {
  const { t } = useTranslation('scheduling')
  if (rows.length === 0) return <div className="kw-none">{t('none.text')}</div>
  return (
    <ul className="ap-loads">
      {rows.map((l) => {
        const p = l.available_ms > 0 ? pct(String(l.busy_ms), String(l.available_ms)) : l.busy_ms > 0 ? 100 : 0
        const setup = l.available_ms > 0 ? Math.min(100, pct(String(l.setup_ms), String(l.available_ms))) : 0
        return (
          <li key={l.id} className={p > 100 ? 'kw-red' : p > 85 ? 'kw-amber' : 'kw-teal'}>
            <Link to={`/scheduling/dispatch?center=${encodeURIComponent(l.work_center)}`}>{l.name}<small>{l.work_center}</small></Link>
            <span className="ap-bar" role="img" aria-label={`${Math.round(p)}%`}><i style={{ width: `${setup}%` }} /><b style={{ width: `${Math.max(0, Math.min(100, p) - setup)}%` }} /></span>
            <em className="num">{Math.round(p)}%</em>
            <small className="num">{t('load.of', { busy: span(l.busy_ms, t), all: span(l.available_ms, t) })}</small>
          </li>
        )
      })}
    </ul>
  )
}
