import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Card, DetailPage, Facts, Lines, type Column } from '@/kit/crud'
import { calendarUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { Changeovers } from './Changeovers'
import { WeekOf } from './Week'
import './masterdata.css'

type Center = Answer<'get', '/api/v1/masterdata/work-centers/{code}'>
type Machine = NonNullable<Center['machines']>[number]

const facts: Column<Center>[] = [
  { key: 'kind', type: 'enum', words: 'center' }, { key: 'capacity', type: 'number' }, { key: 'efficiency_pct', type: 'number' },
  { key: 'calendar', type: 'link', to: (c) => (c.calendar ? calendarUrl(c.calendar) : undefined) }, { key: 'cost_per_hour', type: 'money', masked: true },
]

export default function WorkCenterPage() {
  const { t } = useTranslation('masterdata')
  const { code = '' } = useParams()
  const may = useMay()
  const center = useGet('/api/v1/masterdata/work-centers/{code}', { path: { code } })
  const c = center.data
  const machines: Column<Machine>[] = [
    { key: 'code' }, { key: 'name' }, { key: 'speed_pct', type: 'number' }, ...(c?.kind === 'batch' ? [{ key: 'batch_capacity', type: 'number' } as const] : []),
    { key: 'calendar', render: (m) => (m.calendar ? <Link to={calendarUrl(m.calendar)}>{m.calendar}</Link> : <span className="kw-dim">{t('center.same')}</span>) },
  ]
  return (
    <DetailPage
      query={center} title={code} sub={c?.name} status={c && (c.active ? 'active' : 'inactive')} facts={c && <Facts ns="masterdata" columns={facts} row={c} />}
      actions={c && may('scheduling.read') && <Link to={`/scheduling/work-centers/${encodeURIComponent(code)}`}>{t('center.list')} →</Link>}
      tabs={c && [
        { key: 'machines', label: t('center.machines'), count: c.machines.length, children: <Lines ns="masterdata" columns={machines} rows={c.machines} empty={<div className="kw-none">{t('center.noMachines')}</div>} /> },
        { key: 'changeovers', label: t('center.changeovers'), count: c.changeovers.length, children: <Changeovers rows={c.changeovers} /> },
        { key: 'calendar', label: t('center.calendar'), children: c.calendar ? <WeekOf code={c.calendar} /> : <Card><p className="kw-dim">{t('center.always')}</p></Card> },
      ]}
    />
  )
}
