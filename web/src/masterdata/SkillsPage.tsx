import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { FormDrawer, ListPage, type Column } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { shaped, SwitchButton } from './edit'
import { NONE, skillFields, withCode } from './resources'

type Skill = Row<'/api/v1/masterdata/skills'>
const columns: Column<Skill>[] = [{ key: 'code', type: 'link' }, { key: 'name' }, { key: 'note' }, { key: 'workers', type: 'number' }, { key: 'status', type: 'status', options: ['active', 'inactive'], width: 90 }]
const sort = ['code']
const fields = withCode(skillFields)

export default function SkillsPage() {
  const { t } = useTranslation('masterdata')
  const write = useMay()('masterdata.write')
  const [adding, setAdding] = useState(false)
  const [now, setNow] = useState<Skill | undefined>()
  return (
    <>
      <ListPage
        path="/api/v1/masterdata/skills" ns="masterdata" columns={columns} sort={sort} searchHint={t('search')} onOpen={write ? setNow : undefined} onNew={write ? () => setAdding(true) : undefined}
        actions={write && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('skills.new')}</Button>}
        bulk={write ? (rows, clear) => rows.length === 1 && <SwitchButton noun="skills" code={rows[0]!.code} rev={rows[0]!.rev} active={rows[0]!.status === 'active'} onDone={clear} /> : undefined}
        empty={<div className="kw-none"><b>{t('skills.none')}</b><span>{t('skills.noneText')}</span></div>}
      />
      <FormDrawer ns="masterdata" title={t('skills.new')} method="post" path="/api/v1/masterdata/skills" fields={fields} open={adding} onClose={() => setAdding(false)} serial />
      <FormDrawer ns="masterdata" title={t('edit.title', { code: now?.code })} method="put" path="/api/v1/masterdata/skills/{code}" pathParams={{ code: now?.code ?? '' }} fields={skillFields} initial={now} shape={(b) => shaped({ rev: now!.rev, note: now!.note } as { rev: number }, skillFields, b, NONE)} open={!!now} onClose={() => setNow(undefined)} />
    </>
  )
}
