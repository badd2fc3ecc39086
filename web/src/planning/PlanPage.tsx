import { DiffOutlined, ThunderboltOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { filterText } from '@/kit/crud/listState'
import { SitePick, useSiteCode, useSiteFilter } from '@/kit/SitePick'
import { useGet } from '@/api/hooks'
import { Chip } from '@/kit/Chip'
import { Card, SubList, type Column } from '@/kit/crud'
import { showInstant, today } from '@/kit/dates'
import { format } from '@/kit/num'
import { useMay } from '@/kit/who'
import { MessageText } from './MessageText'
import { NetButton, NetSentence } from './NetRun'
import { NoPlan } from './NoPlan'
import { brief, GROUPS, netUrl, type Net, type Run } from './plan'
import { useRun } from './useRun'
import './planning.css'

const SHORT = [{ col: 'short', op: 'eq' as const, value: 'true' }]
const shortSort = ['short_on', 'item']
const newest = ['-recorded_ms']
const shortColumns: Column<Net>[] = [
  { key: 'item', render: (r) => <span className="pn-item"><Link to={netUrl(r)}>{r.item}</Link><small>{r.name}</small></span> }, { key: 'short_on', render: (r) => <span className={r.short_on <= today() ? 'num kw-late' : 'num'}>{r.short_on}</span> },
  { key: 'stock', type: 'qty' }, { key: 'coming', type: 'qty' }, { key: 'needed', type: 'qty', render: (r) => <span className="num">{brief(r.needed)}</span> }, { key: 'planned', type: 'qty', uom: 'uom' },
]

/** The live plan at a glance: how good it is, what to do first, what is short, and the plans before it. */
export default function PlanPage() {
  const { t } = useTranslation('planning')
  const may = useMay()
  const navigate = useNavigate()
  const runs = useGet('/api/v1/planning/runs', { query: { limit: 20, sort: '-recorded_ms' } })
  const here = useSiteFilter()
  const short = useMemo(() => [...SHORT, ...here], [here])
  const open = useGet('/api/v1/planning/messages', { query: { limit: 500, filter: ['state:eq:open', ...here.map(filterText)], sort: 'rank,from,item' } })
  const [chosen, setChosen] = useState<string[]>([])
  const list = runs.data?.items ?? []
  const site = useSiteCode()
  const { run, busy } = useRun(site)
  const live = list.find((r) => r.live && r.site === site) ?? list.find((r) => r.live)
  const messages = open.data?.items ?? []
  if (runs.data && !live) return <NoPlan />
  if (!live) return null
  const mine = list.filter((r) => r.site === live.site)
  const before = mine.find((r) => !r.live)
  const choose = (id: string) => setChosen((c) => (c.includes(id) ? c.filter((x) => x !== id) : [...c.slice(-1), id]))
  const compare = (a: string, b: string) => {
    const [x, y] = [list.findIndex((r) => r.id === a), list.findIndex((r) => r.id === b)]
    void navigate(`/planning/plan/compare?before=${x > y ? a : b}&after=${x > y ? b : a}`)
  }
  const delta = (now: number, was: number | undefined) => (was === undefined || was === now ? '' : t('plan.delta', { d: (now > was ? '+' : '−') + Math.abs(now - was) }))
  const runColumns: Column<Run>[] = [
    { key: 'id', label: 'compare.pick', noSort: true, render: (r) => <input type="checkbox" aria-label={t('compare.pick')} checked={chosen.includes(r.id)} onChange={() => choose(r.id)} /> },
    { key: 'recorded_ms', type: 'instant' }, ...(mine.length < list.length ? [{ key: 'site' } as Column<Run>] : []), { key: 'live', label: 'f.state', render: (r) => <Chip status={r.live ? 'active' : 'superseded'} word={t(r.live ? 'plan.live' : 'plan.old')} /> }, { key: 'mode', render: (r) => <span className="num">{r.mode === 'net' ? t('net.mode', { looked: format(String(r.looked)), of: format(String(r.of)) }) : t('net.all')}</span> }, { key: 'orders', type: 'number' },
    { key: 'late', render: (r) => <span className={r.late > 0 ? 'num kw-late' : 'num kw-dim'}>{r.late}</span> }, { key: 'past', type: 'number' }, { key: 'messages', type: 'number' }, { key: 'items', type: 'number' }, { key: 'demands', type: 'number' }, { key: 'supplies', type: 'number' },
    { key: 'took_ms', render: (r) => <span className="num">{t('plan.took', { n: format(String(r.took_ms)) })}</span> }, { key: 'actor' },
  ]
  return (
    <div className="pn-page kw-loaded">
      <Card
        title={t('plan.title', { site: live.site, day: live.today })}
        extra={<>
          <SitePick />
          {may('planning.run') && <Button type="primary" icon={<ThunderboltOutlined />} loading={busy} title={t('run.hint')} onClick={() => run()}>{t('run.do')}</Button>}
          {may('planning.run') && <NetButton site={site} busy={busy} run={run} />}
        </>}
      >
        <dl className="pn-figures">
          <Figure label={t('f.late')} value={live.late} bad={live.late > 0} sub={delta(live.late, before?.late) || t(live.late > 0 ? 'plan.lateSub' : 'plan.onTime')} to="/planning/messages?act=late" />
          <Figure label={t('f.messages')} value={messages.length < 500 ? messages.length : live.messages} sub={t('plan.openSub', { n: live.messages })} to="/planning/messages" />
          <Figure label={t('f.orders')} value={live.orders} sub={delta(live.orders, before?.orders)} to="/planning/orders" />
          <Figure label={t('f.past')} value={live.past} bad={live.past > 0} sub={delta(live.past, before?.past) || t('plan.pastSub')} to={`/planning/orders?filter=${encodeURIComponent('past:eq:true')}`} />
          <Figure label={t('f.demands')} value={live.demands} sub={t('plan.supplies', { n: format(String(live.supplies)), items: live.items })} to="/planning/items" />
          <div><dt>{t('plan.by')}</dt><dd className="pn-when">{live.actor}</dd><small className="num">{showInstant(live.recorded_ms)} · {t('plan.took', { n: format(String(live.took_ms)) })}</small></div>
        </dl>
        {live.mode === 'net' && <NetSentence id={live.id} />}
        {live.today < today() && <p className="pn-note">{t('plan.stale', { day: live.today })}</p>}
      </Card>
      <div className="pn-two">
        <Card title={t('plan.todo')} extra={<Link to="/planning/messages">{t('plan.triage')}</Link>}>
          {messages.length === 0 && open.data && <div className="kw-none">{t('messages.clear')}</div>}
          <ul className="pn-todo">
            {GROUPS.map((g) => {
              const mine = messages.filter((m) => g.acts.includes(m.act))
              if (mine.length === 0) return null
              return (
                <li key={g.name} className={`kw-${g.tone}`}>
                  <Link to={`/planning/messages?act=${g.acts.join(',')}`}><b className="num">{mine.length}</b><span>{t(`group.${g.name}`)}</span></Link>
                  <ol>{mine.slice(0, 2).map((m) => <li key={m.id}><Link to={netUrl(m)}>{m.name}</Link> <MessageText m={m} /></li>)}</ol>
                </li>
              )
            })}
          </ul>
        </Card>
        <Card title={t('plan.short')} flush extra={<Link to="/planning/items">{t('plan.allItems')}</Link>}><SubList ns="planning" path="/api/v1/planning/items" columns={shortColumns} fixed={short} sort={shortSort} open={netUrl} empty={<div className="kw-none">{t('plan.noShort')}</div>} /></Card>
      </div>
      <Card title={t('plan.runs')} flush extra={mine.length > 1 && <Button size="small" icon={<DiffOutlined />} onClick={() => (chosen.length === 2 ? compare(chosen[0]!, chosen[1]!) : compare(mine[1]!.id, mine[0]!.id))}>{t(chosen.length === 2 ? 'compare.two' : 'compare.last')}</Button>}>
        <SubList ns="planning" path="/api/v1/planning/runs" columns={runColumns} sort={newest} />
      </Card>
    </div>
  )
}

function Figure({ label, value, sub, bad, to }: { label: string; value: number; sub: string; bad?: boolean; to: string }) {
  return <div><dt>{label}</dt><dd className={bad ? 'num kw-late' : 'num'}><Link to={to}>{format(String(value))}</Link></dd><small>{sub}</small></div>
}
