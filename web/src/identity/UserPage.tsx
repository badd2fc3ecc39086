import { EditOutlined } from '@ant-design/icons'
import { App, Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { ActButton, Card, DetailPage, Facts, FormDrawer, History, useConfirm, type Column } from '@/kit/crud'
import { partnerUrl, roleUrl, workerUrl } from '@/kit/links'
import { me, useMay } from '@/kit/who'
import { Once, type Secret } from './Once'
import { PinDrawer } from './PinDrawer'
import { useRoles } from './roles'
import { Sessions } from './Sessions'
import { edited, editFields } from './users'
import './identity.css'

type User = Answer<'get', '/api/v1/identity/users/{login}'>

export default function UserPage() {
  const { t } = useTranslation('identity')
  const { login = '' } = useParams()
  const may = useMay()
  const ask = useConfirm()
  const { message } = App.useApp()
  const [editing, setEditing] = useState(false)
  const [pin, setPin] = useState(false)
  const [told, setTold] = useState<Secret | undefined>()
  const { items, titles, word } = useRoles()
  const user = useGet('/api/v1/identity/users/{login}', { path: { login } })
  const sites = useGet('/api/v1/masterdata/sites').data?.items ?? []
  const change = useSend('post', '/api/v1/identity/users/{login}')
  const reset = useSend('post', '/api/v1/identity/users/{login}/password')
  const end = useSend('post', '/api/v1/identity/users/{login}/end-sessions')
  const u = user.data
  const write = may('identity.users')
  const self = me() === login
  const facts: Column<User>[] = [
    { key: 'roles', render: (x) => <span className="id-roles">{(x.roles ?? []).map((r) => <Link key={r} to={roleUrl(r)}>{word(r)}</Link>)}</span> },
    { key: 'worker', type: 'link', to: (x) => (x.worker ? workerUrl(x.worker) : undefined) }, { key: 'partner', type: 'link', to: (x) => (x.partner ? partnerUrl(x.partner) : undefined) },
    { key: 'sites', render: (x) => (x.sites?.length ? x.sites.join(t('comma')) : t('user.allSites')) }, { key: 'locale', type: 'enum', words: 'locale' }, { key: 'created_ms', type: 'instant' },
  ]
  const newPassword = async () => {
    if ((await ask({ title: t('user.resetAsk', { login }), text: t('user.resetText'), danger: true, ok: t('user.reset') })) === false) return
    reset.mutate({ path: { login } }, { onSuccess: (r) => { if (r.secret) setTold({ title: t('once.password', { login }), text: t('once.passwordText', { name: u?.name }), secret: r.secret }) }, onError: (e) => void message.error({ content: messageOf(e), duration: 6 }) })
  }
  return (
    <>
      <DetailPage
        query={user} title={u?.name ?? login} sub={login} status={u && (u.disabled ? 'disabled' : 'active')} facts={u && <Facts ns="identity" columns={facts.filter((c) => !['worker', 'partner'].includes(c.key) || u[c.key])} row={u} />}
        actions={u && write && (
          <>
            <Dropdown trigger={['click']} menu={{ items: [{ key: 'password', label: t('user.reset'), disabled: self }, { key: 'pin', label: t('user.pin') }], onClick: (e) => (e.key === 'pin' ? setPin(true) : void newPassword()) }}><Button>{t('user.secrets')}</Button></Dropdown>
            <ActButton send={end} input={{ path: { login } }} confirm={{ title: t('user.endAsk', { login }), ok: t('user.end') }} done={t('user.ended')}>{t('user.end')}</ActButton>
            {!self && (u.disabled
              ? <ActButton send={change} input={{ path: { login }, body: { disabled: false } }} done={t('user.enabled')}>{t('user.enable')}</ActButton>
              : <ActButton danger send={change} input={{ path: { login }, body: { disabled: true } }} confirm={{ title: t('user.disableAsk', { login }), text: t('user.disableText'), ok: t('user.disable') }} done={t('user.disabled')}>{t('user.disable')}</ActButton>)}
            <Button type="primary" icon={<EditOutlined />} onClick={() => setEditing(true)}>{t('user.edit')}</Button>
          </>
        )}
        tabs={u && [
          { key: 'ways', label: t('user.ways'), children: (
            <Card title={t('user.ways')}>
              <ul className="id-ways">
                {(['password', 'badge', 'pin'] as const).map((k) => <li key={k}><b>{t(`way.${k}`)}</b><Chip status={u[k] ? 'ok' : 'none'} word={t(u[k] ? 'way.yes' : 'way.no')} /><span className="kw-dim">{k === 'password' && u.must_change ? t('way.mustChange') : t(`way.${k}Text`)}</span></li>)}
              </ul>
            </Card>
          ) },
          { key: 'sessions', label: t('user.sessions'), children: <Sessions login={login} /> },
          { key: 'log', label: t('user.log'), children: <Card><History subject={`user:${login}`} /></Card> },
        ]}
      />
      {u && write && <FormDrawer ns="identity" title={t('users.edit', { login })} method="post" path="/api/v1/identity/users/{login}" pathParams={{ login }} fields={editFields(items, titles, sites.map((s) => s.code))} initial={{ ...u, badge: undefined }} shape={(b) => edited(u, b)} open={editing} onClose={() => setEditing(false)} />}
      <PinDrawer login={login} open={pin} onClose={() => setPin(false)} onTold={(secret) => setTold({ title: t('once.pin', { login }), text: t('once.pinText', { name: u?.name }), secret })} />
      <Once told={told} onClose={() => setTold(undefined)} />
    </>
  )
}
