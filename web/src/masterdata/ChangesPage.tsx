import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'
import { changeUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { ChangeForm } from './ChangeForm'
import { CHANGE_STATES, EFFECTS } from './changes'

type Change = Row<'/api/v1/masterdata/changes'>
const columns: Column<Change>[] = [
  { key: 'number', type: 'link' }, { key: 'title' }, { key: 'state', type: 'status', options: CHANGE_STATES, words: 'ec.state' }, { key: 'items', noSort: true, noFilter: true }, { key: 'effect', type: 'enum', options: EFFECTS, words: 'ec.effect' },
  { key: 'effective_on', type: 'date' }, { key: 'use_up' }, { key: 'requested_by' }, { key: 'requested_ms', type: 'instant' }, { key: 'approved_by' }, { key: 'approved_ms', type: 'instant', hidden: true }, { key: 'effective_ms', type: 'instant', hidden: true },
  { key: 'reason', label: 'ec.why', hidden: true }, { key: 'made_ms', type: 'instant', hidden: true },
]
const open = (c: Change) => changeUrl(c.number)
const tabs = { col: 'state', values: CHANGE_STATES, count: true, words: 'ec.state' }
const sort = ['-made_ms']

/** Engineering changes: drafted, asked for, approved, effective. */
export default function ChangesPage() {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams()
  const [adding, setAdding] = useState(false)
  const made = useRef(false) // the draft's page is on its way
  const first = params.get('new')?.split(':') as ['bom' | 'routing' | 'item', string] | undefined
  return (
    <>
      <ListPage
        path="/api/v1/masterdata/changes" ns="masterdata" columns={columns} open={open} sort={sort} tabs={tabs} searchHint={t('ec.search')} live={['masterdata.change']} onNew={may('masterdata.change') ? () => setAdding(true) : undefined}
        actions={may('masterdata.change') && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('ec.new')}</Button>}
        empty={<div className="kw-none"><b>{t('ec.none')}</b><span>{t('ec.noneText')}</span></div>}
      />
      <ChangeForm open={adding || !!first} parts={first?.[1] ? [{ kind: first[0], item: first[1] }] : []} onClose={() => { setAdding(false); if (first && !made.current) setParams((p) => { p.delete('new'); return p }, { replace: true }) }} onDone={(c) => { made.current = true; void navigate(changeUrl(c.number), { replace: !!first }) }} />
    </>
  )
}
