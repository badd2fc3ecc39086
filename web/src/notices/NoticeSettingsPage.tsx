import { Alert, App, Button, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrors, messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Card } from '@/kit/crud'
import './notices.css'

type Choices = Answer<'get', '/api/v1/notices/choices'>
const WAYS = ['now', 'daily', 'off'] as const

/** My mail address, and which news reach me by mail. In the application they come in any case. */
export default function NoticeSettingsPage() {
  const { data, error } = useGet('/api/v1/notices/choices', { staleTime: 0 })
  if (error) return <div className="kw-none" role="alert">{messageOf(error)}</div>
  return <div className="kw-detail-body nt-settings">{data && <Form key={JSON.stringify(data)} choices={data} />}</div>
}

function Form({ choices }: { choices: Choices }) {
  const { t } = useTranslation('notices')
  const { message } = App.useApp()
  const [email, setEmail] = useState(choices.email)
  const [kinds, setKinds] = useState<Record<string, string>>({})
  const send = useSend('post', '/api/v1/notices/choices')
  const problem = send.error && (Object.values(fieldErrors(send.error))[0] ?? messageOf(send.error))
  const changed = email.trim() !== choices.email || choices.kinds.some((k) => (kinds[k.kind] ?? k.mail) !== k.mail)
  const save = () => send.mutate({ body: { email: email.trim(), kinds } }, { onSuccess: () => void message.success(t('kit:form.saved')) })
  return (
    <Card title={t('settings.title')}>
      <p className="kw-dim">{t('settings.text')}</p>
      {!choices.mailing && <Alert type="info" showIcon title={t('settings.noServer')} />}
      <label className="nt-field"><span>{t('settings.email')}</span>
        <Input value={email} type="email" placeholder="name@company.com" maxLength={200} status={problem ? 'error' : undefined} onChange={(e) => setEmail(e.target.value)} onPressEnter={() => { if (changed) save() }} />
      </label>
      <ul className="nt-kinds">
        {choices.kinds.map((k) => (
          <li key={k.kind}><span>{k.title}</span>
            <Select aria-label={k.title} value={kinds[k.kind] ?? k.mail} disabled={!email.trim()} onChange={(v) => setKinds({ ...kinds, [k.kind]: v })} options={WAYS.map((w) => ({ value: w, label: t(`way.${w}`) }))} />
          </li>
        ))}
      </ul>
      {choices.kinds.length === 0 && <p className="kw-dim">{t('settings.noKinds')}</p>}
      {problem && <Alert type="error" showIcon title={problem} />}
      <Button type="primary" loading={send.isPending} disabled={!changed} title={changed ? undefined : t('settings.unchanged')} onClick={save}>{t('kit:save')}</Button>
    </Card>
  )
}
