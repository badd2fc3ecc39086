import { LeftOutlined, RightOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useRef, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'
import { addDays, today } from '@/kit/dates'
import { hoursOf, monthStep } from './calendar'
import { minutes } from './week'
import './masterdata.css'

export interface Range { from: string; to: string }

/** A month as a calendar: click a day, shift and click the last of several; arrows walk, Enter opens, page keys turn. */
export function Month({ code, site, month, onMonth, picked, onPick, onOpen }: { code: string; site?: string; month: string; onMonth: (m: string) => void; picked?: Range; onPick: (r: Range) => void; onOpen?: (r: Range) => void }) {
  const { t } = useTranslation('masterdata')
  const box = useRef<HTMLDivElement>(null)
  const { data } = useGet('/api/v1/masterdata/calendars/{code}/month', { path: { code }, query: { month, site }, placeholderData: (old) => old })
  const days = data?.days ?? []
  const now = today()
  const pick = (date: string, further: boolean) => {
    const r = further && picked ? (date < picked.from ? { from: date, to: picked.to } : { from: picked.from, to: date }) : { from: date, to: date }
    onPick(r)
    return r
  }
  const walk = (e: KeyboardEvent<HTMLButtonElement>, date: string) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[e.key]
    if (e.key === 'PageUp' || e.key === 'PageDown') { e.preventDefault(); onMonth(monthStep(month, e.key === 'PageUp' ? -1 : 1)); return }
    if (!step) return
    e.preventDefault()
    const to = addDays(date, step)
    if (to.slice(0, 7) !== month) return onMonth(to.slice(0, 7))
    pick(to, e.shiftKey)
    box.current?.querySelector<HTMLElement>(`[data-date="${to}"]`)?.focus()
  }
  const lead = days[0] ? days[0].weekday - 1 : 0
  return (
    <div className="md-month">
      <div className="md-bar">
        <Button size="small" icon={<LeftOutlined />} aria-label={t('calendar.before')} onClick={() => onMonth(monthStep(month, -1))} />
        <b className="num md-now">{month}</b>
        <Button size="small" icon={<RightOutlined />} aria-label={t('calendar.after')} onClick={() => onMonth(monthStep(month, 1))} />
        {month !== now.slice(0, 7) && <Button size="small" type="link" onClick={() => onMonth(now.slice(0, 7))}>{t('calendar.thisMonth')}</Button>}
        <span className="kw-grow" />
        {data && <span className="num">{t('calendar.sum', { days: data.working_days, hours: hoursOf(data.minutes) })}{data.minutes !== data.usual_min && <span className={data.minutes < data.usual_min ? 'md-less' : 'md-more-h'}> {data.minutes > data.usual_min ? '+' : '−'}{hoursOf(Math.abs(data.minutes - data.usual_min))}</span>}</span>}
      </div>
      <div className="md-grid7" ref={box} role="grid" aria-label={month}>
        {[1, 2, 3, 4, 5, 6, 7].map((d) => <span key={d} className="md-wd" role="columnheader">{t(`weekday.${d}`)}</span>)}
        {Array.from({ length: lead }, (_, i) => <span key={`e${i}`} aria-hidden="true" />)}
        {days.map((d) => {
          const on = !!picked && picked.from <= d.date && d.date <= picked.to
          const over = d.minutes - d.usual_min
          const kind = d.minutes === 0 ? (d.usual_min > 0 ? 'off' : 'free') : d.kind === 'usual' ? 'usual' : over > 0 ? 'over' : 'own'
          return (
            <button
              key={d.date} type="button" data-date={d.date} role="gridcell" aria-selected={on} className={`md-date md-${kind}${on ? ' md-on' : ''}${d.date === now ? ' md-today' : ''}`}
              title={d.spans.map((s) => `${s.shift ? `${s.shift} ` : ''}${s.from}–${s.to}`).join('\n')}
              aria-label={`${d.date} ${d.minutes === 0 ? t('calendar.closed') : t('calendar.hours', { n: hoursOf(d.minutes) })} ${d.note}`}
              tabIndex={picked ? (on && d.date === picked.from ? 0 : -1) : d.date === `${month}-01` ? 0 : -1}
              onClick={(e) => pick(d.date, e.shiftKey)} onDoubleClick={() => onOpen?.({ from: d.date, to: d.date })}
              onKeyDown={(e) => { if (e.key === 'Enter') { e.preventDefault(); onOpen?.(on && picked ? picked : pick(d.date, false)) } else walk(e, d.date) }}
            >
              <span className="md-no num">{Number(d.date.slice(8))}</span>
              <span className="md-h num">{d.minutes === 0 ? (kind === 'off' ? t('calendar.closed') : '') : t('calendar.hours', { n: hoursOf(d.minutes) })}</span>
              <span className="md-bars" aria-hidden="true">{d.spans.map((s) => { const f = minutes(s.from); const e = minutes(s.to) <= f ? 1440 : minutes(s.to); return <i key={s.from} style={{ left: `${f / 14.4}%`, width: `${(e - f) / 14.4}%` }} /> })}</span>
              <span className="md-note1">{d.note}</span>
            </button>
          )
        })}
      </div>
      <p className="md-legend kw-dim"><i className="md-usual" />{t('calendar.usual')}<i className="md-off" />{t('calendar.closedDay')}<i className="md-over" />{t('calendar.overtime')}<i className="md-own" />{t('calendar.own')}</p>
    </div>
  )
}
