import { DownloadOutlined, SafetyCertificateOutlined } from '@ant-design/icons'
import { App, Button, Drawer, Grid, Select } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { download } from '@/api/client'
import { messageOf } from '@/api/errors'
import type { Row } from '@/api/types'
import { Facts, ListPage, type Column } from '@/kit/crud'
import { showSecond } from '@/kit/dates'
import { save } from '@/kit/files'
import { subjectUrl } from '@/kit/links'
import { ChainCheck } from './ChainCheck'
import { Payload } from './Payload'
import { ROOMS, useEventWord } from './words'

type Event = Row<'/api/v1/events'>
const sort = ['-seq']
const ORIGINS = ['web', 'floor', 'api', 'job', 'cli', 'system'] as const

function Subject({ subject }: { subject: string }) {
  const to = subjectUrl(subject)
  return to ? <Link to={to}>{subject}</Link> : <>{subject}</>
}

/** Everything that ever happened, who did it, and the proof that nothing was altered since. */
export default function AuditPage() {
  const { t } = useTranslation('system')
  const { message } = App.useApp()
  const word = useEventWord()
  const [params, setParams] = useSearchParams()
  const [seen, setSeen] = useState<Event | undefined>()
  const [checking, setChecking] = useState(false)
  const [busy, setBusy] = useState(false)
  const wide = Grid.useBreakpoint().md
  const columns = useMemo<Column<Event>[]>(() => [
    { key: 'seq', type: 'number', width: 70 }, { key: 'happened_ms', render: (e) => <span className="num">{showSecond(e.happened_ms)}</span>, type: 'instant' }, { key: 'name', label: 'f.event', render: (e) => <span title={e.name}>{word(e.name)}</span> },
    { key: 'subject', render: (e) => <Subject subject={e.subject} /> }, { key: 'actor' }, { key: 'device' }, { key: 'origin', type: 'enum', options: ORIGINS, words: 'origin' }, { key: 'reason' }, { key: 'recorded_ms', type: 'instant', hidden: true }, { key: 'request', hidden: true },
  ], [word])
  const facts: Column<Event>[] = [
    { key: 'seq', type: 'number' }, { key: 'subject', render: (e) => <Subject subject={e.subject} /> }, { key: 'happened_ms', render: (e) => <span className="num">{showSecond(e.happened_ms)}</span> }, { key: 'recorded_ms', render: (e) => <span className="num">{showSecond(e.recorded_ms)}</span> }, { key: 'actor' }, { key: 'device' }, { key: 'origin', type: 'enum', words: 'origin' }, { key: 'reason' }, { key: 'request' }, { key: 'hash', render: (e) => <code className="sy-hash">{e.hash}</code> },
  ]
  const room = /^(\w+)\.$/.exec(params.getAll('filter').find((f) => f.startsWith('name:like:'))?.slice(10) ?? '')?.[1]
  const pick = (r: string | undefined) => setParams((p) => {
    const rest = p.getAll('filter').filter((f) => !f.startsWith('name:'))
    p.delete('filter')
    rest.forEach((f) => p.append('filter', f))
    if (r) p.append('filter', `name:like:${r}.`)
    return p
  }, { replace: true })
  const bring = async () => {
    setBusy(true)
    try {
      const f = await download('/api/v1/compliance/audit')
      save(f.blob, f.name)
    } catch (err) { void message.error({ content: messageOf(err), duration: 6 }) } finally { setBusy(false) }
  }
  return (
    <>
      <ListPage
        path="/api/v1/events" ns="system" columns={columns} idOf={(e) => String(e.seq)} onOpen={setSeen} sort={sort} searchHint={t('audit.search')}
        actions={(
          <>
            <Select allowClear placeholder={t('audit.room')} aria-label={t('audit.room')} className="sy-room" value={room} onChange={pick} options={ROOMS.map((r) => ({ value: r, label: t(`room.${r}`) }))} />
            <Button icon={<DownloadOutlined />} loading={busy} onClick={() => void bring()}>{t('audit.export')}</Button>
            <Button type="primary" icon={<SafetyCertificateOutlined />} onClick={() => setChecking(true)}>{t('audit.check')}</Button>
          </>
        )}
      />
      <Drawer open={seen !== undefined} onClose={() => setSeen(undefined)} size={wide ? 680 : '100%'} title={seen && <>{word(seen.name)} <small className="kw-dim">{seen.name}</small></>}>
        {seen && <><Facts ns="system" columns={facts.filter((c) => seen[c.key] !== '' || c.key === 'actor')} row={seen} /><Payload key={seen.seq} payload={seen.payload} /></>}
      </Drawer>
      <ChainCheck open={checking} onClose={() => setChecking(false)} />
    </>
  )
}
