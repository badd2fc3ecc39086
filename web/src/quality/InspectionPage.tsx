import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import { ActButton, Card, DetailPage, Facts, History, Lines, type Column, type Fact } from '@/kit/crud'
import { add, cmp, format, sub } from '@/kit/num'
import { useMay } from '@/kit/who'
import { documentUrl, itemUrl, lotUrl, toneOf, type Detail } from './inspections'
import { JudgeCard } from './JudgeCard'
import './quality.css'

const facts: Column<Detail>[] = [
  { key: 'kind', type: 'enum', words: 'kind' },
  { key: 'item', render: (i) => <Link to={itemUrl(i.item)}>{i.item}</Link> },
  { key: 'lot', render: (i) => (i.lot ? <Link to={lotUrl(i.item, i.lot)}>{i.lot}</Link> : null) },
  { key: 'document', render: (i) => { const to = documentUrl(i); return to ? <Link to={to}>{i.document}</Link> : i.document } },
  { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'passed', type: 'qty', uom: 'uom' }, { key: 'failed', type: 'qty', uom: 'uom' },
  { key: 'requested_ms', type: 'instant' }, { key: 'requested_by' }, { key: 'judged_ms', type: 'instant' }, { key: 'cancel_reason' },
]

export default function InspectionPage() {
  const { t } = useTranslation('quality')
  const { number = '' } = useParams()
  const may = useMay()
  const inspection = useGet('/api/v1/quality/inspections/{number}', { path: { number }, live: ['production.', 'purchasing.'] })
  const i = inspection.data
  const left = i ? sub(i.qty, add(i.passed, i.failed)) : '0'
  const waits = !!i && i.status === 'open' && cmp(left, '0') > 0
  return (
    <DetailPage
      query={inspection} title={number} sub={i?.name} status={i?.status} tone={i && toneOf(i)} word={i && t(`status.${i.status}`)}
      actions={i && i.kind === 'final' && cmp(i.failed, '0') > 0 && may('production.rework') && <Link to={`/production/rework?inspection=${encodeURIComponent(number)}`}><Button>{t('rework')}</Button></Link>}
      facts={i && <Facts ns="quality" columns={facts.filter((c) => !['lot', 'judged_ms', 'cancel_reason'].includes(c.key) || i[c.key])} row={i} />}
    >
      {i && (
        <>
          {waits && (may('quality.judge') ? <JudgeCard key={left} inspection={i} left={left} /> : <Card><p className="qa-wait">{t('judge.waits', { n: format(left), uom: i.uom })}</p></Card>)}
          <div className="qa-two">
            <Card title={t('judgements.title')} flush><Judgements inspection={i} /></Card>
            <Card title={t('log')}><History subject={`insp:${number}`} tell={tell} /></Card>
          </div>
        </>
      )}
    </DetailPage>
  )
}

function Judgements({ inspection: i }: { inspection: Detail }) {
  const { t } = useTranslation('quality')
  const columns: Column<Detail['judgements'][number]>[] = [
    { key: 'at_ms', type: 'instant' }, { key: 'passed', type: 'qty' }, { key: 'failed', type: 'qty', render: (j) => (cmp(j.failed, '0') === 0 ? <span className="num kw-dim">0</span> : <b className="num kw-late">{format(j.failed)}</b>) }, ...(i.judgements.some((j) => j.then) ? [{ key: 'then' as const, type: 'enum' as const, words: 'then' }] : []), { key: 'reason' }, { key: 'note' }, { key: 'actor' },
    { key: 'reversed', label: 'f.act', render: (j) => <UndoJudgement id={j.id} done={j.reversed} undo={j.undo} /> },
  ]
  return <Lines ns="quality" columns={columns} rows={[...i.judgements].reverse()} empty={<div className="kw-none">{t('judgements.none')}</div>} />
}

function UndoJudgement({ id, done, undo }: { id: string; done: boolean; undo: boolean }) {
  const { t } = useTranslation('quality')
  const may = useMay()
  const send = useSend('post', '/api/v1/quality/judgements/undo')
  if (undo || done) return <span className="kw-dim">{t(undo ? 'undo.is' : 'undo.was')}</span>
  if (!may('quality.undo')) return null
  return <ActButton type="link" size="small" className="qa-act" send={send} input={(reason) => ({ body: { judgement: id, reason } })} confirm={{ title: t('undo.ask'), text: t('undo.text'), ok: t('undo.do'), danger: true, reason: true }} done={t('undo.done')}>{t('undo.do')}</ActButton>
}

function tell(fact: Fact) {
  const p = fact.payload as { passed?: string; failed?: string; qty?: string; note?: string }
  if (p.passed !== undefined) return `✓ ${format(p.passed)}   ✗ ${format(p.failed)}   ${p.note ?? ''}`
  return p.qty === undefined ? undefined : format(p.qty)
}
