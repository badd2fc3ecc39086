import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'

type Mail = Row<'/api/v1/mail/sent'>
const STATES = ['waiting', 'sent', 'failed', 'cancelled'] as const
const WAYS = ['now', 'daily'] as const
const columns: Column<Mail>[] = [
  { key: 'to' }, { key: 'kind', words: 'noticeKind', hidden: true }, { key: 'mode', type: 'enum', options: WAYS, words: 'way' }, { key: 'state', type: 'status', options: STATES, width: 100 }, { key: 'tries', type: 'number' }, { key: 'made_ms', type: 'instant' },
  { key: 'ended_ms', type: 'instant' }, { key: 'next_ms', type: 'instant' }, { key: 'error' },
]
const tabs = { col: 'state', values: STATES, count: true }
const sort = ['-made_ms']
const live = ['notice.', 'kit.job_']

/** What was sent, waits or could not be sent, with the server's words. */
export default function MailsPage() {
  const { t } = useTranslation('notices')
  return <ListPage path="/api/v1/mail/sent" ns="notices" columns={columns} sort={sort} tabs={tabs} live={live} searchHint={t('sent.search')} empty={<div className="kw-none"><b>{t('sent.none')}</b><span>{t('sent.noneText')}</span></div>} />
}
