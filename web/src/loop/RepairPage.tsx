import { CheckOutlined } from '@ant-design/icons'
import { Alert } from 'antd'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import { Chip } from '@/kit/Chip'
import { ActButton, Card, DetailPage, Facts, Lines, type Column } from '@/kit/crud'
import { showInstant } from '@/kit/dates'
import { useMay } from '@/kit/who'
import { CAUSES, hoursOf, repairTone, toItem, toOrder, type RepairPage as Page } from './loop'

type End = NonNullable<Page['ends']>[number]
const endId = (e: End) => e.order

/** A repaired schedule: who becomes late and by how much; adopt it or leave the schedule as it is. */
export default function RepairPage() {
  const { t } = useTranslation('loop')
  const { id = '' } = useParams()
  const may = useMay()('scheduling.repair')
  const query = useGet('/api/v1/scheduling/repairs/{id}', { path: { id }, live: ['scheduling.'] })
  const adopt = useSend('post', '/api/v1/scheduling/repairs/{id}/adopt')
  const dismiss = useSend('post', '/api/v1/scheduling/repairs/{id}/dismiss')
  const p = query.data
  const facts: Column<Page>[] = [
    { key: 'kind', type: 'enum', label: 'f.cause', options: CAUSES, words: 'cause' }, { key: 'machine' }, { key: 'item', type: 'link', to: toItem }, { key: 'order', type: 'link', to: toOrder }, { key: 'op', type: 'number' }, { key: 'document' }, { key: 'since_ms', type: 'instant' },
    { key: 'until_ms', type: 'instant' }, { key: 'new_late', type: 'number' }, { key: 'worse_ms', render: (r) => hoursOf(r.worse_ms, t) }, { key: 'moved', type: 'number' }, { key: 'found_ms', type: 'instant' }, { key: 'actor' }, { key: 'decided_ms', type: 'instant' }, { key: 'reason' },
  ]
  const said = (r: Page, key: string): boolean => !['machine', 'item', 'order', 'op', 'document', 'until_ms', 'actor', 'decided_ms', 'reason'].includes(key) || !!(r as unknown as Record<string, unknown>)[key]
  const at = (ms: number) => (ms ? <span className="num">{showInstant(ms).slice(5)}</span> : <span className="kw-dim">–</span>)
  const ends: Column<End>[] = [
    { key: 'order', type: 'link', to: toOrder }, { key: 'item_name' }, { key: 'due', type: 'date' }, { key: 'end_was_ms', render: (e) => at(e.end_was_ms) }, { key: 'end_is_ms', render: (e) => at(e.end_is_ms) },
    { key: 'late_was_ms', render: (e) => (e.late_was_ms > 0 ? <span className="num">{hoursOf(e.late_was_ms, t)}</span> : null) }, { key: 'late_is_ms', render: (e) => (e.late_is_ms > 0 ? <b className="num kw-late">{hoursOf(e.late_is_ms, t)}</b> : null) },
  ]
  const open = p?.state === 'open'
  return (
    <DetailPage
      query={query} title={p ? t('repair.title', { what: t(`cause.${p.kind}`), of: p.machine || p.item || `${p.order}${p.op ? ` / ${p.op}` : ''}` }) : ''}
      sub={p && (p.state === 'calm' ? t('repair.calm') : t('repair.sub', { late: p.new_late, by: hoursOf(p.worse_ms, t), moved: p.moved }))}
      facts={p && <><Chip status={p.state} tone={repairTone(p.state)} word={t(`repairState.${p.state}`)} /><Facts ns="loop" columns={facts.filter((f) => said(p, f.key))} row={p} /></>}
      actions={may && p && (open || p.state === 'calm') && (
        <>
          {open && <ActButton type="primary" icon={<CheckOutlined />} disabled={p.stale} send={adopt} input={{ path: { id } }} done={t('repair.adopted')}>{t('repair.adopt')}</ActButton>}
          <ActButton send={dismiss} input={(reason: string) => ({ path: { id }, body: { reason } })} confirm={{ title: t('repair.dismissAsk'), reason: true }} done={t('repair.dismissed')}>{t('repair.dismiss')}</ActButton>
        </>
      )}
    >
      {p && open && p.stale && <Alert type="warning" showIcon title={t('repair.stale')} />}
      {p && <Card title={t('repair.ends')} flush>{(p.ends ?? []).length > 0 ? <Lines ns="loop" columns={ends} rows={p.ends ?? []} id={endId} /> : <div className="kw-none">{t('repair.noEnds')}</div>}</Card>}
    </DetailPage>
  )
}
