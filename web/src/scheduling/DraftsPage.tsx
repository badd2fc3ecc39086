import { Button, Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { ActButton, Card, SubList, type Column } from '@/kit/crud'
import { showInstant } from '@/kit/dates'
import { format } from '@/kit/num'
import { useMay } from '@/kit/who'
import { toldText } from './gantt/words'
import { draftName } from './names'
import { span } from './span'
import '@/kit/crud/crud.css'
import './scheduling.css'

type DraftRow = Row<'/api/v1/scheduling/drafts'>
type ToldRow = Row<'/api/v1/scheduling/told'>
const NEWEST = ['-recorded_ms']
const COUNTS = [{ col: 'ended_ms', op: 'eq' as const, value: '0' }]
type Measure = 'late' | 'late_ms' | 'setup_ms' | 'waiting_ms' | 'end_ms' | 'moved' | 'upset_ms'
const MEASURES: Measure[] = ['late', 'late_ms', 'setup_ms', 'waiting_ms', 'end_ms', 'moved', 'upset_ms']

/** Drafts side by side with the live schedule, and what people have told it. */
export default function DraftsPage() {
  const { t } = useTranslation('scheduling')
  const may = useMay()
  const acts = may('scheduling.run')
  const drafts = useGet('/api/v1/scheduling/drafts', { query: { limit: 50, sort: '-recorded_ms' } })
  const runs = useGet('/api/v1/scheduling/runs', { query: { limit: 1, filter: ['live:eq:true'], sort: '-recorded_ms' } })
  const publish = useSend('post', '/api/v1/scheduling/drafts/{id}/publish')
  const drop = useSend('post', '/api/v1/scheduling/drafts/{id}/drop')
  const end = useSend('post', '/api/v1/scheduling/told/{id}/end')
  const [all, setAll] = useState(false)
  const list = drafts.data?.items ?? []
  const live = runs.data?.items[0]
  const best = useMemo(() => {
    const out = new Map<Measure, number>()
    for (const m of MEASURES) { // green where the schedules differ
      const all = [...list.map((d) => d[m]), ...(live && m in live ? [live[m as 'late']] : [])]
      if (Math.max(...all) > Math.min(...all)) out.set(m, Math.min(...all))
    }
    return out
  }, [list, live])
  const show = (m: Measure, n: number) => (m === 'end_ms' ? showInstant(n).slice(5) : m === 'late' || m === 'moved' ? format(String(n)) : span(n, t))
  const cell = (m: Measure, n: number) => <td key={m} className={`num${n === best.get(m) ? ' ap-good' : m === 'late' && n > 0 ? ' kw-late' : ''}`}>{show(m, n)}</td>
  const columns: Column<ToldRow>[] = [
    { key: 'kind', label: 'told.what', noFilter: true, render: (x) => toldText(x, t) },
    { key: 'note' }, { key: 'actor' }, { key: 'recorded_ms', type: 'instant' }, { key: 'ended_ms', type: 'instant' },
    ...(acts ? [{ key: 'id' as const, label: 'told.act', noFilter: true, render: (x: ToldRow) => (x.ended_ms > 0 ? null : <ActButton size="small" send={end} input={{ path: { id: x.id } }} confirm={{ title: t('told.ask', { what: toldText(x, t) }), text: t('told.askText') }} done={t('told.done')}>{t('told.take')}</ActButton>) }] : []),
  ]
  return (
    <div className="ap-run kw-loaded">
      <Card title={t('drafts.title')} flush extra={<Link to="/scheduling/board"><Button>{t('menu.board')}</Button></Link>}>
        {(list.length > 0 || live) && (
          <div className="ap-scroll">
            <table className="ap-compare">
              <thead><tr><th>{t('f.name')}</th>{MEASURES.map((m) => <th key={m}>{t(`measure.${m}`)}</th>)}<th>{t('f.goal')}</th><th>{t('f.actor')}</th><th /></tr></thead>
              <tbody>
                {live && <tr className="ap-live"><th>{t('drafts.live')}</th>{MEASURES.map((m) => (m === 'moved' || m === 'upset_ms' ? <td key={m} className="kw-dim">–</td> : cell(m, live[m])))}<td className="kw-dim">{t(`rule.${live.rule}`)}</td><td>{live.actor} <small className="kw-dim num">{showInstant(live.recorded_ms).slice(5)}</small></td><td /></tr>}
                {list.map((d) => <DraftLine key={d.id} d={d} cells={MEASURES.map((m) => cell(m, d[m]))} acts={acts ? (
                  <>
                    <ActButton size="small" type="primary" disabled={d.stale} title={d.stale ? t('stale.draft') : undefined} send={publish} input={{ path: { id: d.id } }} confirm={{ title: t('publish.ask'), text: t('publish.text'), ok: t('publish.do') }} done={t('publish.done')}>{t('publish.do')}</ActButton>
                    <ActButton size="small" danger send={drop} input={{ path: { id: d.id } }} confirm={{ title: t('draft.dropAsk', { name: draftName(t, d.name, d.id) }) }} done={t('draft.dropped')}>{t('draft.drop')}</ActButton>
                  </>
                ) : null} />)}
              </tbody>
            </table>
          </div>
        )}
        {drafts.data && list.length === 0 && <div className="kw-none"><span>{t('drafts.none')}</span></div>}
      </Card>
      <Card title={t('told.title')} flush extra={<Segmented size="small" value={all ? 'all' : 'now'} onChange={(v) => setAll(v === 'all')} options={[{ value: 'now', label: t('told.now') }, { value: 'all', label: t('told.all') }]} />}>
        <SubList key={String(all)} ns="scheduling" path="/api/v1/scheduling/told" columns={columns} fixed={all ? [] : COUNTS} sort={NEWEST} empty={<div className="kw-none">{t('told.none')}</div>} />
      </Card>
    </div>
  )
}

function DraftLine({ d, cells, acts }: { d: DraftRow; cells: React.ReactNode; acts: React.ReactNode }) {
  const { t } = useTranslation('scheduling')
  const goals = d.goal ? d.goal.split(' ').map((x) => t(`goal.${x}`)) : []
  return (
    <tr>
      <th><Link to={`/scheduling/board?run=${d.id}`}>{draftName(t, d.name, d.id)}</Link>{d.stale && <small className="kw-late"> {t('drafts.stale')}</small>}</th>
      {cells}
      <td title={goals.join(' › ')}>{goals[0] ? <>{goals[0]} {goals.length > 1 && <small className="kw-dim">› {goals[1]} …</small>}</> : <span className="kw-dim">{t('drafts.usual')}</span>}</td>
      <td>{d.actor} <small className="kw-dim num">{showInstant(d.recorded_ms).slice(5)}</small></td>
      <td className="ap-do"><Link to={`/scheduling/board?run=${d.id}`}><Button size="small">{t('drafts.open')}</Button></Link>{acts}</td>
    </tr>
  )
}
