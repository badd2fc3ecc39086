import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Card, DetailPage, Facts, FormDrawer, Lines, type Column } from '@/kit/crud'
import { calendarUrl, machineUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { Changeovers } from './Changeovers'
import { EditActions, Log, shaped } from './edit'
import { OwnEfficiency } from './OwnEfficiency'
import { centerFields, machineFields, NONE, withCode } from './resources'
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
  const [editing, setEditing] = useState(false)
  const [adding, setAdding] = useState(false)
  const center = useGet('/api/v1/masterdata/work-centers/{code}', { path: { code } })
  const c = center.data
  const write = may('masterdata.write')
  const fields = centerFields(may)
  const machines: Column<Machine>[] = [
    { key: 'code', type: 'link' }, { key: 'name' }, { key: 'speed_pct', type: 'number' }, { key: 'efficiency_pct', render: (m) => <OwnEfficiency pct={m.efficiency_pct} /> }, ...(c?.kind === 'batch' ? [{ key: 'batch_capacity', type: 'number' } as const] : []),
    { key: 'calendar', render: (m) => (m.calendar ? <Link to={calendarUrl(m.calendar)}>{m.calendar}</Link> : <span className="kw-dim">{t('center.same')}</span>) },
    { key: 'active', render: (m) => (m.active ? '' : <span className="kw-dim">{t('kit:status.inactive')}</span>) },
  ]
  return (
    <>
      <DetailPage
        query={center} title={code} sub={c?.name} status={c && (c.active ? 'active' : 'inactive')} facts={c && <Facts ns="masterdata" columns={facts} row={c} />}
        actions={c && (
          <>
            {may('scheduling.read') && <Link to={`/scheduling/work-centers/${encodeURIComponent(code)}`}>{t('center.list')} →</Link>}
            <EditActions noun="work-centers" code={code} site={c.site} rev={c.rev} active={c.active} onEdit={() => setEditing(true)} />
          </>
        )}
        tabs={c && [
          { key: 'machines', label: t('center.machines'), count: c.machines.length, children: (
            <>
              {write && <p className="md-more"><Button size="small" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('machines.new')}</Button></p>}
              <Lines ns="masterdata" columns={machines} rows={c.machines} open={(m) => machineUrl(m.code)} empty={<div className="kw-none">{t('center.noMachines')}</div>} />
            </>
          ) },
          { key: 'changeovers', label: t('center.changeovers'), count: c.changeovers.length, children: <Changeovers key={c.rev} center={c} /> },
          { key: 'calendar', label: t('center.calendar'), children: c.calendar ? <WeekOf code={c.calendar} /> : <Card><p className="kw-dim">{t('center.always')}</p></Card> },
          { key: 'log', label: t('item.log'), children: <Log subject={`work_center:${code}`} /> },
        ]}
      />
      {c && write && (
        <>
          <FormDrawer ns="masterdata" title={t('edit.title', { code })} method="put" path="/api/v1/masterdata/work-centers/{code}" pathParams={{ code }} fields={fields} initial={c} shape={(b) => shaped(c, fields, b, NONE)} open={editing} onClose={() => setEditing(false)} />
          <FormDrawer ns="masterdata" title={t('machines.new')} method="post" path="/api/v1/masterdata/machines" fields={withCode(machineFields(code))} shape={(b) => ({ ...b, site: c.site })} open={adding} onClose={() => setAdding(false)} serial />
        </>
      )}
    </>
  )
}
