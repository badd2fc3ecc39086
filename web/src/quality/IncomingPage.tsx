import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Body, Row } from '@/api/types'
import { ActButton, FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { itemUrl, partnerUrl } from '@/kit/links'
import { useMay } from '@/kit/who'

type Rule = Row<'/api/v1/quality/incoming-rules'>
const columns: Column<Rule>[] = [
  { key: 'item', type: 'link', to: (r) => (r.item ? itemUrl(r.item) : undefined) }, { key: 'name' }, { key: 'supplier', type: 'link', to: (r) => (r.supplier ? partnerUrl(r.supplier) : undefined) }, { key: 'supplier_name' }, { key: 'family' },
  { key: 'inspect', type: 'bool' }, { key: 'note' }, { key: 'set_by' }, { key: 'set_ms', type: 'instant', hidden: true }, { key: 'id', label: 'f.act', noSort: true, noFilter: true, render: (r) => <Remove id={r.id} /> },
]
const fields: Field<NonNullable<Body<'post', '/api/v1/quality/incoming-rules'>>>[] = [
  { key: 'item', type: 'entity', from: { path: '/api/v1/masterdata/items' }, half: true, help: 'quality:help.any' }, { key: 'supplier', type: 'entity', from: { path: '/api/v1/masterdata/partners', filters: [{ col: 'kinds', op: 'like', value: 'su' }] }, half: true, help: 'quality:help.any' },
  { key: 'family', half: true, help: 'quality:help.family', hidden: (v) => !!v.item }, { key: 'inspect', type: 'bool', initial: true, half: true, help: 'quality:help.inspect' }, { key: 'note' },
]
const sort = ['item', 'supplier', 'family']

function Remove({ id }: { id: string }) {
  const { t } = useTranslation('quality')
  const may = useMay()
  const remove = useSend('post', '/api/v1/quality/incoming-rules/remove')
  if (!may('quality.rules')) return null
  return <ActButton size="small" send={remove} input={{ body: { id } }} confirm={{ title: t('rules.removeAsk'), text: t('rules.removeText'), ok: t('rules.remove') }} done={t('rules.removed')}>{t('rules.remove')}</ActButton>
}

/** Which goods are on hold when they come in, until somebody has judged them. */
export default function IncomingPage() {
  const { t } = useTranslation('quality')
  const may = useMay()
  const [one, setOne] = useState<Partial<Rule> | undefined>()
  const change = may('quality.rules')
  return (
    <>
      <ListPage path="/api/v1/quality/incoming-rules" ns="quality" columns={columns} idOf={(r) => r.id} sort={sort} searchHint={t('rules.search')} onNew={change ? () => setOne({ inspect: true }) : undefined} onOpen={change ? (r) => setOne(r) : undefined} empty={<div className="kw-none"><b>{t('rules.none')}</b><span>{t('rules.noneText')}</span></div>} />
      <FormDrawer ns="quality" title={t('rules.title')} method="post" path="/api/v1/quality/incoming-rules" fields={fields} open={one !== undefined} onClose={() => setOne(undefined)} initial={{ item: one?.item || undefined, supplier: one?.supplier || undefined, family: one?.family || undefined, inspect: one?.inspect ?? true, note: one?.note }} shape={(b) => ({ ...b, inspect: !!b.inspect })} />
    </>
  )
}
