import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'
import { partnerUrl } from '@/kit/links'
import { Kinds } from './Kinds'

type Partner = Row<'/api/v1/masterdata/partners'>
const columns: Column<Partner>[] = [
  { key: 'code', type: 'link' }, { key: 'name' }, { key: 'kinds', label: 'f.partner_kinds', render: (p) => <Kinds kinds={p.kinds} /> }, { key: 'phone' }, { key: 'email' }, { key: 'address' },
  { key: 'status', type: 'status', options: ['active', 'inactive'], width: 90 },
]
const open = (p: Partner) => partnerUrl(p.code)
const sort = ['code']

export default function PartnersPage() {
  const { t } = useTranslation('masterdata')
  return <ListPage path="/api/v1/masterdata/partners" ns="masterdata" columns={columns} open={open} sort={sort} searchHint={t('partners.search')} empty={<div className="kw-none"><b>{t('partners.none')}</b><span>{t('boms.noneText')}</span></div>} />
}
