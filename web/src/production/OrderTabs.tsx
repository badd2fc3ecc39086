import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Lines, type Column } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { cmp, format } from '@/kit/num'
import { useMay } from '@/kit/who'
import { shortOf } from './acts'
import { inspectionUrl, itemUrl, lotUrl, over, type Detail, type Material } from './orders'
import { UndoReceipt } from './Undo'

const ISSUE = ['pick', 'backflush', 'none'] as const

/** What the order needs, has, used and misses. */
export function Materials({ order: o, onReturn }: { order: Detail; onReturn: (item: string) => void }) {
  const { t } = useTranslation('production')
  const may = useMay()
  const columns: Column<Material>[] = [
    { key: 'item', type: 'link', to: (m) => itemUrl(m.item) }, { key: 'name' }, { key: 'op', type: 'number' }, { key: 'issue', type: 'enum', options: ISSUE, words: 'mat' },
    { key: 'qty', type: 'qty', label: 'f.per_piece', uom: 'uom' }, { key: 'required', type: 'qty' }, { key: 'issued', type: 'qty' }, { key: 'consumed', type: 'qty' }, { key: 'wip', type: 'qty' }, { key: 'open', type: 'qty' }, { key: 'available', type: 'qty' },
    { key: 'lots', label: 'f.short', type: 'qty', render: (m) => (cmp(shortOf(m.open, m.available), '0') > 0 ? <b className="num kw-late">{format(shortOf(m.open, m.available))}</b> : null) },
    { key: 'state', type: 'status', words: 'mstate', tone: (m) => ({ complete: 'green', ok: 'green', partial: 'teal', missing: 'amber', short: 'red', none: 'grey' } as const)[m.state] },
    { key: 'substitutes', render: (m) => m.substitutes.join(', ') },
    ...(may('production.issue') && o.status !== 'closed' && o.components.some((m) => m.issue === 'pick' && cmp(m.wip, '0') > 0)
      ? [{ key: 'line' as const, label: 'f.act', render: (m: Material) => (m.issue === 'pick' && cmp(m.wip, '0') > 0 ? <Button type="link" size="small" className="pr-act" onClick={() => onReturn(m.item)}>{t('return.do')}</Button> : null) }]
      : []),
  ]
  return <Lines ns="production" columns={columns.filter((c) => (c.key !== 'substitutes' || o.components.some((m) => m.substitutes.length > 0)) && !(over(o.status) && ['open', 'available', 'lots', 'state'].includes(c.key)))} rows={o.components.filter((c) => c.role === 'component')} id={(m) => String(m.line)} empty={<div className="kw-none">{t('mat.empty')}</div>} />
}

const issueColumns: Column<Detail['issues'][number]>[] = [
  { key: 'at_ms', type: 'instant' }, { key: 'kind', type: 'enum', words: 'ikind' }, { key: 'item', type: 'link', to: (m) => itemUrl(m.item) }, { key: 'name' },
  { key: 'lot', type: 'link', to: (m) => (m.lot ? lotUrl(m.item, m.lot) : undefined) }, { key: 'qty', type: 'qty' }, { key: 'actor', label: 'f.by' }, { key: 'over_reason' },
]
export function Issues({ order: o }: { order: Detail }) {
  const { t } = useTranslation('production')
  return <Lines ns="production" columns={issueColumns} rows={[...o.issues].reverse()} id={(m) => m.id} empty={<div className="kw-none">{t('issue.none')}</div>} />
}

export function Receipts({ order: o }: { order: Detail }) {
  const { t } = useTranslation('production')
  const columns: Column<Detail['receipts'][number]>[] = [
    { key: 'number', label: 'f.receipt' }, { key: 'at_ms', type: 'instant' }, { key: 'qty', type: 'qty' }, { key: 'lot', type: 'link', to: (r) => (r.lot ? lotUrl(o.item, r.lot) : undefined) }, { key: 'location' }, { key: 'actor', label: 'f.by' },
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
