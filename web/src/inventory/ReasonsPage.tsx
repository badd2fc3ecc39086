import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Body, Row } from '@/api/types'
import { FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { useMay } from '@/kit/who'

type Reason = Row<'/api/v1/inventory/reasons'>
const KINDS = ['adjust', 'transfer', 'hold', 'release', 'return', 'scrap', 'line_scrap'] as const
const columns: Column<Reason>[] = [{ key: 'kind', type: 'enum', options: KINDS, words: 'reasonKind' }, { key: 'code' }, { key: 'name_zh' }, { key: 'name_en' }, { key: 'active', type: 'bool' }, { key: 'ord', type: 'number' }]
const fields: Field<NonNullable<Body<'post', '/api/v1/inventory/reasons'>>>[] = [
  { key: 'kind', type: 'select', options: KINDS, words: 'reasonKind', required: true, half: true }, { key: 'code', required: true, half: true, help: 'inventory:help.reasonCode' }, { key: 'name_zh', required: true, half: true }, { key: 'name_en', required: true, half: true },
  { key: 'ord', type: 'int', half: true }, { key: 'off', type: 'bool', half: true },
]
const sort = ['kind', 'ord']
const id = (r: Reason) => `${r.kind}|${r.code}`
const tabs = { col: 'kind', values: KINDS }

/** The reasons to choose from when stock is corrected, held, released, sent back. */
export default function ReasonsPage() {
  const { t } = useTranslation('inventory')
  const may = useMay()
  const [one, setOne] = useState<Partial<Reason> | undefined>()
  const change = may('inventory.reasons')
  return (
    <>
      <ListPage path="/api/v1/inventory/reasons" ns="inventory" columns={columns} idOf={id} sort={sort} tabs={tabs} onNew={change ? () => setOne({}) : undefined} onOpen={change ? (r) => setOne(r) : undefined} searchHint={t('reasons.search')} empty={<div className="kw-none"><b>{t('reasons.none')}</b></div>} />
      <FormDrawer ns="inventory" title={t(one?.code ? 'reasons.change' : 'reasons.new')} method="post" path="/api/v1/inventory/reasons" open={one !== undefined} onClose={() => setOne(undefined)} initial={one?.code ? { ...one, off: !one.active } : {}}
        fields={one?.code ? fields.map((f) => (f.key === 'kind' || f.key === 'code' ? { ...f, readOnly: true } : f)) : fields} />
    </>
  )
}
