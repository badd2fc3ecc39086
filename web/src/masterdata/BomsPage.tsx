import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'
import { bomUrl } from '@/kit/links'
import { ExcelMenu, NewVersion } from './ListActions'

type Bom = Row<'/api/v1/masterdata/boms'>
const columns: Column<Bom>[] = [
  { key: 'product', type: 'link' }, { key: 'name' }, { key: 'kind', type: 'enum', options: ['make', 'subcontract', 'phantom'], words: 'kind' }, { key: 'version' },
  { key: 'lines', type: 'number', label: 'f.components' }, { key: 'effective_from', type: 'date' }, { key: 'effective_to', type: 'date' },
]
const open = (b: Bom) => `${bomUrl(b.product)}?version=${encodeURIComponent(b.version)}`
const tabs = { col: 'kind', values: ['make', 'subcontract', 'phantom'], count: true }
const sort = ['product', 'version']

export default function BomsPage() {
  const { t } = useTranslation('masterdata')
  return <ListPage actions={<><ExcelMenu lists={['boms']} /><NewVersion label={t('boms.new')} to={bomUrl} /></>} path="/api/v1/masterdata/boms" ns="masterdata" columns={columns} open={open} sort={sort} tabs={tabs} searchHint={t('boms.search')} empty={<div className="kw-none"><b>{t('boms.none')}</b><span>{t('boms.noneText')}</span></div>} />
}
