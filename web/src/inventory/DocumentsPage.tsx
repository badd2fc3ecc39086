import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { ActButton, ListPage, type Column } from '@/kit/crud'
import { movesUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { StockActs } from './StockAct'

type Entry = Row<'/api/v1/inventory/documents'>
const KINDS = ['transfer', 'putaway', 'adjust', 'hold', 'release', 'pack', 'unpack', 'carry', 'merge', 'count', 'lot_split', 'lot_merge', 'undo'] as const
const columns: Column<Entry>[] = [
  { key: 'number', type: 'link' }, { key: 'kind', type: 'enum', options: KINDS, words: 'entry' }, { key: 'entered_qty', type: 'qty', uom: 'entered_uom', hidden: true }, { key: 'reason' }, { key: 'actor' }, { key: 'recorded_ms', type: 'instant' },
  { key: 'undone', type: 'bool', render: (e) => (e.undone ? <Chip status="reversed" /> : e.kind === 'undo' ? null : <Undo number={e.number} />) },
]
const open = (e: Entry) => movesUrl(e.number)
const sort = ['-recorded_ms']
const tabs = { col: 'kind', values: KINDS }

function Undo({ number }: { number: string }) {
  const { t } = useTranslation('inventory')
  const may = useMay()
  const undo = useSend('post', '/api/v1/inventory/undos')
  if (!may('inventory.undo')) return null
  return <ActButton size="small" send={undo} input={(reason) => ({ body: { number, reason } })} confirm={{ title: t('undo.ask', { number }), text: t('undo.text'), reason: true, ok: t('undo.do') }} done={t('undo.done', { number })}>{t('undo.do')}</ActButton>
}

/** What people did to stock by hand; documents of production, buying and selling are in those rooms. */
export default function DocumentsPage() {
  const { t } = useTranslation('inventory')
  return <ListPage path="/api/v1/inventory/documents" ns="inventory" columns={columns} open={open} idOf={(e) => e.number} sort={sort} tabs={tabs} searchHint={t('documents.search')} actions={<StockActs menu />} empty={<div className="kw-none"><b>{t('documents.none')}</b><span>{t('documents.noneText')}</span></div>} />
}
