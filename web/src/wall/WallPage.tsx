import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { call } from '@/api/client'
import { ApiError, messageOf } from '@/api/errors'
import { onNews, startEvents } from '@/app/events'
import { Chip } from '@/kit/Chip'
import { setZone, showSecond, showTime } from '@/kit/dates'
import { cmp, format, pct } from '@/kit/num'
import { atMost, fits, isStale, moves, pollEvery, shown, totals, type Board } from './figures'
import './wall.css'

function useClock(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => { const timer = setInterval(() => setNow(Date.now()), 1000); return () => clearInterval(timer) }, [])
  return now
}

/** A screen on the wall: nobody touches it, it says by itself when its figures are old. */
export default function WallPage() {
  const { t } = useTranslation('wall')
  const { at = 'all' } = useParams()
  const now = useClock()
  const [size, setSize] = useState(() => ({ w: innerWidth, h: innerHeight }))
  useEffect(() => { const fit = () => setSize({ w: innerWidth, h: innerHeight }); window.addEventListener('resize', fit); return () => window.removeEventListener('resize', fit) }, [])
  useEffect(() => { document.title = t('menu.wall') }, [t])
  const [live, setLive] = useState(false)
  const { data: b, error, dataUpdatedAt, refetch } = useQuery<Board>({
    queryKey: ['wall', at], // not by its address: the news of a busy floor would break one reading off with the next
    queryFn: async ({ signal }) => {
      const board = await call<Board>('GET', '/api/v1/production/wall', { query: { at }, signal })
      setZone(board.time_zone || undefined) // the clock of the factory, wherever the screen was bought
      return board
    },
    refetchInterval: pollEvery(live), refetchIntervalInBackground: true, retry: false, staleTime: 0, gcTime: 60_000,
  })
  const client = useQueryClient()
  const known = !!b // a screen that may see the board may hear of it
  useEffect(() => {
    if (!known) return
    const look = atMost(1000, () => void refetch())
    const deaf = onNews((n) => { if (moves(n.name)) look() })
    const stop = startEvents(client, (on) => { setLive(on); if (on) look() })
    return () => { deaf(); stop(); look.stop(); setLive(false) }
  }, [known, client, refetch])
  if (!b) {
    const login = error instanceof ApiError && error.status === 401
    return <main className="kl-wall kl-empty"><h1>{error ? messageOf(error) : t('wait')}</h1>{login && <p>{t('enrol')}</p>}</main>
  }
  const sum = totals(b)
  const one = b.centers.length === 1
  const calls = b.calls.slice(0, 3)
  const old = isStale(dataUpdatedAt, now, live && !error)
  const lines = one ? [] : shown(b, fits(size, calls.length, old))
  const ops = b.ops.slice(0, Math.max(1, Math.floor((size.h - size.w * 0.32) / (size.w * 0.052))))
  return (
    <main className="kl-wall">
      {old && <div className="kl-stale" role="alert">◆ {t('stale', { at: showTime(b.at_ms) })}</div>}
      <header>
        <h1>{one ? b.centers[0]!.name : b.site || t('all')}</h1>
        <span className="num">{t('asOf', { at: showSecond(b.at_ms) })}</span>
        <b className="num">{showTime(now)}</b>
      </header>
      <section className="kl-figs">
        <Fig label={t('done')} value={format(sum.done)} of={format(sum.plan)} />
        <Fig label={t('reached')} value={`${sum.pct}%`} tone={sum.pct >= 100 ? 'good' : undefined} />
        <Fig label={t('running')} value={String(sum.running)} tone="good" />
        <Fig label={t('paused')} value={String(sum.paused)} tone={sum.paused ? 'warn' : undefined} />
        <Fig label={t('short')} value={String(sum.waiting)} tone={sum.waiting ? 'warn' : undefined} />
        <Fig label={t('late')} value={String(b.late_count)} tone={b.late_count ? 'bad' : undefined} />
        <Fig label={t('calls')} value={String(b.calls.length)} tone={b.calls.length ? 'bad' : undefined} />
      </section>
      {calls.length > 0 && <section className="kl-calls">{calls.map((c) => <div key={c.id} className={c.state === 'taken' ? 'kl-taken' : ''}><b>{c.state === 'taken' ? '●' : '◆'} {t(`kind.${c.kind}`)}{c.part_name && ` · ${c.part_name}`}</b><span>{c.work_center_name} · {c.state === 'taken' ? t('onway', { name: c.taken_by }) : t('since', { at: showTime(c.called_ms) })}</span></div>)}</section>}
      {one
        ? <section className="kl-ops">{ops.map((o) => <div key={`${o.order}/${o.op}`}><Chip status={o.status} /><b className="num">{o.order}</b><span>{o.item_name}</span><i>{o.op} {o.name}</i><em className="num">{format(o.good)} / {format(o.qty)}</em><small>{o.crew.join('、')}</small></div>)}{ops.length === 0 && <p>{t('nothing')}</p>}</section>
        : (
            <section className="kl-lines">
              {lines.map((c) => (
                <div key={c.code} className={c.calls ? 'kl-bad' : c.paused ? 'kl-warn' : c.running ? 'kl-go' : ''}>
                  <h2>{c.name}</h2>
                  <b className="num">{format(c.done)}<small> / {format(c.plan)}</small></b>
                  <div className="kl-bar"><i style={{ width: `${cmp(c.plan, '0') > 0 ? pct(c.done, c.plan) : 0}%` }} /></div>
                  <p>{c.running > 0 && <span>● {t('n.running', { n: c.running })}</span>}{c.paused > 0 && <span className="kl-w">■ {t('n.paused', { n: c.paused })}</span>}{c.waiting_material > 0 && <span className="kl-w">■ {t('n.short', { n: c.waiting_material })}</span>}{c.late > 0 && <span className="kl-b">◆ {t('n.late', { n: c.late })}</span>}{c.running + c.paused + c.waiting_material + c.late === 0 && <span>{t('n.idle')}</span>}</p>
                </div>
              ))}
            </section>
          )}
    </main>
  )
}

function Fig({ label, value, of, tone }: { label: string; value: string; of?: string; tone?: 'good' | 'warn' | 'bad' }) {
  return <div className={tone ? `kl-${tone}fig` : ''}><span>{label}</span><b className="num">{value}{of && <small> / {of}</small>}</b></div>
}
