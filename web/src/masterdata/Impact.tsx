import { useQuery } from '@tanstack/react-query'
import { Alert } from 'antd'
import { useTranslation } from 'react-i18next'
import { call } from '@/api/client'
import { fieldErrors, messageOf } from '@/api/errors'
import type { Answer } from '@/api/types'
import { hoursOf } from './calendar'

type Told = Answer<'post', '/api/v1/masterdata/calendars/{code}/days/impact'>

/** Hours of the months before and after a change that is not made yet, or why it would be refused. */
export function Impact({ code, what, body }: { code: string; what: 'days' | 'week'; body?: object }) {
  const { t } = useTranslation('masterdata')
  const path = `/api/v1/masterdata/calendars/{code}/${what}/impact`
  const { data, error } = useQuery<Told>({ queryKey: ['impact', path, code, body], queryFn: ({ signal }) => call<Told>('POST', path, { path: { code }, body, signal }), enabled: !!body, retry: false, gcTime: 0 })
  if (!body) return null
  if (error) return <Alert type="error" showIcon title={Object.values(fieldErrors(error))[0] ?? messageOf(error)} />
  if (!data) return null
  const users = data.work_centers.length + data.machines.length
  return (
    <div className="md-impact" aria-live="polite">
      {data.months.map((m) => {
        const d = m.after_min - m.before_min
        return <div key={m.month}><span className="num">{m.month}</span><span className="num">{t('calendar.hours', { n: hoursOf(m.before_min) })} → <b>{t('calendar.hours', { n: hoursOf(m.after_min) })}</b></span><span className={`num ${d < 0 ? 'md-less' : d > 0 ? 'md-more-h' : 'kw-dim'}`}>{d === 0 ? t('calendar.noChange') : (d > 0 ? '+' : '−') + t('calendar.hours', { n: hoursOf(Math.abs(d)) })}</span></div>
      })}
      <p className="kw-dim">{users === 0 ? t('calendar.touchesNobody') : t('calendar.touches', { n: users, names: [...data.work_centers, ...data.machines].slice(0, 6).join(t('comma')) })}</p>
    </div>
  )
}
