import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Body, Row } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { scenarioUrl } from '@/kit/links'
import { SitePick, useSiteFilter } from '@/kit/SitePick'
import { useMay } from '@/kit/who'

type Scenario = Row<'/api/v1/planning/scenarios'>
const STATES = ['open', 'adopted', 'dropped'] as const
const fields: Field<NonNullable<Body<'post', '/api/v1/planning/scenarios'>>>[] = [{ key: 'name', label: 'scenario.name', required: true }]
const tabs = { col: 'state', values: STATES, count: true }
const sort = ['-made_ms']

function State({ s }: { s: Scenario }) {
  const { t } = useTranslation('planning')
  return <Chip status={s.state} word={t(`scenario.state.${s.state}`)} />
}
const columns: Column<Scenario>[] = [
  { key: 'number', type: 'link', label: 'menu.scenario', to: (s) => scenarioUrl(s.number) }, { key: 'name', label: 'scenario.name' }, { key: 'ran', type: 'bool' }, { key: 'late', type: 'number' }, { key: 'orders', type: 'number' }, { key: 'made_by' }, { key: 'made_ms', type: 'instant' },
  { key: 'state', type: 'enum', options: STATES, words: 'scenario.state', render: (s) => <State s={s} />, width: 110 },
]

/** What would happen if: plans beside the live one. */
export default function ScenariosPage() {
  const { t } = useTranslation('planning')
  const navigate = useNavigate()
  const mayRun = useMay()('planning.run')
  const [adding, setAdding] = useState(false)
  const here = useSiteFilter()
  const add = <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('scenario.new')}</Button>
  return (
    <>
      <ListPage path="/api/v1/planning/scenarios" ns="planning" columns={columns} open={(s) => scenarioUrl(s.number)} sort={sort} tabs={tabs} fixed={here} searchHint={t('scenario.search')} onNew={mayRun ? () => setAdding(true) : undefined} actions={<><SitePick />{mayRun && add}</>} empty={<div className="kw-none"><b>{t('scenario.none')}</b><span>{t('scenario.noneText')}</span>{mayRun && add}</div>} />
      <FormDrawer ns="planning" title={t('scenario.new')} method="post" path="/api/v1/planning/scenarios" fields={fields} shape={(b) => ({ ...b, site: here[0]?.value, changes: [] })} open={adding} onClose={() => setAdding(false)} said={(s) => t('scenario.made', { number: s.number })} onDone={(s) => void navigate(scenarioUrl(s.number))} />
    </>
  )
}
