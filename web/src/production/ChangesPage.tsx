import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'
import { changeUrl, itemUrl, orderChangesUrl, workOrderUrl } from '@/kit/links'

type Told = Row<'/api/v1/production/changes'>
export const DECISIONS = ['open', 'keep', 'adopt', 'over'] as const
const columns: Column<Told>[] = [
  { key: 'order', type: 'link', label: 'f.number', to: (r) => workOrderUrl(r.order) }, { key: 'state', type: 'status', options: DECISIONS, words: 'ec.state', label: 'ec.decision', tone: (r) => (r.state === 'open' ? 'amber' : r.state === 'adopt' ? 'green' : 'slate') }, { key: 'change', type: 'link', to: (r) => changeUrl(r.change), label: 'ec.change' }, { key: 'title', label: 'ec.title' },
  { key: 'item', type: 'link', to: (r) => itemUrl(r.item) }, { key: 'name' }, { key: 'status', type: 'status' }, { key: 'done', type: 'progress', of: 'qty', label: 'kit:progress' }, { key: 'due', type: 'due' }, { key: 'bom_used', label: 'f.bom_version' }, { key: 'reason', label: 'ec.why' }, { key: 'decided_by', label: 'ec.by' },
  { key: 'decided_ms', type: 'instant', hidden: true, label: 'ec.at' }, { key: 'told_ms', type: 'instant', label: 'ec.told' },
]
const open = (r: Told) => orderChangesUrl(r.change)
const tabs = { col: 'state', values: DECISIONS, count: true, words: 'ec.state' }
const filters = [{ col: 'state', op: 'eq' as const, value: 'open' }]
const sort = ['-told_ms', 'due']

/** Work orders that an engineering change touches: keep or adopt. */
export default function ChangesPage() {
  const { t } = useTranslation('production')
  return <ListPage path="/api/v1/production/changes" ns="production" columns={columns} open={open} sort={sort} tabs={tabs} filters={filters} live={['production.']} empty={<div className="kw-none"><b>{t('ec.none')}</b><span>{t('ec.noneText')}</span></div>} />
}
