import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { ActButton, ListPage, type Column } from '@/kit/crud'
import { lotUrl, movesUrl, stockCardUrl } from '@/kit/links'
import { useMay } from '@/kit/who'

type Owed = Row<'/api/v1/inventory/owed'>
const KINDS = ['wo_issue', 'transfer', 'putaway', 'shipment'] as const
const columns: Column<Owed>[] = [
  { key: 'opened_ms', type: 'instant' }, { key: 'item', type: 'link', to: (r) => stockCardUrl(r.item) }, { key: 'name' }, { key: 'location' }, { key: 'lot', type: 'link', to: (r) => (r.lot ? lotUrl(r.item, r.lot) : undefined) },
  { key: 'qty', type: 'qty', label: 'f.owed', uom: 'uom' }, { key: 'doc_kind', type: 'enum', options: KINDS, words: 'doc' }, { key: 'document', type: 'link', to: (r) => movesUrl(r.document) }, { key: 'actor' },
  { key: 'id', label: 'f.write_off', noSort: true, noFilter: true, render: (r) => <Off row={r} /> },
]
const sort = ['opened_ms']
const live = ['purchasing.', 'production.', 'sales.']

function Off({ row: r }: { row: Owed }) {
  const { t } = useTranslation('inventory')
  const may = useMay()
  const off = useSend('post', '/api/v1/inventory/owed/{id}/write-off')
  if (!may('inventory.adjust')) return null
  return <ActButton size="small" send={off} input={(reason) => ({ path: { id: r.id }, body: { reason } })} confirm={{ title: t('owed.offAsk', { item: r.item }), text: t('owed.offText'), reason: true }} done={t('owed.offDone')}>{t('owed.off')}</ActButton>
}

/** Goods that were taken although the books had none, until a receipt or a count. */
export default function OwedPage() {
  const { t } = useTranslation('inventory')
  return <ListPage path="/api/v1/inventory/owed" ns="inventory" columns={columns} sort={sort} live={live} searchHint={t('owed.search')} empty={<div className="kw-none"><b>{t('owed.none')}</b><span>{t('owed.noneText')}</span></div>} />
}
