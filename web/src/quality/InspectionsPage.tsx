import { useTranslation } from 'react-i18next'
import { ListPage } from '@/kit/crud'
import { columns, inspectionUrl, STATUSES, type Inspection } from './inspections'

const open = (i: Inspection) => inspectionUrl(i.number)
const tabs = { col: 'status', values: STATUSES, count: true }
const sort = ['-status', '-requested_ms'] // open, judged, cancelled: what waits stands first

export default function InspectionsPage() {
  const { t } = useTranslation('quality')
  return <ListPage path="/api/v1/quality/inspections" ns="quality" columns={columns} open={open} sort={sort} tabs={tabs} searchHint={t('list.search')} live={['production.']} empty={<div className="kw-none"><b>{t('list.none')}</b><span>{t('list.noneText')}</span></div>} />
}
