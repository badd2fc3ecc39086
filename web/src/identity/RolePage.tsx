import { CheckOutlined } from '@ant-design/icons'
import { Alert, App, Button, Checkbox } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { ActButton, Card, DetailPage, History, SubList, type Column } from '@/kit/crud'
import { userUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { groups, useRoles } from './roles'
import './identity.css'

const people: Column<Row<'/api/v1/identity/users'>>[] = [{ key: 'login', type: 'link' }, { key: 'name' }, { key: 'worker' }, { key: 'partner' }, { key: 'seen_ms', type: 'instant' }]

export default function RolePage() {
  const { t } = useTranslation('identity')
  const { name = '' } = useParams()
  const may = useMay()
  const navigate = useNavigate()
  const { message } = App.useApp()
  const { perms, word } = useRoles()
  const change = useSend('post', '/api/v1/identity/roles/{name}')
  const remove = useSend('delete', '/api/v1/identity/roles/{name}')
  const role = useGet('/api/v1/identity/roles/{name}', { path: { name }, enabled: remove.isIdle || remove.isError }) // what is removed is not asked for again
  const r = role.data
  const mine = (r?.perms ?? []).join()
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => setPicked(new Set(mine.split(',').filter(Boolean))), [mine])
  const own = r && !r.default && may('identity.roles')
  const dirty = own && [...picked].sort().join() !== mine.split(',').filter(Boolean).sort().join()
  const toggle = (list: string[], on: boolean) => setPicked((old) => { const next = new Set(old); list.forEach((p) => (on ? next.add(p) : next.delete(p))); return next })
  const save = () => change.mutate({ path: { name }, body: { perms: [...picked] } }, { onSuccess: () => void message.success(t('kit:form.saved')), onError: (e) => void message.error({ content: messageOf(e), duration: 6 }) })
  return (
    <DetailPage
      query={role} title={word(name)} sub={name}
      actions={own && (
        <>
          <ActButton danger send={remove} input={{ path: { name } }} confirm={{ title: t('role.removeAsk', { role: word(name) }), ok: t('role.remove') }} disabled={r.users > 0} done={t('role.removed')} onDone={() => void navigate('/identity/roles')}>{t('role.remove')}</ActButton>
          <Button type="primary" disabled={!dirty || picked.size === 0} loading={change.isPending} onClick={save}>{t('kit:save')}</Button>
        </>
      )}
      tabs={r && [
        { key: 'perms', label: t('role.perms'), count: picked.size, children: (
          <div className="id-role">
            {r.default && <Alert type="info" showIcon title={t('role.default')} />}
            <div className="id-groups">
              {groups(perms).map(({ group, perms: list }) => {
                const on = list.filter((p) => picked.has(p)).length
                return (
                  <Card key={group} title={t(`group.${group}`, { defaultValue: group })} extra={own && <Checkbox checked={on === list.length} indeterminate={on > 0 && on < list.length} aria-label={t('role.all')} onChange={(e) => toggle(list, e.target.checked)} />}>
                    {list.map((p) => (own
                      ? <Checkbox key={p} className="id-perm" checked={picked.has(p)} onChange={(e) => toggle([p], e.target.checked)}>{t(`perm.${p}`, { defaultValue: p })}</Checkbox>
                      : <span key={p} className={picked.has(p) ? 'id-has' : 'id-hasnot'}>{picked.has(p) ? <CheckOutlined aria-label={t('roles.may')} /> : <i aria-hidden="true">·</i>}{t(`perm.${p}`, { defaultValue: p })}</span>))}
                  </Card>
                )
              })}
            </div>
          </div>
        ) },
        { key: 'users', label: t('role.users'), count: r.users, children: <SubList ns="identity" path="/api/v1/identity/users" columns={people} fixed={[{ col: 'roles', op: 'like', value: name }]} sort={['login']} open={(u) => userUrl(u.login)} id={(u) => u.login} empty={<div className="kw-none">{t('role.noUsers')}</div>} /> },
        ...(may('audit.read') ? [{ key: 'log', label: t('user.log'), children: <Card><History subject={`role:${name}`} /></Card> }] : []),
      ]}
    />
  )
}
