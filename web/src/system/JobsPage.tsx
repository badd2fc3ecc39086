import { useQueryClient } from '@tanstack/react-query'
import { Drawer } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { ActButton, Facts, ListPage, type Column } from '@/kit/crud'
import { Progress } from '@/kit/Qty'
import { Payload } from './Payload'
import './system.css'

type Job = Row<'/api/v1/jobs'>
const STATES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const
const tabs = { col: 'state', values: STATES, count: true }
const sort = ['-created_ms']
const live = ['kit.job_']
const goes = (j: Job) => j.state === 'waiting' || j.state === 'running'

function Cancel({ job }: { job: Job }) {
  const { t } = useTranslation('system')
  const cancel = useSend('post', '/api/v1/jobs/{id}/cancel')
  if (!goes(job)) return null
  if (job.cancel) return <span className="kw-dim">{t('job.stopping')}</span>
  return <span className="sy-rowact"><ActButton size="small" danger send={cancel} input={{ path: { id: job.id } }} confirm={{ title: t('job.cancelAsk'), ok: t('job.cancel') }} done={t('job.cancelled')}>{t('job.cancel')}</ActButton></span>
}

/** Long work: how far it is, what came of it, and the way to stop it. */
export default function JobsPage() {
  const { t } = useTranslation('system')
  const client = useQueryClient()
  const [seen, setSeen] = useState<Job | undefined>()
  useEffect(() => { // progress is not told by events
    const timer = setInterval(() => { if (!document.hidden) void client.invalidateQueries({ queryKey: ['/api/v1/jobs'] }) }, 3000)
    return () => clearInterval(timer)
  }, [client])
  const columns = useMemo<Column<Job>[]>(() => [
    { key: 'kind', label: 'f.job', render: (j) => t(`jobKind.${j.kind}`, { defaultValue: j.kind }) }, { key: 'state', type: 'status', options: STATES, label: 'f.status', render: (j) => <Chip status={j.state} /> },
    { key: 'done', label: 'f.progress', render: (j) => (j.total > 0 ? <Progress done={String(j.done)} total={String(j.total)} status={j.state} /> : null) }, { key: 'note' }, { key: 'actor' }, { key: 'created_ms', label: 'f.asked_ms', type: 'instant' }, { key: 'finished_ms', type: 'instant' }, { key: 'tries', type: 'number', hidden: true }, { key: 'run_ms', type: 'instant', hidden: true }, { key: 'error' },
    { key: 'id', label: 'f.do', noSort: true, noFilter: true, render: (j) => <Cancel job={j} /> },
  ], [t])
  return (
    <>
      <ListPage path="/api/v1/jobs" ns="system" columns={columns} onOpen={setSeen} sort={sort} tabs={tabs} live={live} searchHint={t('job.search')} empty={<div className="kw-none"><b>{t('job.none')}</b><span>{t('job.noneText')}</span></div>} />
      <Drawer open={seen !== undefined} onClose={() => setSeen(undefined)} size={640} title={seen && t(`jobKind.${seen.kind}`, { defaultValue: seen.kind })}>{seen && <Detail id={seen.id} />}</Drawer>
    </>
  )
}

function Detail({ id }: { id: string }) {
  const { t } = useTranslation('system')
  const { data: j } = useGet('/api/v1/jobs/{id}', { path: { id }, live })
  if (!j) return null
  const facts: Column<typeof j>[] = [{ key: 'state', type: 'status', label: 'f.status' }, { key: 'actor' }, { key: 'created_ms', label: 'f.asked_ms', type: 'instant' }, { key: 'finished_ms', type: 'instant' }, { key: 'tries', type: 'number' }, { key: 'note' }, { key: 'error' }]
  return <><Facts ns="system" columns={facts} row={j} />{j.result !== null && j.result !== undefined && <><h4>{t('job.result')}</h4><Payload payload={j.result} /></>}{j.input !== null && j.input !== undefined && <><h4>{t('job.input')}</h4><Payload payload={j.input} /></>}</>
}
