import { Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Card, SubList, type Column } from '@/kit/crud'
import type { Answer, Row } from '@/api/types'
import { format } from '@/kit/num'
import { orderUrl } from './slots'
import { span } from './span'
import './scheduling.css'

export type PlanAndFact = Answer<'get', '/api/v1/scheduling/attainment'>
type Part = PlanAndFact['total']
type FactRow = Row<'/api/v1/scheduling/facts'>
const toOrder = (r: FactRow) => orderUrl(r.order)
const RESULTS = ['on_time', 'late', 'open', 'cancelled']
const TONES: Record<string, string> = { on_time: 'green', late: 'amber', open: 'red', cancelled: 'gray' }

/** The figures of plan and fact with their formula. */
export function Attained({ p }: { p: PlanAndFact }) {
  const { t } = useTranslation('scheduling')
  const x = p.total
  const counts = x.planned - x.coming
  return (
    <>
      <dl className="ap-figures">
        <div><dt>{t('attain.rate')}</dt><dd className="num">{counts > 0 ? `${format(x.rate, 1)}%` : '–'}</dd><small className="num">{t('attain.of', { n: x.on_time, of: counts })}</small></div>
        <div><dt>{t('attain.start')}</dt><dd className="num">{x.to_start > 0 ? `${format(x.start_rate, 1)}%` : '–'}</dd><small className="num">{t('attain.of', { n: x.started, of: x.to_start })}</small></div>
        <div><dt>{t('attain.late')}</dt><dd className={x.late > 0 ? 'num kw-late' : 'num'}>{format(String(x.late))}</dd><small>{off(x, t)}</small></div>
        <div><dt>{t('attain.open')}</dt><dd className={x.open > 0 ? 'num kw-late' : 'num'}>{format(String(x.open))}</dd><small>{x.coming > 0 ? t('attain.coming', { n: x.coming }) : ''}</small></div>
      </dl>
      <p className="kw-dim ap-formula">{t('attain.formula', { min: Math.round(p.tolerance_ms / 60_000) })}</p>
    </>
  )
}

const off = (x: Part, t: ReturnType<typeof useTranslation<'scheduling'>>['t']) => (x.on_time + x.late === 0 || Math.abs(x.off_ms) < 60_000 ? '' : t(x.off_ms > 0 ? 'attain.offLate' : 'attain.offEarly', { span: span(Math.abs(x.off_ms), t) }))

/** Plan and fact by day, work center, work order. */
export function AttainedBy({ p, facts }: { p: PlanAndFact; facts: React.ReactNode }) {
  const { t } = useTranslation('scheduling')
  const [by, setBy] = useState<'days' | 'centers' | 'orders' | 'ops'>('days')
  return (
    <Card title={t('attain.by')} flush extra={<Segmented size="small" value={by} onChange={setBy} options={(['days', 'centers', 'orders', 'ops'] as const).map((k) => ({ value: k, label: t(`attain.${k}`) }))} />}>
      {by === 'ops' ? facts : p[by].length === 0 ? <div className="kw-none">{t('attain.none')}</div> : (
        <div className="ap-scroll">
          <table className="ap-attain">
            <thead><tr><th>{t(`attain.key.${by}`)}</th><th>{t('attain.planned')}</th><th>{t('attain.onTime')}</th><th>{t('attain.late')}</th><th>{t('attain.open')}</th><th>{t('attain.soon')}</th><th className="ap-rate">{t('attain.rate')}</th></tr></thead>
            <tbody>{p[by].map((x) => <Line key={x.key} x={x} to={by === 'orders' ? orderUrl(x.key) : by === 'centers' ? `/scheduling/dispatch?center=${encodeURIComponent(x.key)}` : undefined} />)}</tbody>
          </table>
        </div>
      )}
    </Card>
  )
}

function Line({ x, to }: { x: Part; to?: string }) {
  const counts = x.planned - x.coming
  const w = (n: number) => `${counts > 0 ? (n * 100) / counts : 0}%`
  return (
    <tr>
      <th>{to ? <Link to={to}>{x.key}</Link> : <span className="num">{x.key}</span>} {x.name && <small>{x.name}</small>}</th>
      <td className="num">{x.planned}</td><td className="num">{x.on_time}</td><td className={x.late > 0 ? 'num kw-late' : 'num kw-dim'}>{x.late}</td><td className={x.open > 0 ? 'num kw-late' : 'num kw-dim'}>{x.open}</td><td className="num kw-dim">{x.coming}</td>
      <td className="ap-rate"><div><span className="ap-bar" aria-hidden><i className="kw-green" style={{ width: w(x.on_time) }} /><i className="kw-amber" style={{ width: w(x.late) }} /><i className="kw-red" style={{ width: w(x.open) }} /></span><b className="num">{counts > 0 ? `${format(x.rate, 1)}%` : '–'}</b></div></td>
    </tr>
  )
}

/** Operations as planned and as they went, from the plans of days or from a publication. */
export function Facts({ path, fixed, sort }: { path: '/api/v1/scheduling/facts' | '/api/v1/scheduling/published'; fixed: { col: string; op: 'eq' | 'ge' | 'le'; value: string }[]; sort: string[] }) {
  const { t } = useTranslation('scheduling')
  const columns: Column<FactRow>[] = [
    { key: 'result', label: 'attain.f.result', type: 'status', options: RESULTS, words: 'result', tone: (r) => TONES[r.result] as 'green' }, { key: 'order', type: 'link', to: toOrder }, { key: 'item_name' }, { key: 'op', type: 'number' }, { key: 'name', label: 'f.op_name' }, { key: 'machine' },
    { key: 'start_ms', type: 'instant', label: 'attain.f.start' }, { key: 'end_ms', type: 'instant', label: 'attain.f.end' }, { key: 'started_ms', type: 'instant', label: 'attain.f.started' }, { key: 'done_ms', type: 'instant', label: 'attain.f.done' },
    { key: 'off_ms', type: 'number', label: 'attain.f.off', noFilter: true, render: (r) => (r.done_ms > 0 ? <span className={r.result === 'late' ? 'num kw-late' : 'num kw-dim'}>{r.off_ms < 0 ? '−' : ''}{span(Math.abs(r.off_ms), t)}</span> : null) },
  ]
  return <SubList ns="scheduling" path={path} columns={columns} fixed={fixed} sort={sort} empty={<div className="kw-none">{t('attain.none')}</div>} />
}
