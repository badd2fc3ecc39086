import { CheckOutlined, SettingOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { ActButton, ListPage, type Column } from '@/kit/crud'
import { severityTone } from './severity'

type Notice = Row<'/api/v1/notices'>
const tabs = { col: 'state', values: ['open', 'done'] as const, count: true }
const SEVERITIES = ['info', 'warning', 'urgent'] as const
const sort = ['-made_ms']
const live = ['notice.']
const open = (n: Notice) => n.link || undefined

function Done({ notice }: { notice: Notice }) {
  const { t } = useTranslation('notices')
  const done = useSend('post', '/api/v1/notices/{id}/done')
  if (notice.state !== 'open') return null
  return <ActButton size="small" icon={<CheckOutlined />} send={done} input={{ path: { id: notice.id }, body: {} }} done={t('done.said')}>{t(notice.todo ? 'done.do' : 'done.clear')}</ActButton>
}

/** What I should know or do; to-dos stay until they are done. */
export default function NoticesPage() {
  const { t } = useTranslation('notices')
  const navigate = useNavigate()
  const read = useSend('post', '/api/v1/notices/read')
  const columns = useMemo<Column<Notice>[]>(() => [
    { key: 'text', type: 'link', width: 560, noSort: true, noFilter: true, to: open, render: (n) => <span className={n.read || n.state === 'done' ? undefined : 'kw-strong'}>{n.text}</span> },
    { key: 'severity', type: 'enum', options: SEVERITIES, words: 'severity', width: 90, render: (n) => <Chip status={n.severity} word={t(`severity.${n.severity}`)} tone={severityTone(n.severity)} /> },
    { key: 'todo', type: 'bool', width: 80 }, { key: 'made_ms', type: 'instant' }, { key: 'made_by', hidden: true }, { key: 'done_by', hidden: true }, { key: 'done_ms', type: 'instant', hidden: true }, { key: 'done_note', hidden: true },
    { key: 'state', type: 'status', options: tabs.values, width: 90 }, { key: 'id', label: 'f.do', noSort: true, noFilter: true, width: 110, render: (n) => <Done notice={n} /> },
  ], [t])
  return (
    <ListPage
      path="/api/v1/notices" ns="notices" columns={columns} open={open} sort={sort} tabs={tabs} live={live} searchHint={t('list.search')}
      actions={(
        <>
          <ActButton send={read} input={{ body: { all: true } }} done={t('list.readSaid')}>{t('list.readAll')}</ActButton>
          <Button icon={<SettingOutlined />} onClick={() => void navigate('/notices/settings')}>{t('menu.settings')}</Button>
        </>
      )}
      empty={<div className="kw-none"><b>{t('list.none')}</b><span>{t('list.noneText')}</span></div>}
    />
  )
}
