import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import { Card, DetailPage } from '@/kit/crud'
import { workCenterUrl } from '@/kit/links'
import { SpecialDays, Week } from './Week'

export default function CalendarPage() {
  const { t } = useTranslation('masterdata')
  const { code = '' } = useParams()
  const calendar = useGet('/api/v1/masterdata/calendars/{code}', { path: { code } })
  const c = calendar.data
  return (
    <DetailPage query={calendar} title={code} sub={c && `${c.site} · ${c.time_zone}`}>
      {c && (
        <>
          <Card title={t('calendar.week')}><Week calendar={c} /></Card>
          <div className="kw-panels">
            <Card title={t('calendar.days')}><SpecialDays calendar={c} /></Card>
            <Card title={t('calendar.users')}>{c.work_centers.length === 0 ? <p className="kw-dim">{t('calendar.noUsers')}</p> : <div className="md-chips">{c.work_centers.map((w) => <Link key={w} to={workCenterUrl(w)}>{w}</Link>)}</div>}</Card>
          </div>
        </>
      )}
    </DetailPage>
  )
}
