import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { ActButton, ListPage, type Column } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { itemUrl, orderUrl } from './orders'
import './production.css'

type Call = Row<'/api/v1/production/calls'>
const STATES = ['called', 'escalated', 'taken', 'resolved'] as const
const KINDS = ['material', 'machine', 'quality', 'tool', 'other'] as const
const ROLES = ['warehouse', 'maintenance', 'quality', 'shift_leader', 'planner', 'boss'] as const

const columns: Column<Call>[] = [
  { key: 'called_ms', type: 'instant' }, { key: 'state', type: 'status', label: 'f.status', options: STATES }, { key: 'kind', type: 'enum', options: KINDS, words: 'ckind' },
  { key: 'order', type: 'link', label: 'f.number', to: (r) => orderUrl(r.order) }, { key: 'op', type: 'number' }, { key: 'op_name' }, { key: 'work_center_name', label: 'f.work_center' },
  { key: 'part', type: 'link', to: (r) => (r.part ? itemUrl(r.part) : undefined) }, { key: 'part_name' }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'text' },
  { key: 'blocks', type: 'bool' }, { key: 'role', type: 'enum', options: ROLES, words: 'app:role' }, { key: 'caller' },
  { key: 'escalated_ms', type: 'instant', hidden: true }, { key: 'taken_ms', type: 'instant', hidden: true }, { key: 'taken_by' }, { key: 'resolved_ms', type: 'instant' }, { key: 'resolved_by', hidden: true }, { key: 'note', label: 'f.cnote' },
  { key: 'id', label: 'f.act', noSort: true, noFilter: true, render: (r) => <Acts c={r} /> },
]
const sort = ['-called_ms']

/** Calls for help from the floor: who asks whom since when, and what was done. */
export default function CallsPage() {
  const { t } = useTranslation('production')
  return <ListPage path="/api/v1/production/calls" ns="production" columns={columns} sort={sort} tabs={{ col: 'state', values: STATES, count: true }} searchHint={t('calls.search')} empty={<div className="kw-none"><b>{t('calls.none')}</b><span>{t('calls.noneText')}</span></div>} />
}

function Acts({ c }: { c: Call }) {
  const { t } = useTranslation('production')
  const may = useMay()
  const take = useSend('post', '/api/v1/production/calls/take')
  const resolve = useSend('post', '/api/v1/production/calls/resolve')
  if (c.state === 'resolved' || !may('production.answer')) return null
  return (
    <>
      {c.state !== 'taken' && <ActButton type="link" size="small" className="pr-act" send={take} input={{ body: { call: c.id } }} done={t('calls.taken')}>{t('calls.take')}</ActButton>}
      <ActButton type="link" size="small" className="pr-act" send={resolve} input={(note) => ({ body: { call: c.id, note } })} confirm={{ title: t('calls.how'), ok: t('calls.resolve'), reason: true }} done={t('calls.resolved')}>{t('calls.resolve')}</ActButton>
    </>
  )
}
