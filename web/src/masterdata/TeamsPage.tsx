import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { FormDrawer, ListPage, type Column } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { shaped, SwitchButton } from './edit'
import { NONE, teamFields, withCode } from './resources'

type Team = Row<'/api/v1/masterdata/teams'>
const columns: Column<Team>[] = [{ key: 'code', type: 'link' }, { key: 'name' }, { key: 'leader' }, { key: 'leader_name' }, { key: 'workers', type: 'number' }, { key: 'status', type: 'status', options: ['active', 'inactive'], width: 90 }]
const sort = ['code']
const fields = withCode(teamFields)

export default function TeamsPage() {
  const { t } = useTranslation('masterdata')
  const write = useMay()('masterdata.write')
  const [adding, setAdding] = useState(false)
  const [now, setNow] = useState<Team | undefined>()
  return (
    <>
      <ListPage
        path="/api/v1/masterdata/teams" ns="masterdata" columns={columns} sort={sort} searchHint={t('search')} onOpen={write ? setNow : undefined} onNew={write ? () => setAdding(true) : undefined}
        actions={write && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('teams.new')}</Button>}
        bulk={write ? (rows, clear) => rows.length === 1 && <SwitchButton noun="teams" code={rows[0]!.code} rev={rows[0]!.rev} active={rows[0]!.status === 'active'} onDone={clear} /> : undefined}
        empty={<div className="kw-none"><b>{t('teams.none')}</b><span>{t('teams.noneText')}</span></div>}
      />
      <FormDrawer ns="masterdata" title={t('teams.new')} method="post" path="/api/v1/masterdata/teams" fields={fields} open={adding} onClose={() => setAdding(false)} serial />
      <FormDrawer ns="masterdata" title={t('edit.title', { code: now?.code })} method="put" path="/api/v1/masterdata/teams/{code}" pathParams={{ code: now?.code ?? '' }} fields={teamFields} initial={now} shape={(b) => shaped({ rev: now!.rev, leader: now!.leader } as { rev: number }, teamFields, b, NONE)} open={!!now} onClose={() => setNow(undefined)} />
    </>
  )
}
