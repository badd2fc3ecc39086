import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { ActButton, SubList, type Column } from '@/kit/crud'
import { userUrl } from '@/kit/links'
import { useMay } from '@/kit/who'

export type Session = Row<'/api/v1/identity/sessions'>
export const sessionColumns: Column<Session>[] = [
  { key: 'login', type: 'link', to: (s) => userUrl(s.login) }, { key: 'name' }, { key: 'kind', type: 'enum', options: ['password', 'badge'], words: 'way' }, { key: 'device' }, { key: 'address' }, { key: 'created_ms', label: 'f.since_ms', type: 'instant' }, { key: 'seen_ms', type: 'instant' }, { key: 'expires_ms', type: 'instant' },
  { key: 'id', label: 'f.do', noSort: true, noFilter: true, render: (s) => <End session={s} /> },
]

function End({ session }: { session: Session }) {
  const { t } = useTranslation('identity')
  const may = useMay()
  const end = useSend('post', '/api/v1/identity/sessions/{id}/end')
  return may('identity.users') && <span className="id-rowact"><ActButton size="small" danger send={end} input={{ path: { id: session.id } }} done={t('session.ended')}>{t('session.end')}</ActButton></span>
}

export function Sessions({ login }: { login: string }) {
  const { t } = useTranslation('identity')
  return <SubList ns="identity" path="/api/v1/identity/sessions" columns={sessionColumns.filter((c) => c.key !== 'login' && c.key !== 'name')} fixed={[{ col: 'login', op: 'eq', value: login }]} sort={['-seen_ms']} empty={<div className="kw-none">{t('session.none')}</div>} />
}
