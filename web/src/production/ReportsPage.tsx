import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'
import { orderUrl } from './orders'
import { useReasons } from './reasons'
import { UndoReport } from './Undo'
import './production.css'

type Report = Row<'/api/v1/production/reports'>
export const KINDS = ['report', 'rework', 'reversal', 'inspection', 'opening'] as const
const sort = ['-recorded_ms']

export const reportColumns = (names: Record<string, string>): Column<Report>[] => [
  { key: 'op', type: 'number' }, { key: 'op_name' },
  { key: 'good', type: 'qty', said: true }, { key: 'scrap', type: 'qty' }, { key: 'rework', type: 'qty' },
  { key: 'scrap_reason', render: (r) => [r.scrap_reason, r.rework_reason].filter(Boolean).map((c) => names[c] ?? c).join(', ') },
  { key: 'worker' }, { key: 'machine' }, { key: 'start_ms', type: 'instant' }, { key: 'end_ms', type: 'instant' }, { key: 'kind', type: 'enum', options: KINDS, words: 'rkind' }, { key: 'note' },
  { key: 'reversed', noSort: true, label: 'f.act', render: (r) => (r.kind === 'reversal' || r.kind === 'inspection' || r.kind === 'opening' ? null : <UndoReport id={r.id} done={r.reversed} />) },
]

export default function ReportsPage() {
  const { t } = useTranslation('production')
  const { names } = useReasons()
  const said = JSON.stringify(names)
  const columns = useMemo<Column<Report>[]>(() => [
    { key: 'recorded_ms', type: 'instant' },
    { key: 'order', type: 'link', label: 'f.number', to: (r) => orderUrl(r.order) },
    { key: 'item' },
    ...reportColumns(JSON.parse(said) as Record<string, string>).map((c) => (['start_ms', 'end_ms', 'note'].includes(c.key) ? { ...c, hidden: true } : c)),
    { key: 'posting_date', type: 'date', hidden: true }, { key: 'actor', hidden: true },
  ], [said])
  return <ListPage path="/api/v1/production/reports" ns="production" columns={columns} sort={sort} searchHint={t('reports.search')} empty={<div className="kw-none"><b>{t('reports.none')}</b><span>{t('reports.noneText')}</span></div>} />
}
