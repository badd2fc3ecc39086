import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Body, Row } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { ActButton, FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { Once, type Secret } from './Once'
import { groups, useRoles } from './roles'
import { made } from './users'

type Key = Row<'/api/v1/identity/keys'>
const sort = ['name']
const state = (k: Key): string => (k.revoked_ms ? 'revoked' : k.expires_ms < Date.now() ? 'expired' : 'active')

/** Keys with which programs come in. */
export default function KeysPage() {
  const { t } = useTranslation('identity')
  const [adding, setAdding] = useState(false)
  const [told, setTold] = useState<Secret | undefined>()
  const { items, perms, titles } = useRoles()
  const words = JSON.stringify(titles)
  const columns = useMemo<Column<Key>[]>(() => {
    const role = JSON.parse(words) as Record<string, string>
    return [
      { key: 'name', label: 'f.key_name' }, { key: 'hint', render: (k) => <code>{k.hint}…</code> }, { key: 'roles', render: (k) => k.roles.split(' ').filter(Boolean).map((r) => role[r] ?? r).join(t('comma')) }, { key: 'perms', label: 'f.more_perms', render: (k) => k.perms.split(' ').filter(Boolean).map((p) => t(`perm.${p}`, { defaultValue: p })).join(t('comma')) },
      { key: 'made_by' }, { key: 'made_ms', type: 'instant' }, { key: 'used_ms', type: 'instant' }, { key: 'expires_ms', type: 'instant' }, { key: 'revoked_ms', label: 'f.status', type: 'instant', render: (k) => <Chip status={state(k)} /> },
      { key: 'id', label: 'f.do', noSort: true, noFilter: true, render: (k) => state(k) === 'active' && <Revoke id={k.id} name={k.name} /> },
    ]
  }, [t, words])
  const fields: Field<NonNullable<Body<'post', '/api/v1/identity/keys'>>>[] = [
    { key: 'name', required: true, label: 'f.key_name', help: 'identity:help.keyName' },
    { key: 'roles', type: 'multi', options: items.map((r) => r.name), names: titles }, { key: 'perms', type: 'multi', options: groups(perms).flatMap((g) => g.perms), names: Object.fromEntries(perms.map((p) => [p, t(`perm.${p}`, { defaultValue: p })])), label: 'f.more_perms' },
    { key: 'partner', type: 'entity', from: { path: '/api/v1/masterdata/partners' }, help: 'identity:help.keyPartner' }, { key: 'days', type: 'int', initial: '365', half: true },
  ]
  const add = <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('keys.new')}</Button>
  return (
    <>
      <ListPage path="/api/v1/identity/keys" ns="identity" columns={columns} sort={sort} searchHint={t('keys.search')} onNew={() => setAdding(true)} actions={add} empty={<div className="kw-none"><b>{t('keys.none')}</b><span>{t('keys.noneText')}</span>{add}</div>} />
      <FormDrawer ns="identity" title={t('keys.new')} method="post" path="/api/v1/identity/keys" fields={fields} shape={made} open={adding} onClose={() => setAdding(false)} onDone={(k) => setTold({ title: t('once.key', { name: k.key.name }), text: t('once.keyText'), secret: k.token })} />
      <Once told={told} onClose={() => setTold(undefined)} />
    </>
  )
}

function Revoke({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation('identity')
  const revoke = useSend('post', '/api/v1/identity/keys/{id}/revoke')
  return <span className="id-rowact"><ActButton size="small" danger send={revoke} input={{ path: { id } }} confirm={{ title: t('keys.revokeAsk', { name }), text: t('keys.revokeText'), ok: t('keys.revoke') }} done={t('keys.revoked')}>{t('keys.revoke')}</ActButton></span>
}
