import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Row } from '@/api/types'
import { FormDrawer, ListPage, type Column } from '@/kit/crud'
import { toolUrl } from '@/kit/links'
import { format, isZero } from '@/kit/num'
import { useMay } from '@/kit/who'
import { filled } from './edit'
import { LabelButtons } from './LabelButtons'
import { ListActions } from './ListActions'
import { TOOL_KINDS, toolFields, withCode } from './resources'

type Tool = Row<'/api/v1/masterdata/tools'>
const open = (x: Tool) => toolUrl(x.code)
const tabs = { col: 'kind', values: TOOL_KINDS, count: true }
const sort = ['code']
const fields = withCode(toolFields)

export default function ToolsPage() {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  const columns: Column<Tool>[] = [
    { key: 'code', type: 'link' }, { key: 'name' }, { key: 'kind', type: 'enum', options: TOOL_KINDS, words: 'toolKind' },
    { key: 'life_count', type: 'number', render: (x) => (x.life_count ? t('tools.life', { n: format(String(x.life_count)), unit: t(`lifeUnit.${x.life_unit}`) }) : null) },
    { key: 'regrind_hours', type: 'number', render: (x) => (isZero(x.regrind_hours) ? null : t('tools.hours', { n: format(x.regrind_hours) })) }, { key: 'quantity', type: 'number' }, { key: 'location', label: 'f.kept' }, { key: 'fits', label: 'f.fitCount', type: 'number', render: (x) => (x.fits ? String(x.fits) : <span className="kw-dim">{t('tools.any')}</span>) }, { key: 'site', hidden: true },
    { key: 'status', type: 'status', options: ['active', 'inactive'], width: 90 },
  ]
  return (
    <>
      <ListPage path="/api/v1/masterdata/tools" ns="masterdata" columns={columns} open={open} sort={sort} tabs={tabs} searchHint={t('search')} actions={<ListActions lists={['tools']} label={t('tools.new')} onNew={() => setAdding(true)} />} onNew={may('masterdata.write') ? () => setAdding(true) : undefined} bulk={(rows) => <LabelButtons of="tools" rows={rows} />} empty={<div className="kw-none"><b>{t('tools.none')}</b><span>{t('tools.noneText')}</span></div>} />
      <FormDrawer ns="masterdata" title={t('tools.new')} method="post" path="/api/v1/masterdata/tools" fields={fields} shape={(b) => filled(fields, b)} open={adding} onClose={() => setAdding(false)} serial width={620} onDone={(x, stays) => { if (!stays) void navigate(toolUrl(x.code)) }} />
    </>
  )
}
