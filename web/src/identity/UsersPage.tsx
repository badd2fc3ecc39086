import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useGet } from '@/api/hooks'
import { FormDrawer, ListPage, type Column } from '@/kit/crud'
import { Chip } from '@/kit/Chip'
import { userUrl, workerUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { Once, type Secret } from './Once'
import { useRoles } from './roles'
import { made, newFields, type UserRow } from './users'

const open = (u: UserRow) => userUrl(u.login)
const id = (u: UserRow) => u.login
const sort = ['login']

export default function UsersPage() {
  const { t } = useTranslation('identity')
  const may = useMay()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  const [told, setTold] = useState<Secret & { login: string } | undefined>()
  const { items, titles } = useRoles()
  const sites = useGet('/api/v1/masterdata/sites').data?.items ?? []
  const key = JSON.stringify(titles)
  const columns = useMemo<Column<UserRow>[]>(() => {
    const words = JSON.parse(key) as Record<string, string>
    return [
      { key: 'login', type: 'link' }, { key: 'name' }, { key: 'roles', render: (u) => u.roles.split(' ').filter(Boolean).map((r) => words[r] ?? r).join(t('comma')) },
      { key: 'worker', type: 'link', to: (u) => (u.worker ? workerUrl(u.worker) : undefined) }, { key: 'partner' }, { key: 'badge', type: 'bool', noSort: true }, { key: 'pin', type: 'bool', noSort: true }, { key: 'seen_ms', type: 'instant' },
      { key: 'changed_ms', type: 'instant', hidden: true }, { key: 'disabled', type: 'bool', label: 'f.status', render: (u) => <Chip status={u.disabled ? 'disabled' : 'active'} /> },
    ]
  }, [t, key])
  const add = may('identity.users') && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('users.new')}</Button>
  return (
    <>
      <ListPage path="/api/v1/identity/users" ns="identity" columns={columns} open={open} idOf={id} sort={sort} searchHint={t('users.search')} onNew={may('identity.users') ? () => setAdding(true) : undefined} actions={add} />
      <FormDrawer
        ns="identity" title={t('users.new')} method="post" path="/api/v1/identity/users" fields={newFields(items, titles, sites.map((s) => s.code))} shape={made} open={adding} onClose={() => setAdding(false)} width={560}
        onDone={(r) => (r.password ? setTold({ login: r.user.login, title: t('once.password', { login: r.user.login }), text: t('once.passwordText', { name: r.user.name }), secret: r.password }) : void navigate(userUrl(r.user.login)))}
      />
      <Once told={told} onClose={() => { const to = told!.login; setTold(undefined); void navigate(userUrl(to)) }} />
    </>
  )
}
