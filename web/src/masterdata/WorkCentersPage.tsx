import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'
import { calendarUrl, workCenterUrl } from '@/kit/links'

type Center = Row<'/api/v1/masterdata/work-centers'>
const KINDS = ['machine', 'hand', 'line', 'batch', 'subcontract'] as const
const columns: Column<Center>[] = [
  { key: 'code', type: 'link' }, { key: 'name' }, { key: 'kind', type: 'enum', options: KINDS, words: 'center' }, { key: 'machines', type: 'number' }, { key: 'capacity', type: 'number' },
  { key: 'calendar', type: 'link', to: (c) => (c.calendar ? calendarUrl(c.calendar) : undefined) }, { key: 'efficiency_pct', type: 'number' }, { key: 'cost_per_hour', type: 'money', masked: true }, { key: 'site', hidden: true },
  { key: 'status', type: 'status', options: ['active', 'inactive'], width: 90 },
]
const open = (c: Center) => workCenterUrl(c.code)
const tabs = { col: 'kind', values: KINDS, count: true }
const sort = ['code']

export default function WorkCentersPage() {
  const { t } = useTranslation('masterdata')
  return <ListPage path="/api/v1/masterdata/work-centers" ns="masterdata" columns={columns} open={open} sort={sort} tabs={tabs} searchHint={t('search')} empty={<div className="kw-none"><b>{t('centers.none')}</b><span>{t('boms.noneText')}</span></div>} />
}
