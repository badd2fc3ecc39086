import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'
import { calendarUrl } from '@/kit/links'

type Calendar = Row<'/api/v1/masterdata/calendars'>
const columns: Column<Calendar>[] = [{ key: 'code', type: 'link' }, { key: 'spans', type: 'number' }, { key: 'days', type: 'number' }, { key: 'work_centers', type: 'number' }, { key: 'site' }]
const open = (c: Calendar) => calendarUrl(c.code)
const sort = ['code']

export default function CalendarsPage() {
  const { t } = useTranslation('masterdata')
  return <ListPage path="/api/v1/masterdata/calendars" ns="masterdata" columns={columns} open={open} sort={sort} searchHint={t('search')} empty={<div className="kw-none"><b>{t('calendars.none')}</b><span>{t('boms.noneText')}</span></div>} />
}
