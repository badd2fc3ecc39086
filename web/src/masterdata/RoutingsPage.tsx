import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'
import { routingUrl } from '@/kit/links'
import { ExcelMenu, NewVersion } from './ListActions'

type Routing = Row<'/api/v1/masterdata/routings'>
const columns: Column<Routing>[] = [{ key: 'product', type: 'link' }, { key: 'name' }, { key: 'version' }, { key: 'ops', type: 'number' }, { key: 'site' }]
const open = (r: Routing) => `${routingUrl(r.product)}?version=${encodeURIComponent(r.version)}`
const sort = ['product', 'version']

export default function RoutingsPage() {
  const { t } = useTranslation('masterdata')
  return <ListPage actions={<><ExcelMenu lists={['routings']} /><NewVersion label={t('routings.new')} to={routingUrl} /></>} path="/api/v1/masterdata/routings" ns="masterdata" columns={columns} open={open} sort={sort} searchHint={t('boms.search')} empty={<div className="kw-none"><b>{t('routings.none')}</b><span>{t('boms.noneText')}</span></div>} />
}
