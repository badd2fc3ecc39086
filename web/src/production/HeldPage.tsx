import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { ActButton, ListPage, type Column } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { inspectionUrl, itemUrl, orderUrl } from './orders'

type Held = Row<'/api/v1/production/held-operations'>

/** Sets a held operation free, with a reason. */
export function FreeOp({ order, op, name }: { order: string; op: number; name: string }) {
  const { t } = useTranslation('production')
  const may = useMay()
  const free = useSend('post', '/api/v1/production/operations/unhold')
  if (!may('production.hold')) return null
  return <ActButton size="small" send={free} input={(reason) => ({ body: { order, op, reason } })} confirm={{ title: t('held.ask', { order, op, name }), text: t('held.text'), reason: true, ok: t('unhold.do') }} done={t('unhold.done')}>{t('unhold.do')}</ActButton>
}

const columns: Column<Held>[] = [
  { key: 'order', type: 'link', label: 'f.number', to: (r) => orderUrl(r.order) }, { key: 'op', type: 'number' }, { key: 'name', label: 'f.op_name' }, { key: 'id', label: 'f.act', noSort: true, noFilter: true, render: (r) => <FreeOp order={r.order} op={r.op} name={r.name} /> }, { key: 'reason', label: 'held.why' }, { key: 'since_ms', type: 'instant', label: 'held.since' }, { key: 'by', label: 'f.worker' },
  { key: 'waiting', type: 'qty', label: 'held.waiting', uom: 'uom' }, { key: 'inspection', type: 'link', label: 'f.inspection', to: (r) => (r.inspection ? inspectionUrl(r.inspection) : undefined) },
  { key: 'item', type: 'link', to: (r) => itemUrl(r.item) }, { key: 'item_name', label: 'f.name' }, { key: 'work_center' }, { key: 'due', type: 'due' },
]
const sort = ['since_ms']

/** Operations that are held alone until somebody decides. */
export default function HeldPage() {
  const { t } = useTranslation('production')
  return <ListPage path="/api/v1/production/held-operations" ns="production" columns={columns} sort={sort} live={['production.', 'quality.']} empty={<div className="kw-none"><b>{t('held.none')}</b><span>{t('held.noneText')}</span></div>} />
}
