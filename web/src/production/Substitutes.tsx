import { Space } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Body, Row } from '@/api/types'
import { ActButton, FormDrawer, Lines, type Column, type Field } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { itemUrl, type Detail } from './orders'

export type Sub = Row<'/api/v1/production/substitutes'>
export const SUB_STATES = ['open', 'approved', 'refused'] as const

/** The answer to a request: whoever may, but not who asked. */
function Decide({ row }: { row: Pick<Sub, 'id' | 'state' | 'item' | 'substitute' | 'order'> }) {
  const { t } = useTranslation('production')
  const may = useMay()
  const decide = useSend('post', '/api/v1/production/substitutes/decide')
  if (row.state !== 'open' || !may('masterdata.substitute')) return null
  const words = { order: row.order, item: row.item, sub: row.substitute }
  return (
    <Space size={4}>
      <ActButton size="small" type="primary" send={decide} input={{ body: { id: row.id, approve: true } }} confirm={{ title: t('sub.approveAsk', words) }} done={t('sub.approved')}>{t('sub.approve')}</ActButton>
      <ActButton size="small" danger send={decide} input={(answer) => ({ body: { id: row.id, approve: false, answer } })} confirm={{ title: t('sub.refuseAsk', words), reason: true }} done={t('sub.refused')}>{t('sub.refuse')}</ActButton>
    </Space>
  )
}

export const subColumns: Column<Sub>[] = [
  { key: 'item', label: 'f.component', type: 'link', to: (r) => itemUrl(r.item) }, { key: 'name' }, { key: 'substitute', label: 'f.sub', type: 'link', to: (r) => itemUrl(r.substitute) }, { key: 'substitute_name', label: 'f.sub_name' },
  { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'used', type: 'qty', label: 'f.sub_used' }, { key: 'listed', type: 'bool', label: 'f.sub_listed' }, { key: 'state', type: 'status', options: SUB_STATES, words: 'sub.state' }, { key: 'reason' },
  { key: 'asked_by', label: 'f.asked_by' }, { key: 'asked_ms', type: 'instant', label: 'f.asked_ms' }, { key: 'decided_by', label: 'f.decided_by' }, { key: 'answer', label: 'f.answer' },
]
export const decideColumn: Column<Sub> = { key: 'id', label: 'f.act', render: (r) => <Decide row={r} /> }

/** What may stand for a component of the order, who asked for it and who allowed it. */
export function Substitutions({ order: o }: { order: Detail }) {
  return <Lines ns="production" columns={[...subColumns, decideColumn] as unknown as Column<Detail['substitutions'][number]>[]} rows={[...o.substitutions].reverse()} id={(s) => s.id} />
}

type Ask = Body<'post', '/api/v1/production/substitutes'>
/** Asks for another item in the place of a component. */
export function AskDrawer({ order: o, open, onClose }: { order: Detail; open: boolean; onClose: () => void }) {
  const { t } = useTranslation('production')
  const comps = o.components.filter((c) => c.role === 'component' && c.issue !== 'none')
  const fields: Field<Ask>[] = [
    { key: 'item', label: 'f.component', type: 'select', required: true, options: comps.map((c) => c.item), names: Object.fromEntries(comps.map((c) => [c.item, `${c.item}  ${c.name}${c.substitutes.length > 0 ? `  (${c.substitutes.join(', ')})` : ''}`])) },
    { key: 'substitute', label: 'f.sub', type: 'entity', from: { path: '/api/v1/masterdata/items' }, required: true, help: 'production:sub.help' },
    { key: 'qty', type: 'qty', half: true, help: 'production:sub.qtyHelp' },
    { key: 'reason', type: 'textarea', required: true },
  ]
  return <FormDrawer ns="production" title={t('sub.title', { number: o.number })} method="post" path="/api/v1/production/substitutes" fields={fields} open={open} onClose={onClose} ok={t('sub.ask')} said={() => t('sub.asked')} initial={{ item: comps.find((c) => c.state === 'short' || c.state === 'missing')?.item } as Partial<Ask>} shape={(b) => ({ ...b, order: o.number })} />
}
