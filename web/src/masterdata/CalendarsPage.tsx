import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Row } from '@/api/types'
import { FormDrawer, ListPage, type Column } from '@/kit/crud'
import { calendarUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { ListActions } from './ListActions'

type Calendar = Row<'/api/v1/masterdata/calendars'>
const columns: Column<Calendar>[] = [{ key: 'code', type: 'link' }, { key: 'name' }, { key: 'spans', type: 'number' }, { key: 'days', type: 'number' }, { key: 'work_centers', type: 'number' }, { key: 'site' }]
const open = (c: Calendar) => calendarUrl(c.code)
const sort = ['code']
const calendars = { path: '/api/v1/masterdata/calendars' as const }

export default function CalendarsPage() {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  return (
    <>
      <ListPage path="/api/v1/masterdata/calendars" ns="masterdata" columns={columns} open={open} sort={sort} searchHint={t('search')} actions={<ListActions lists={['calendars', 'calendar_days']} label={t('calendars.new')} onNew={() => setAdding(true)} />} onNew={may('masterdata.write') ? () => setAdding(true) : undefined} empty={<div className="kw-none"><b>{t('calendars.none')}</b><span>{t('edit.noneText')}</span></div>} />
      <FormDrawer ns="masterdata" title={t('calendars.new')} method="post" path="/api/v1/masterdata/calendars" fields={[{ key: 'code', required: true, help: 'masterdata:help.siteCalendar' }, { key: 'name' }, { key: 'copy_of', type: 'entity', from: calendars }]} open={adding} onClose={() => setAdding(false)} onDone={(c) => void navigate(`${calendarUrl(c.code)}?tab=week`)} />
    </>
  )
}
