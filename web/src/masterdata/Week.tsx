import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { Card } from '@/kit/crud'
import { calendarUrl } from '@/kit/links'
import { bars, hours } from './week'
import './masterdata.css'

type Calendar = Answer<'get', '/api/v1/masterdata/calendars/{code}'>

/** The week as bars from 0 to 24 o'clock. */
export function Week({ calendar }: { calendar: Calendar }) {
  const { t } = useTranslation('masterdata')
  const days = bars(calendar.week)
  if (calendar.week.length === 0) return <p className="kw-dim">{t('center.always')}</p>
  return (
    <div className="md-week">
      {days.map((list, i) => (
        <Day key={i} name={t(`weekday.${i + 1}`)} total={t('calendar.hours', { n: hours(list) })}>
          {list.map((b) => <i key={b.from} style={{ left: `${b.from / 14.4}%`, width: `${(b.to - b.from) / 14.4}%` }} title={b.label}>{b.to - b.from >= 150 ? b.label : ''}</i>)}
        </Day>
      ))}
      <span />
      <div className="md-scale num" aria-hidden="true">{[0, 6, 12, 18, 24].map((h) => <span key={h} style={{ left: `${h / 0.24}%` }}>{h}</span>)}</div>
      <span className="md-sum num"><b>{t('calendar.hours', { n: hours(days.flat()) })}</b></span>
    </div>
  )
}

function Day({ name, total, children }: { name: string; total: string; children: React.ReactNode }) {
  return <><span className="md-day">{name}</span><div className="md-hours">{children}</div><span className="md-sum num">{total}</span></>
}

export function WeekOf({ code }: { code: string }) {
  const { t } = useTranslation('masterdata')
  const { data, error } = useGet('/api/v1/masterdata/calendars/{code}', { path: { code } })
  if (error) return <div className="kw-none" role="alert">{messageOf(error)}</div>
  return data ? <Card title={t('calendar.named', { code })} extra={<Link to={calendarUrl(code)}>{t('calendar.open')} →</Link>}><Week calendar={data} /></Card> : null
}

/** Days that differ from their weekday. */
export function SpecialDays({ calendar }: { calendar: Calendar }) {
  const { t } = useTranslation('masterdata')
  if (calendar.days.length === 0) return <p className="kw-dim">{t('calendar.noDays')}</p>
  const dates = [...new Set(calendar.days.map((d) => d.date))]
  return (
    <ul className="md-days">
      {dates.map((date) => {
        const spans = calendar.days.filter((d) => d.date === date && d.from !== d.to)
        const note = calendar.days.find((d) => d.date === date)?.note
        return <li key={date}><span className="num">{date}</span>{spans.length === 0 ? <Chip status="closed" word={t('calendar.closed')} /> : <Chip status="active" tone="teal" word={spans.map((s) => `${s.from}–${s.to}`).join(' ')} />}{note && <span className="kw-dim">{note}</span>}</li>
      })}
    </ul>
  )
}
