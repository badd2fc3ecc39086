import { CheckOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input } from 'antd'
import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { useGet } from '@/api/hooks'
import { FormDrawer, type Field } from '@/kit/crud'
import type { Body } from '@/api/types'
import { roleUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { groups, useRoles } from './roles'
import './identity.css'

/** Who may do what: permissions down, roles across. */
export default function RolesPage() {
  const { t } = useTranslation('identity')
  const may = useMay()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  const [q, setQ] = useState('')
  const { items, perms, word } = useRoles()
  const loaded = useGet('/api/v1/identity/roles').data
  const permWord = (p: string) => t(`perm.${p}`, { defaultValue: p })
  const hit = perms.filter((p) => `${p} ${permWord(p)}`.toLowerCase().includes(q.trim().toLowerCase()))
  const fields: Field<NonNullable<Body<'post', '/api/v1/identity/roles'>>>[] = [
    { key: 'title', required: true, half: true, label: 'f.role_title' }, { key: 'name', required: true, half: true, label: 'f.role_name', help: 'identity:help.roleName' },
    { key: 'perms', type: 'multi', required: true, options: groups(perms).flatMap((g) => g.perms), names: Object.fromEntries(perms.map((p) => [p, permWord(p)])), label: 'f.perms' },
  ]
  return (
    <div className="kw-list">
      <div className="kw-toolbar">
        <Input className="kw-search" allowClear placeholder={t('roles.search')} aria-label={t('roles.search')} value={q} onChange={(e) => setQ(e.target.value)} />
        <span className="kw-grow" />
        {may('identity.roles') && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('roles.new')}</Button>}
      </div>
      <div className="kw-list-body">
        <div className="kw-grid id-matrix">
          {loaded && (
            <table>
              <thead>
                <tr>
                  <th>{t('roles.perm')}</th>
                  {items.map((r) => <th key={r.name} className="id-col"><Link to={roleUrl(r.name)}>{word(r.name)}</Link><small>{t('roles.users', { n: r.users })}</small></th>)}
                  <th className="kw-rest" aria-hidden="true" />
                </tr>
              </thead>
              <tbody>
                {groups(hit).map(({ group, perms: list }) => (
                  <Fragment key={group}>
                    <tr className="id-group"><td colSpan={items.length + 2}>{t(`group.${group}`, { defaultValue: group })}</td></tr>
                    {list.map((p) => (
                      <tr key={p}>
                        <td title={p}>{permWord(p)}</td>
                        {items.map((r) => <td key={r.name} className="id-col">{(r.perms ?? []).includes(p) ? <CheckOutlined aria-label={t('roles.may')} /> : <span className="id-no" aria-hidden="true">·</span>}</td>)}
                        <td className="kw-rest" />
                      </tr>
                    ))}
                  </Fragment>
                ))}
              </tbody>
            </table>
          )}
          {loaded && hit.length === 0 && <div className="kw-none"><b>{t('kit:list.noMatch')}</b></div>}
        </div>
      </div>
      <FormDrawer ns="identity" title={t('roles.new')} method="post" path="/api/v1/identity/roles" fields={fields} open={adding} onClose={() => setAdding(false)} onDone={(r) => void navigate(roleUrl(r.name))} width={560} />
    </div>
  )
}
