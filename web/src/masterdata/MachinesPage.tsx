import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { FormDrawer, ListPage, type Column } from '@/kit/crud'
import { calendarUrl, machineUrl, workCenterUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { LabelButtons } from './LabelButtons'
import { ListActions } from './ListActions'
import { OwnEfficiency } from './OwnEfficiency'
import { machineFields, withCode } from './resources'

type Machine = Row<'/api/v1/masterdata/machines'>
const columns: Column<Machine>[] = [
  { key: 'code', type: 'link' }, { key: 'name' }, { key: 'work_center', type: 'link', to: (m) => workCenterUrl(m.work_center) }, { key: 'calendar', type: 'link', to: (m) => (m.calendar ? calendarUrl(m.calendar) : undefined) },
  { key: 'speed_pct', type: 'number' }, { key: 'efficiency_pct', type: 'number', render: (m) => <OwnEfficiency pct={m.efficiency_pct} /> }, { key: 'batch_capacity', type: 'number' }, { key: 'site', hidden: true }, { key: 'status', type: 'status', options: ['active', 'inactive'], width: 90 },
]
const open = (m: Machine) => machineUrl(m.code)
const sort = ['code']

export default function MachinesPage() {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const [adding, setAdding] = useState(false)
  return (
    <>
      <ListPage path="/api/v1/masterdata/machines" ns="masterdata" columns={columns} open={open} sort={sort} searchHint={t('search')} actions={<ListActions lists={['machines']} label={t('machines.new')} onNew={() => setAdding(true)} />} onNew={may('masterdata.write') ? () => setAdding(true) : undefined} bulk={(rows) => <LabelButtons of="machines" rows={rows} />} empty={<div className="kw-none"><b>{t('machines.none')}</b><span>{t('edit.noneText')}</span></div>} />
      <FormDrawer ns="masterdata" title={t('machines.new')} method="post" path="/api/v1/masterdata/machines" fields={withCode(machineFields())} open={adding} onClose={() => setAdding(false)} serial />
    </>
  )
}
