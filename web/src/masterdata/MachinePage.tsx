import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Card, DetailPage, Facts, FormDrawer, type Column } from '@/kit/crud'
import { calendarUrl, workCenterUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { EditActions, Log, shaped } from './edit'
import { OwnEfficiency } from './OwnEfficiency'
import { machineFields, NONE } from './resources'
import { WeekOf } from './Week'

type Machine = Answer<'get', '/api/v1/masterdata/machines/{code}'>
const facts: Column<Machine>[] = [
  { key: 'work_center', type: 'link', to: (m) => workCenterUrl(m.work_center) }, { key: 'speed_pct', type: 'number' }, { key: 'efficiency_pct', render: (m) => <OwnEfficiency pct={m.efficiency_pct} /> }, { key: 'batch_capacity', type: 'number' },
  { key: 'calendar', type: 'link', to: (m) => (m.calendar ? calendarUrl(m.calendar) : undefined) }, { key: 'site' },
]
const fields = machineFields()

export default function MachinePage() {
  const { t } = useTranslation('masterdata')
  const { code = '' } = useParams()
  const may = useMay()
  const [editing, setEditing] = useState(false)
  const machine = useGet('/api/v1/masterdata/machines/{code}', { path: { code } })
  const m = machine.data
  return (
    <>
      <DetailPage
        query={machine} title={code} sub={m?.name} status={m && (m.active ? 'active' : 'inactive')} facts={m && <Facts ns="masterdata" columns={facts} row={m} />}
        actions={m && <EditActions noun="machines" code={code} site={m.site} rev={m.rev} active={m.active} onEdit={() => setEditing(true)} />}
        tabs={m && [
          { key: 'calendar', label: t('center.calendar'), children: m.calendar ? <WeekOf code={m.calendar} /> : <Card><p className="kw-dim">{t('center.same')}</p></Card> },
          { key: 'log', label: t('item.log'), children: <Log subject={`machine:${code}`} /> },
        ]}
      />
      {m && may('masterdata.write') && <FormDrawer ns="masterdata" title={t('edit.title', { code })} method="put" path="/api/v1/masterdata/machines/{code}" pathParams={{ code }} fields={fields} initial={m} shape={(b) => shaped(m, fields, b, NONE)} open={editing} onClose={() => setEditing(false)} />}
    </>
  )
}
