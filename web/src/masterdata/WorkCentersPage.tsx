import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Row } from '@/api/types'
import { FormDrawer, ListPage, type Column } from '@/kit/crud'
import { calendarUrl, workCenterUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { ListActions } from './ListActions'
import { CENTER_KINDS, centerFields, withCode } from './resources'

type Center = Row<'/api/v1/masterdata/work-centers'>
const columns: Column<Center>[] = [
  { key: 'code', type: 'link' }, { key: 'name' }, { key: 'kind', type: 'enum', options: CENTER_KINDS, words: 'center' }, { key: 'machines', type: 'number' }, { key: 'capacity', type: 'number' },
  { key: 'calendar', type: 'link', to: (c) => (c.calendar ? calendarUrl(c.calendar) : undefined) }, { key: 'efficiency_pct', type: 'number' }, { key: 'cost_per_hour', type: 'money', masked: true }, { key: 'site', hidden: true },
  { key: 'status', type: 'status', options: ['active', 'inactive'], width: 90 },
]
const open = (c: Center) => workCenterUrl(c.code)
const tabs = { col: 'kind', values: CENTER_KINDS, count: true }
const sort = ['code']

export default function WorkCentersPage() {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  const actions = <ListActions lists={['work_centers', 'machines', 'changeovers']} label={t('centers.new')} onNew={() => setAdding(true)} />
  return (
    <>
      <ListPage path="/api/v1/masterdata/work-centers" ns="masterdata" columns={columns} open={open} sort={sort} tabs={tabs} searchHint={t('search')} actions={actions} onNew={may('masterdata.write') ? () => setAdding(true) : undefined} empty={<div className="kw-none"><b>{t('centers.none')}</b><span>{t('edit.noneText')}</span></div>} />
      <FormDrawer ns="masterdata" title={t('centers.new')} method="post" path="/api/v1/masterdata/work-centers" fields={withCode(centerFields(may))} open={adding} onClose={() => setAdding(false)} serial onDone={(c, stays) => { if (!stays) void navigate(workCenterUrl(c.code)) }} />
    </>
  )
}
