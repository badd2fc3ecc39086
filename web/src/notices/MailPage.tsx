import { EditOutlined, SendOutlined, UnorderedListOutlined } from '@ant-design/icons'
import { Alert, Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { fieldErrors, messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Answer, Body } from '@/api/types'
import { Card, Facts, FormDrawer, type Column, type Field } from '@/kit/crud'
import './notices.css'

type Server = Answer<'get', '/api/v1/mail/server'>
type Edit = NonNullable<Body<'post', '/api/v1/mail/server'>>
const TLS = ['starttls', 'tls', 'none'] as const
const facts: Column<Server>[] = [
  { key: 'host' }, { key: 'port', render: (s) => String(s.port) }, { key: 'tls', type: 'enum', options: TLS, words: 'tls' }, { key: 'user' }, { key: 'has_password', type: 'bool' }, { key: 'sender' }, { key: 'base_url' }, { key: 'changed_by' }, { key: 'changed_ms', type: 'instant' },
]
const fields = [
  { key: 'host', half: true, help: 'notices:help.host' }, { key: 'port', type: 'int', required: true, half: true, help: 'notices:help.port' },
  { key: 'tls', type: 'select', options: TLS, words: 'tls', required: true, half: true }, { key: 'user', half: true }, { key: 'password', type: 'password', half: true, help: 'notices:help.password' }, { key: 'clear', type: 'bool', half: true },
  { key: 'sender', help: 'notices:help.sender' }, { key: 'base_url', help: 'notices:help.base_url' },
] as Field<Edit>[]

/** An empty password means: the one that is kept; to take it away is said by the box. */
export function shape({ clear, password, ...b }: Record<string, unknown>): Record<string, unknown> {
  const texts = Object.fromEntries(['host', 'user', 'sender', 'base_url'].map((k) => [k, b[k] ?? '']))
  return { ...b, ...texts, ...(clear ? { password: '' } : password ? { password } : {}) }
}

/** The server that takes our mail, and a try whether it does. */
export default function MailPage() {
  const { t } = useTranslation('notices')
  const navigate = useNavigate()
  const server = useGet('/api/v1/mail/server', { live: ['notice.mail_server'] })
  const [editing, setEditing] = useState(false)
  const [to, setTo] = useState('')
  const test = useSend('post', '/api/v1/mail/test')
  const s = server.data
  if (server.error) return <div className="kw-none" role="alert">{messageOf(server.error)}</div>
  if (!s) return <div className="kw-wait" />
  const send = () => test.mutate({ body: { to: to.trim() } })
  return (
    <div className="kw-detail-body nt-settings">
      <Card title={t('mail.title')}>
        <p className="kw-dim">{t('mail.text')}</p>
        {s.host ? <Facts ns="notices" columns={facts} row={s} /> : <Alert type="info" showIcon title={t('mail.off')} />}
        <p />
        <Button type={s.host ? 'default' : 'primary'} icon={<EditOutlined />} onClick={() => setEditing(true)}>{t(s.host ? 'mail.edit' : 'mail.set')}</Button>{' '}
        <Button icon={<UnorderedListOutlined />} onClick={() => void navigate('/system/mail/sent')}>{t('menu.sent')}</Button>
      </Card>
      <Card title={t('mail.test')}>
        <p className="kw-dim">{t('mail.testText')}</p>
        <div className="nt-test">
          <Input value={to} type="email" aria-label={t('mail.to')} placeholder={t('mail.toMe')} maxLength={200} onChange={(e) => setTo(e.target.value)} onPressEnter={() => { if (s.host) send() }} />
          <Button type="primary" icon={<SendOutlined />} disabled={!s.host} title={s.host ? undefined : t('mail.off')} loading={test.isPending} onClick={send}>{t('mail.send')}</Button>
        </div>
        {test.error && <Alert type="error" showIcon title={Object.values(fieldErrors(test.error))[0] ?? messageOf(test.error)} />}
        {test.data && !test.error && <Alert type="success" showIcon title={t('mail.sentTo', { to: test.data.to })} />}
      </Card>
      <FormDrawer ns="notices" title={t('mail.title')} method="post" path="/api/v1/mail/server" fields={fields} shape={shape} open={editing} onClose={() => setEditing(false)} width={640}
        initial={{ host: s.host, port: s.port, tls: s.tls, user: s.user, sender: s.sender, base_url: s.base_url || window.location.origin, password: '', clear: false }} />
    </div>
  )
}
