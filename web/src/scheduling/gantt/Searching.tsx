import { App, Button, Progress } from 'antd'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from '@tanstack/react-query'
import { call } from '@/api/client'
import { messageOf } from '@/api/errors'
import { keyOf, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { format } from '@/kit/num'
import { span } from '../span'

const PATH = '/api/v1/scheduling/searches/{id}'
type Search = Answer<'get', typeof PATH>
type Part = 'tardiness_ms' | 'late_orders' | 'setup_ms' | 'makespan_ms' | 'waiting_ms' | 'upset_ms'
const PARTS: { part: Part; goal: string; bound: boolean }[] = [
  { part: 'tardiness_ms', goal: 'tardiness', bound: true }, { part: 'late_orders', goal: 'late_orders', bound: true }, { part: 'setup_ms', goal: 'setup', bound: false }, { part: 'makespan_ms', goal: 'makespan', bound: true }, { part: 'waiting_ms', goal: 'waiting', bound: false }, { part: 'upset_ms', goal: 'upset', bound: false },
]

/** A search that runs: what it has found so far, how far that is from what nobody can beat, and a way to end it. */
export default function Searching({ id, goal, onDraft, onGone }: { id: string; goal: string; onDraft: (id: string) => void; onGone: () => void }) {
  const { t } = useTranslation('scheduling')
  const { message } = App.useApp()
  const stop = useSend('post', '/api/v1/scheduling/searches/{id}/stop')
  const { data: s } = useQuery<Search>({
    queryKey: keyOf(PATH, { path: { id } }), queryFn: ({ signal }) => call('GET', PATH, { path: { id }, signal }),
    refetchInterval: (q) => (q.state.data?.state === 'done' || q.state.data?.state === 'failed' ? false : 600),
  })
  const told = useRef(false)
  useEffect(() => {
    if (told.current || !s) return
    if (s.state === 'done' && s.draft) { told.current = true; onDraft(s.draft) }
    if (s.state === 'failed') { told.current = true; void message.error({ content: t('search.failed', { why: s.error ?? '' }), duration: 8 }); onGone() }
  }, [s, onDraft, onGone, message, t])
  const first = s?.points[0]
  const last = s?.points[s.points.length - 1]
  const main = PARTS.find((x) => x.goal === goal) ?? PARTS[0]!
  const show = (p: Part, n: number) => (p === 'late_orders' ? format(String(n)) : span(n, t))
  const part = s ? Math.min(100, Math.round((s.after_ms / 1000 / s.seconds) * 100)) : 0
  return (
    <div className="ap-search">
      <Progress percent={part} showInfo={false} size="small" />
      <p className="kw-dim num">{s?.state === 'running' ? t('search.after', { n: Math.round(s.after_ms / 1000), of: s.seconds, found: s.points.length >= 200 ? '199+' : String(Math.max(0, s.points.length - 1)) }) : t('search.waits')}</p>
      {s && s.points.length > 0 && <Curve s={s} part={main.part} label={t(`goal.${main.goal}`)} />}
      {first && last && s && (
        <table className="ap-diff">
          <thead><tr><th />{(['first', 'best', 'bound'] as const).map((k) => <th key={k}>{t(`search.${k}`)}</th>)}</tr></thead>
          <tbody>{PARTS.map((x) => <tr key={x.part}><th>{t(`goal.${x.goal}`)}</th><td className="num">{show(x.part, first[x.part])}</td><td className={last[x.part] < first[x.part] ? 'num ap-good' : 'num'}>{show(x.part, last[x.part])}</td><td className="num kw-dim">{x.bound ? `≥ ${show(x.part, s.bound[x.part])}` : '–'}</td></tr>)}</tbody>
        </table>
      )}
      <p className="ap-acts"><Button type="primary" loading={stop.isPending || s?.stop} onClick={() => stop.mutate({ path: { id } }, { onError: (e) => void message.error({ content: messageOf(e), duration: 6 }) })}>{t('search.stop')}</Button></p>
    </div>
  )
}

/** The part that counts most, over the time of the search; the line below is its bound. */
function Curve({ s, part, label }: { s: Search; part: Part; label: string }) {
  const W = 400
  const H = 90
  const end = Math.max(s.after_ms, 1000)
  const top = Math.max(...s.points.map((p) => p[part]), 1)
  const low = Math.min(part === 'tardiness_ms' || part === 'late_orders' || part === 'makespan_ms' ? s.bound[part] : Infinity, ...s.points.map((p) => p[part]))
  const y = (v: number) => 4 + (1 - (top === low ? 0 : (v - low) / (top - low))) * (H - 8)
  const x = (ms: number) => (ms / end) * W
  let d = ''
  for (const p of s.points) d += d ? `H${x(p.after_ms).toFixed(1)}V${y(p[part]).toFixed(1)}` : `M${x(p.after_ms).toFixed(1)} ${y(p[part]).toFixed(1)}`
  return (
    <svg className="ap-curve" viewBox={`0 0 ${W} ${H}`} role="img" aria-label={label} preserveAspectRatio="none">
      <line x1={0} x2={W} y1={H - 4} y2={H - 4} />
      <path d={`${d}H${W}`} />
    </svg>
  )
}
