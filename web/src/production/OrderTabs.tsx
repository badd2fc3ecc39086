import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { ActButton, Lines, type Column } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { cmp, format } from '@/kit/num'
import { useMay } from '@/kit/who'
import { shortOf } from './acts'
import { inspectionUrl, itemUrl, lotUrl, orderUrl, over, type Detail, type Material } from './orders'
import { UndoReceipt } from './Undo'

const ISSUE = ['pick', 'backflush', 'none'] as const

/** What the order needs, has, used and misses. */
export function Materials({ order: o, onReturn }: { order: Detail; onReturn: (item: string) => void }) {
  const { t } = useTranslation('production')
  const may = useMay()
  const columns: Column<Material>[] = [
    { key: 'item', type: 'link', to: (m) => itemUrl(m.item) }, { key: 'name' }, { key: 'op', type: 'number' }, { key: 'issue', type: 'enum', options: ISSUE, words: 'mat' },
    { key: 'qty', type: 'qty', label: 'f.per_piece', uom: 'uom' }, { key: 'required', type: 'qty' }, { key: 'issued', type: 'qty' }, { key: 'consumed', type: 'qty' }, { key: 'scrapped', type: 'qty', label: 'f.mat_scrapped' }, { key: 'variance', type: 'qty', label: 'f.mat_variance' }, { key: 'wip', type: 'qty' }, { key: 'open', type: 'qty' }, { key: 'available', type: 'qty' },
    { key: 'lots', label: 'f.short', type: 'qty', render: (m) => (cmp(shortOf(m.open, m.available), '0') > 0 ? <b className="num kw-late">{format(shortOf(m.open, m.available))}</b> : null) },
    { key: 'state', type: 'status', words: 'mstate', tone: (m) => ({ complete: 'green', ok: 'green', partial: 'teal', missing: 'amber', short: 'red', none: 'grey' } as const)[m.state] },
    { key: 'substitutes', render: (m) => m.substitutes.join(', ') },
    ...(may('production.issue') && o.status !== 'closed' && o.hold_ms === 0 && o.components.some((m) => m.issue === 'pick' && cmp(m.wip, '0') > 0)
      ? [{ key: 'line' as const, label: 'f.act', render: (m: Material) => (m.issue === 'pick' && cmp(m.wip, '0') > 0 ? <Button type="link" size="small" className="pr-act" onClick={() => onReturn(m.item)}>{t('return.do')}</Button> : null) }]
      : []),
  ]
  return <Lines ns="production" columns={columns.filter((c) => (!['scrapped', 'variance'].includes(c.key) || o.components.some((m) => cmp(m.scrapped, '0') !== 0 || cmp(m.variance, '0') !== 0)) && (c.key !== 'substitutes' || o.components.some((m) => m.substitutes.length > 0)) && !(over(o.status) && ['open', 'available', 'lots', 'state'].includes(c.key)))} rows={o.components.filter((c) => c.role === 'component')} id={(m) => String(m.line)} empty={<div className="kw-none">{t('mat.empty')}</div>} />
}

const issueColumns: Column<Detail['issues'][number]>[] = [
  { key: 'at_ms', type: 'instant' }, { key: 'kind', type: 'enum', words: 'ikind' }, { key: 'item', type: 'link', to: (m) => itemUrl(m.item) }, { key: 'name' },
  { key: 'lot', type: 'link', to: (m) => (m.lot ? lotUrl(m.item, m.lot) : undefined) }, { key: 'qty', type: 'qty', uom: 'uom', said: true }, { key: 'actor', label: 'f.by' }, { key: 'over_reason' }, { key: 'over_by' }, { key: 'pick', type: 'link', label: 'f.pick', to: (m) => (m.pick ? `/production/picks/${encodeURIComponent(m.pick)}` : undefined) },
]
export function Issues({ order: o }: { order: Detail }) {
  const { t } = useTranslation('production')
  return (
    <>
      <Lines ns="production" columns={issueColumns} rows={[...o.issues].reverse()} id={(m) => m.id} empty={<div className="kw-none">{t('issue.none')}</div>} />
      {o.scraps.length > 0 && <><h4 className="pr-sub">{t('order.scraps')}</h4><Lines ns="production" columns={[...scrapColumns, { key: 'id', label: 'f.act', render: (s) => <UndoScrap row={s} closed={over(o.status)} /> }]} rows={o.scraps} id={(s) => `${s.id}|${s.lot}|${s.qty}`} /></>}
      {o.leftovers.length > 0 && <><h4 className="pr-sub">{t('order.leftovers')}</h4><Lines ns="production" columns={leftoverColumns} rows={o.leftovers} id={(l) => `${l.item}|${l.lot}|${l.act}`} /></>}
    </>
  )
}
const scrapColumns: Column<Detail['scraps'][number]>[] = [
  { key: 'at_ms', type: 'instant' }, { key: 'item', type: 'link', to: (m) => itemUrl(m.item) }, { key: 'name' }, { key: 'lot', type: 'link', to: (m) => (m.lot ? lotUrl(m.item, m.lot) : undefined) }, { key: 'qty', type: 'qty', uom: 'uom' },
  { key: 'source', type: 'enum', label: 'f.mat_source', words: 'matSource' }, { key: 'reason', label: 'f.over_reason' }, { key: 'actor', label: 'f.by' },
]
function UndoScrap({ row: s, closed }: { row: Detail['scraps'][number]; closed: boolean }) {
  const { t } = useTranslation('production')
  const may = useMay()
  const undo = useSend('post', '/api/v1/production/material-scraps/undo')
  if (s.undone) return <span className="kw-dim">{t('scrapMat.undone')}</span>
  if (closed || !may('production.undo')) return null
  return <ActButton size="small" send={undo} input={(reason) => ({ body: { id: s.id, reason } })} confirm={{ title: t('scrapMat.undoAsk'), text: t('scrapMat.undoText'), reason: true }} done={t('scrapMat.undone')}>{t('scrapMat.undo')}</ActButton>
}
const leftoverColumns: Column<Detail['leftovers'][number]>[] = [
  { key: 'item', type: 'link', to: (m) => itemUrl(m.item) }, { key: 'name' }, { key: 'lot', type: 'link', to: (m) => (m.lot ? lotUrl(m.item, m.lot) : undefined) }, { key: 'qty', type: 'qty', uom: 'uom' },
  { key: 'act', type: 'enum', label: 'f.leftover', words: 'leftover' }, { key: 'location' },
]

/** Material that reports owe: drawn when it is there, or written off with a reason. */
export function Owed({ order: o }: { order: Detail }) {
  const { t } = useTranslation('production')
  const may = useMay()
  const settle = useSend('post', '/api/v1/production/variances/settle')
  const off = useSend('post', '/api/v1/production/variances/write-off')
  const open = o.variances.some((v) => cmp(v.open, '0') > 0)
  return (
    <>
      {open && (
        <div className="pr-acts">
          {may('production.issue') && <ActButton size="small" type="primary" send={settle} input={{ body: { order: o.number } }} done={t('owed.tried')}>{t('owed.settle')}</ActButton>}
          {may('production.close') && <ActButton size="small" send={off} input={(reason) => ({ body: { order: o.number, reason } })} confirm={{ title: t('owed.offAsk'), text: t('owed.offText'), ok: t('owed.off'), danger: true, reason: true }} done={t('owed.offDone')}>{t('owed.off')}</ActButton>}
        </div>
      )}
      <Lines ns="production" columns={owedColumns} rows={o.variances} id={(v) => v.id} />
    </>
  )
}
const owedColumns: Column<Detail['variances'][number]>[] = [
  { key: 'at_ms', type: 'instant' }, { key: 'item', type: 'link', to: (m) => itemUrl(m.item) }, { key: 'name' }, { key: 'op', type: 'number' }, { key: 'qty', type: 'qty', label: 'f.was_short', uom: 'uom' },
  { key: 'open', type: 'qty', label: 'f.owed', render: (v) => (cmp(v.open, '0') > 0 ? <b className="num kw-late">{format(v.open)}</b> : <span className="pr-ok num">0</span>) }, { key: 'written_off', type: 'qty' }, { key: 'actor', label: 'f.by' },
]

type Work = Answer<'get', '/api/v1/production/orders/{number}/labour'>[number] & { minutes: string }
const labourColumns: Column<Work>[] = [
  { key: 'op', type: 'number' }, { key: 'op_name' }, { key: 'name', label: 'f.worker' }, { key: 'kind', type: 'enum', label: 'f.work', words: 'work' }, { key: 'start_ms', type: 'instant' }, { key: 'end_ms', type: 'instant' },
  { key: 'minutes', type: 'number', label: 'f.counted' }, { key: 'rule', type: 'enum', words: 'lrule' },
]
/** Who worked how long: setting up apart from running, shared where people or operations share the time. */
export function Labour({ order: o }: { order: Detail }) {
  const { t } = useTranslation('production')
  const { data } = useGet('/api/v1/production/orders/{number}/labour', { path: { number: o.number } })
  return <Lines ns="production" columns={labourColumns} rows={data?.map((r) => ({ ...r, minutes: (Math.round(r.ms / 6000) / 10).toString() }))} id={(r) => `${r.id}`} empty={<div className="kw-none">{t('labour.none')}</div>} />
}

const familyColumns: Column<Detail['family'][number]>[] = [
  { key: 'at_ms', type: 'instant' }, { key: 'kind', type: 'enum', words: 'fkind' }, { key: 'order', type: 'link', label: 'f.number', to: (r) => orderUrl(r.order) }, { key: 'qty', type: 'qty', said: true }, { key: 'status', type: 'status' }, { key: 'reason' }, { key: 'actor', label: 'f.by' },
]
/** Which orders this one was split off, and which went into it. */
export function Family({ order: o }: { order: Detail }) {
  return <Lines ns="production" columns={familyColumns} rows={o.family} id={(r) => r.order + r.kind} open={(r) => orderUrl(r.order)} />
}

export function Receipts({ order: o }: { order: Detail }) {
  const { t } = useTranslation('production')
  const columns: Column<Detail['receipts'][number]>[] = [
    { key: 'number', label: 'f.receipt' }, { key: 'at_ms', type: 'instant' }, ...(o.outputs.length ? [{ key: 'item' as const, render: (r: Detail['receipts'][number]) => <>{r.item} <span className="kw-dim">{r.name}</span></> }] : []), { key: 'qty', type: 'qty', uom: 'uom', said: true }, { key: 'lot', type: 'link', to: (r) => (r.lot ? lotUrl(r.item, r.lot) : undefined) }, { key: 'location' }, { key: 'actor', label: 'f.by' },
    { key: 'reversed', label: 'f.act', render: (r) => (r.undo ? <span className="kw-dim">{t('undo.is')}</span> : <>{!r.reversed && <Button type="link" size="small" className="pr-act" onClick={() => openPdf('/api/v1/production/receipts/{number}/labels.pdf', { path: { number: r.number } })}>{t('receive.labels')}</Button>} <UndoReceipt number={r.number} done={r.reversed} /></>) },
  ]
  return <Lines ns="production" columns={columns} rows={[...o.receipts].reverse()} empty={<div className="kw-none">{t('receive.none')}</div>} />
}

const inspectionColumns: Column<Detail['inspections'][number]>[] = [
  { key: 'number', type: 'link', label: 'f.inspection', to: (i) => inspectionUrl(i.number) }, { key: 'kind', type: 'enum', words: 'insp' }, { key: 'status', type: 'status', tone: (i) => (i.status === 'open' ? 'amber' : undefined) },
  { key: 'qty', type: 'qty' }, { key: 'passed', type: 'qty' }, { key: 'failed', type: 'qty' }, { key: 'requested_ms', type: 'instant' },
]
export function Inspections({ order: o }: { order: Detail }) {
  const { t } = useTranslation('production')
  return <Lines ns="production" columns={inspectionColumns} rows={[...o.inspections].reverse()} open={(i) => inspectionUrl(i.number)} empty={<div className="kw-none">{t(o.final_gate ? 'insp.none' : 'insp.noGate')}</div>} />
}
