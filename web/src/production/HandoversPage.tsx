import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { ListPage, type Column } from '@/kit/crud'
import { handoverUrl } from './orders'

type Handover = Row<'/api/v1/production/handovers'>
const columns: Column<Handover>[] = [
  { key: 'number', type: 'link', label: 'f.handover' }, { key: 'work_centers' }, { key: 'day', type: 'date' }, { key: 'shift' }, { key: 'out_by' }, { key: 'out_ms', type: 'instant' },
  { key: 'in_by', render: (r) => (r.in_ms ? r.in_by : <Waits by={r.replaced_by} />) }, { key: 'in_ms', type: 'instant' }, { key: 'note' }, { key: 'replaced_by', type: 'link', to: (r) => (r.replaced_by ? handoverUrl(r.replaced_by) : undefined), hidden: true },
]
const sort = ['-out_ms']
const pageOf = (r: Handover) => handoverUrl(r.number)

function Waits({ by }: { by: string }) {
  const { t } = useTranslation('production')
  return by ? <Chip status="superseded" word={t('hand.replaced', { number: by })} /> : <Chip status="open" tone="amber" word={t('hand.open')} />
}

/** What one shift left to the next, with both signatures. */
export default function HandoversPage() {
  const { t } = useTranslation('production')
  return <ListPage path="/api/v1/production/handovers" ns="production" columns={columns} sort={sort} open={pageOf} searchHint={t('hand.search')} empty={<div className="kw-none"><b>{t('hand.none')}</b><span>{t('hand.noneText')}</span></div>} />
}
