import { EditOutlined, PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Card, FormDrawer, Lines, type Column } from '@/kit/crud'
import { useMay } from '@/kit/who'
import '@/kit/crud/crud.css'
import './production.css'

type Reason = NonNullable<Answer<'get', '/api/v1/production/pause-reasons'>['items']>[number]
const reasonFields = [
  { key: 'code', required: true, label: 'f.rcode', help: 'production:setup.codeHelp' }, { key: 'name_zh', required: true }, { key: 'name_en', required: true },
  { key: 'rank', type: 'int', initial: 50, help: 'production:setup.rankHelp' }, { key: 'active', type: 'bool', initial: true },
] as const
const settingFields = [
  { key: 'escalate_min', type: 'int', required: true, help: 'production:setup.escalateHelp' }, { key: 'lock_min', type: 'int', required: true, help: 'production:setup.lockHelp' },
] as const

/** The factory's choices for the floor: reasons for a pause, when calls are passed on, when a tablet locks. */
export default function FloorSetupPage() {
  const { t } = useTranslation('production')
  const may = useMay()
  const [editing, setEditing] = useState<Reason | 'new' | undefined>()
  const [settings, setSettings] = useState(false)
  const reasons = useGet('/api/v1/production/pause-reasons')
  const s = useGet('/api/v1/production/floor-settings').data
  const change = may('production.setup')
  const columns: Column<Reason>[] = [
    { key: 'rank', type: 'number' }, { key: 'code', label: 'f.rcode' }, { key: 'name_zh' }, { key: 'name_en' }, { key: 'active', type: 'bool' },
    ...(change ? [{ key: 'code' as const, label: 'f.act', noSort: true, render: (r: Reason) => <Button size="small" icon={<EditOutlined />} aria-label={t('setup.edit', { code: r.code })} onClick={() => setEditing(r)} /> }] : []),
  ]
  return (
    <div className="kw-panels pr-setup">
      <Card title={t('setup.settings')} extra={change && s && <Button size="small" icon={<EditOutlined />} onClick={() => setSettings(true)}>{t('setup.change')}</Button>}>
        {s && <ul><li>{s.escalate_min > 0 ? t('setup.escalate', { n: s.escalate_min }) : t('setup.escalateNever')}</li><li>{s.lock_min > 0 ? t('setup.lock', { n: s.lock_min }) : t('setup.lockNever')}</li></ul>}
      </Card>
      <Card title={t('setup.reasons')} flush extra={change && <Button size="small" type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>{t('setup.new')}</Button>}>
        <Lines ns="production" columns={columns} rows={reasons.data?.items} id={(r) => r.code} />
      </Card>
      <FormDrawer ns="production" title={editing && editing !== 'new' ? editing.code : t('setup.new')} method="post" path="/api/v1/production/pause-reasons" fields={reasonFields.map((f) => (f.key === 'code' && editing !== 'new' ? { ...f, readOnly: true } : { ...f }))} initial={editing === 'new' ? undefined : editing} open={!!editing} onClose={() => setEditing(undefined)} width={440} />
      <FormDrawer ns="production" title={t('setup.settings')} method="post" path="/api/v1/production/floor-settings" fields={[...settingFields]} initial={s} open={settings} onClose={() => setSettings(false)} width={440} />
    </div>
  )
}
