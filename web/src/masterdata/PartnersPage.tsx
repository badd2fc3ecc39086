import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Row } from '@/api/types'
import { FormDrawer, ListPage, type Column } from '@/kit/crud'
import { partnerUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { filled } from './edit'
import { Kinds } from './Kinds'
import { ListActions } from './ListActions'
import { partnerFields, withCode } from './resources'

type Partner = Row<'/api/v1/masterdata/partners'>
const columns: Column<Partner>[] = [
  { key: 'code', type: 'link' }, { key: 'name' }, { key: 'kinds', label: 'f.partner_kinds', render: (p) => <Kinds kinds={p.kinds} /> }, { key: 'phone' }, { key: 'email' }, { key: 'address' },
  { key: 'status', type: 'status', options: ['active', 'inactive'], width: 90 },
]
const open = (p: Partner) => partnerUrl(p.code)
const sort = ['code']
const fields = withCode(partnerFields)

export default function PartnersPage() {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  return (
    <>
      <ListPage path="/api/v1/masterdata/partners" ns="masterdata" columns={columns} open={open} sort={sort} searchHint={t('partners.search')} actions={<ListActions perm="masterdata.partners" lists={['partners']} label={t('partners.new')} onNew={() => setAdding(true)} />} onNew={may('masterdata.partners') ? () => setAdding(true) : undefined} empty={<div className="kw-none"><b>{t('partners.none')}</b><span>{t('edit.noneText')}</span></div>} />
      <FormDrawer ns="masterdata" title={t('partners.new')} method="post" path="/api/v1/masterdata/partners" fields={fields} shape={(b) => filled(fields, b)} open={adding} onClose={() => setAdding(false)} serial width={760} onDone={(p, stays) => { if (!stays) void navigate(partnerUrl(p.code)) }} />
    </>
  )
}
