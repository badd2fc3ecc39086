import { EditOutlined, TabletOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { ActButton, FormDrawer, ListPage, type Column } from '@/kit/crud'
import { useMay } from '@/kit/who'

type Device = Row<'/api/v1/identity/devices'>
const columns: Column<Device>[] = [
  { key: 'name', label: 'f.device_name' }, { key: 'badge_only', type: 'bool' }, { key: 'enrolled_by' }, { key: 'enrolled_ms', type: 'instant' },
  { key: 'id', label: 'f.do', noSort: true, noFilter: true, render: (d) => <Acts device={d} /> },
]
const sort = ['name']
const fields = [{ key: 'name', required: true, label: 'f.device_name', help: 'identity:help.device' }, { key: 'badge_only', type: 'bool', help: 'identity:help.badgeOnly' }] as const

/** Shared tablets: each has a name in every record, and may let operators in by badge alone. */
export default function DevicesPage() {
  const { t } = useTranslation('identity')
  const may = useMay()
  const [adding, setAdding] = useState(false)
  const add = may('identity.users') && <Button type="primary" icon={<TabletOutlined />} onClick={() => setAdding(true)}>{t('devices.enrol')}</Button>
  return (
    <>
      <ListPage path="/api/v1/identity/devices" ns="identity" columns={columns} sort={sort} actions={add} empty={<div className="kw-none"><b>{t('devices.none')}</b><span>{t('devices.noneText')}</span>{add}</div>} />
      <FormDrawer
        ns="identity" title={t('devices.enrolTitle')} method="post" path="/api/v1/identity/devices" fields={[...fields]} ok={t('devices.enrolDo')} open={adding} onClose={() => setAdding(false)} said={() => t('devices.enrolled')}
        onDone={() => location.assign('/m')} // the office's session has ended here: this is a tablet of the floor now
        width={440}
      />
    </>
  )
}

function Acts({ device }: { device: Device }) {
  const { t } = useTranslation('identity')
  const may = useMay()
  const [editing, setEditing] = useState(false)
  const remove = useSend('delete', '/api/v1/identity/devices/{id}')
  if (!may('identity.users')) return null
  return (
    <span className="id-rowact">
      <Button size="small" icon={<EditOutlined />} onClick={() => setEditing(true)}>{t('user.edit')}</Button>
      <ActButton size="small" danger send={remove} input={{ path: { id: device.id } }} confirm={{ title: t('devices.removeAsk', { name: device.name }), text: t('devices.removeText'), ok: t('devices.remove') }} done={t('devices.removed')}>{t('devices.remove')}</ActButton>
      <FormDrawer ns="identity" title={device.name} method="post" path="/api/v1/identity/devices/{id}" pathParams={{ id: device.id }} fields={[...fields]} initial={device} open={editing} onClose={() => setEditing(false)} width={440} />
    </span>
  )
}
