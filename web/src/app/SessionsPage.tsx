import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { call } from '@/api/client'
import { messageOf } from '@/api/errors'
import { Chip } from '@/kit/Chip'
import { showInstant } from '@/kit/dates'
import { useMe } from './me'
import PasswordPage from './PasswordPage'
import { revoke, SESSIONS, type Session } from './session'

/** Where am I logged in, and end it. */
export default function SessionsPage() {
  const { t } = useTranslation('app')
  const client = useQueryClient()
  const { message } = App.useApp()
  const { data: me } = useMe()
  const { data } = useQuery({ queryKey: [SESSIONS], queryFn: () => call<{ items: Session[] | null } | Session[]>('GET', SESSIONS) })
  const end = useMutation({
    mutationFn: revoke,
    onSuccess: () => client.invalidateQueries({ queryKey: [SESSIONS] }),
    onError: (e) => void message.error(messageOf(e)),
  })
  const list = Array.isArray(data) ? data : (data?.items ?? [])
  return (
    <div className="kw-page-pad">
      <div className="kw-card kw-sessions">
        <h2>{t('office:sessions.title')}</h2>
        <p>{t('office:sessions.text')}</p>
        <ul>
          {list.map((s) => (
            <li key={s.id}>
              <div><b>{s.device || t('office:sessions.unknown')}</b><small>{[s.address, s.seen_ms ? t('office:sessions.seen', { at: showInstant(s.seen_ms) }) : ''].filter(Boolean).join(' · ')}</small></div>
              {s.current ? <Chip status="active" word={t('office:sessions.current')} tone="green" /> : <Button danger size="small" loading={end.isPending && end.variables === s.id} onClick={() => end.mutate(s.id)}>{t('office:sessions.end')}</Button>}
            </li>
          ))}
        </ul>
      </div>
      {me?.kind === 'password' && <div className="kw-card kw-sessions kw-own-password"><PasswordPage onDone={() => void message.success(t('password.done'))} /></div>}
    </div>
  )
}
