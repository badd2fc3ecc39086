import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { ListPage, type Column } from '@/kit/crud'

type Handover = Row<'/api/v1/production/handovers'>
const columns: Column<Handover>[] = [
  { key: 'number', type: 'link', label: 'f.handover' }, { key: 'work_centers' }, { key: 'day', type: 'date' }, { key: 'shift' }, { key: 'out_by' }, { key: 'out_ms', type: 'instant' },
  { key: 'in_by', render: (r) => (r.in_ms ? r.in_by : <Taken />) }, { key: 'in_ms', type: 'instant' }, { key: 'note' },
]
const sort = ['-out_ms']
const pageOf = (r: Handover) => `/production/handovers/${encodeURIComponent(r.number)}`

function Taken() {
  const { t } = useTranslation('production')
  return <Chip status="open" tone="amber" word={t('hand.open')} />
}

/** What one shift left to the next, with both signatures. */
export default function HandoversPage() {
  const { t } = useTranslation('production')
  return <ListPage path="/api/v1/production/handovers" ns="production" columns={columns} sort={sort} open={pageOf} searchHint={t('hand.search')} empty={<div className="kw-none"><b>{t('hand.none')}</b><span>{t('hand.noneText')}</span></div>} />
}
