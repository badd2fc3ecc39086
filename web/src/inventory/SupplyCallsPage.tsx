import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { ActButton, ListPage, type Column } from '@/kit/crud'
import { stockCardUrl } from '@/kit/links'
import { useMay } from '@/kit/who'

type Call = Row<'/api/v1/inventory/supply/calls'>
const STATUSES = ['open', 'brought', 'cancelled'] as const
const columns: Column<Call>[] = [
  { key: 'number' }, { key: 'status', type: 'enum', options: STATUSES, words: 'callStatus' }, { key: 'work_center' }, { key: 'item', type: 'link', to: (r) => stockCardUrl(r.item) }, { key: 'name' }, { key: 'location', label: 'f.to' },
  { key: 'qty', type: 'qty', uom: 'uom', label: 'f.called' }, { key: 'brought', type: 'qty' }, { key: 'how', type: 'enum', options: ['scan', 'itself'], words: 'callHow' }, { key: 'called_ms', type: 'instant' }, { key: 'called_by' },
  { key: 'id', label: 'f.do', noSort: true, noFilter: true, render: (r) => <Drop row={r} /> },
]
const sort = ['-called_ms']
const tabs = { col: 'status', values: STATUSES }

function Drop({ row: r }: { row: Call }) {
  const { t } = useTranslation('inventory')
  const may = useMay()
  const drop = useSend('post', '/api/v1/inventory/supply/calls/{number}/drop')
  if (!may('inventory.transfer') || r.status !== 'open') return null
  return <ActButton size="small" send={drop} input={(reason) => ({ path: { number: r.number }, body: { reason } })} confirm={{ title: t('supply.dropAsk', { number: r.number }), text: t('supply.dropText'), reason: true }} done={t('supply.dropped')}>{t('supply.drop')}</ActButton>
}

/** What the line has called for. */
export default function SupplyCallsPage() {
  const { t } = useTranslation('inventory')
  return <ListPage path="/api/v1/inventory/supply/calls" ns="inventory" columns={columns} sort={sort} tabs={tabs} searchHint={t('supply.search')} empty={<div className="kw-none"><b>{t('supply.noCalls')}</b><span>{t('supply.noCallsText')}</span></div>} />
}
