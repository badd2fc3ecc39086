import { CheckCircleFilled, ShoppingCartOutlined, WarningFilled } from '@ant-design/icons'
import { Alert, Button, Checkbox, Drawer, Form, Grid, Progress } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Lines, type Column } from '@/kit/crud'
import { FieldInput } from '@/kit/crud/fields'
import { useMay } from '@/kit/who'
import { orderUrl, workUrl } from './orders'
import './sales.css'

type Made = Answer<'post', '/api/v1/sales/work-orders'>
type Planned = Answer<'post', '/api/v1/sales/work-orders/preview'>
const madeColumns: Column<Made['orders'][number]>[] = [
  { key: 'number', type: 'link', label: 'f.work_order', to: (o) => workUrl(o.number) }, { key: 'name' }, { key: 'item' }, { key: 'qty', type: 'qty' }, { key: 'due', type: 'date' },
  { key: 'for', type: 'link', to: (o) => (o.for ? orderUrl(o.for) : undefined) },
]
const skippedColumns: Column<Made['skipped'][number]>[] = [{ key: 'for' }, { key: 'item' }, { key: 'reason', type: 'enum', words: 'make.why' }]

/** Work orders for sales orders: what to make, then what was made, what was not and why, and what has to be bought. */
export function MakeWork({ orders, open, onClose }: { orders: string[]; open: boolean; onClose: () => void }) {
  const { t } = useTranslation('sales')
  const may = useMay()
  const wide = Grid.useBreakpoint().md
  const send = useSend('post', '/api/v1/sales/work-orders')
  const [dueTo, setDueTo] = useState('')
  const [parts, setParts] = useState(true)
  const [release, setRelease] = useState(false)
  const [made, setMade] = useState<Made | undefined>()
  const preview = useSend('post', '/api/v1/sales/work-orders/preview')
  const start = useSend('post', '/api/v1/sales/work-orders/start')
  const [planned, setPlanned] = useState<Planned | undefined>()
  const [job, setJob] = useState('')
  const { reset } = send
  useEffect(() => { if (open) { setMade(undefined); setPlanned(undefined); setJob(''); reset() } }, [open, reset])
  const body = { orders, due_to: dueTo || undefined, parts, release }
  const look = () => preview.mutate({ body }, { onSuccess: setPlanned })
  // few are made while one waits; very many in the background, part by part
  const go = () => ((planned?.orders ?? 0) > 100 ? start.mutate({ body }, { onSuccess: (s) => setJob(s.job) }) : send.mutate({ body }, { onSuccess: setMade }))
  const error = send.error ?? preview.error ?? start.error
  return (
    <Drawer
      open={open} onClose={onClose} title={t('make.title')} size={wide ? (made || planned ? 900 : 460) : '100%'} destroyOnHidden
      footer={(
        <div className="kw-form-foot">
          {planned && !made && !job && <Button onClick={() => setPlanned(undefined)}>{t('change.back')}</Button>}
          <span className="kw-grow" />
          <Button onClick={onClose}>{t(made || job ? 'kit:close' : 'kit:cancel')}</Button>
          {!made && !job && <Button loading={preview.isPending} onClick={look}>{t('make.preview')}</Button>}
          {!made && !job && <Button type="primary" autoFocus loading={send.isPending || start.isPending} onClick={planned || orders.length > 0 ? go : look}>{t('make.go')}</Button>}
        </div>
      )}
    >
      {error && <Alert type="error" showIcon title={messageOf(error)} style={{ marginBottom: 14 }} role="alert" />}
      {made
        ? <Result made={made} />
        : job ? <Running id={job} /> : planned ? <Plan plan={planned} /> : (
            <Form layout="vertical" onFinish={look}>
              <p className="so-hint">{orders.length ? t('make.some', { n: orders.length }) : t('make.all')}</p>
              {orders.length > 0 && <p className="so-numbers">{orders.slice(0, 12).join('  ')}{orders.length > 12 && ' …'}</p>}
              <Form.Item label={t('make.dueTo')} extra={t('make.dueToHelp')}><FieldInput ns="sales" f={{ key: 'due_to', type: 'date', label: 'make.dueTo' }} value={dueTo} onChange={(v) => setDueTo(String(v ?? ''))} /></Form.Item>
              <Form.Item extra={t('make.partsHelp')}><Checkbox checked={parts} onChange={(e) => setParts(e.target.checked)}>{t('make.parts')}</Checkbox></Form.Item>
              {may('production.release') && <Form.Item extra={t('make.releaseHelp')}><Checkbox checked={release} onChange={(e) => setRelease(e.target.checked)}>{t('make.release')}</Checkbox></Form.Item>}
              <button type="submit" hidden />
            </Form>
          )}
    </Drawer>
  )
}

function Result({ made }: { made: Made }) {
  const { t } = useTranslation('sales')
  const may = useMay()
  const shortColumns: Column<Made['short'][number]>[] = [
    { key: 'item' }, { key: 'name' }, { key: 'kind', type: 'enum', words: 'kind' }, { key: 'qty', type: 'qty', uom: 'uom', label: 'f.short' },
    ...(may('purchasing.read') ? [{ key: 'uom' as const, label: 'make.onOrder', render: (s: Made['short'][number]) => <Link to={`/purchasing/orders?q=${encodeURIComponent(s.item)}`}><ShoppingCartOutlined /> {t('make.toPurchasing')}</Link> }] : []),
  ]
  return (
    <div className="so-result">
      <h4>{made.orders.length ? <><CheckCircleFilled className="so-ok" /> {t('make.made', { n: made.orders.length })}</> : <>{t('make.madeNone')}</>}</h4>
      {made.orders.length > 0 && <Lines ns="sales" columns={madeColumns} rows={made.orders} id={(o) => o.number} />}
      {made.short.length > 0 && <><h4><WarningFilled className="so-warn" /> {t('make.short', { n: made.short.length })}</h4><Lines ns="sales" columns={shortColumns} rows={made.short} id={(s) => s.item} /></>}
      {made.skipped.length > 0 && <><h4>{t('make.skipped', { n: made.skipped.length })}</h4><Lines ns="sales" columns={skippedColumns} rows={made.skipped} id={(s) => `${s.for} ${s.item}`} /></>}
    </div>
  )
}

const planColumns: Column<Planned['lines'][number]>[] = [
  { key: 'group', type: 'number', label: 'make.group' }, { key: 'order', type: 'link', to: (l) => orderUrl(l.order) }, { key: 'line', type: 'number' }, { key: 'name' }, { key: 'item' }, { key: 'make', type: 'qty', uom: 'uom', label: 'make.qty' },
  { key: 'stock', type: 'qty', label: 'make.stock' }, { key: 'due', type: 'date' }, { key: 'rule', label: 'make.rule' }, { key: 'grouping', type: 'enum', words: 'grouping' }, { key: 'work_center' }, { key: 'priority', type: 'number' }, { key: 'release', type: 'bool', label: 'make.released' },
]

/** Which rule each line falls under, and what becomes one work order. */
function Plan({ plan }: { plan: Planned }) {
  const { t } = useTranslation('sales')
  return (
    <div className="so-result">
      <h4>{t('make.planned', { n: plan.orders, lines: plan.lines.length + plan.more })}</h4>
      {plan.orders > 100 && <p className="so-hint">{t('make.background')}</p>}
      {plan.lines.length > 0 && <Lines ns="sales" columns={planColumns} rows={plan.lines} id={(l) => `${l.order} ${l.line}`} />}
      {plan.more > 0 && <p className="so-hint">{t('make.more', { n: plan.more })}</p>}
      {plan.skipped.length > 0 && <><h4>{t('make.skipped', { n: plan.skipped.length })}</h4><Lines ns="sales" columns={skippedColumns} rows={plan.skipped} id={(s) => `${s.for} ${s.item}`} /></>}
    </div>
  )
}

interface AllMade { orders: number; lines: number; skipped: Record<string, number>; refused: { lines: number; detail: string }[] }

/** A job that makes very many work orders, with its progress. It goes on when this is closed. */
function Running({ id }: { id: string }) {
  const { t } = useTranslation('sales')
  const job = useGet('/api/v1/jobs/{id}', { path: { id }, live: ['kit.'] })
  const ended = !!job.data && !['waiting', 'running'].includes(job.data.state)
  const { refetch } = job
  useEffect(() => {
    if (ended) return
    const timer = setInterval(() => void refetch(), 1000)
    return () => clearInterval(timer)
  }, [ended, refetch])
  const j = job.data
  if (!j) return null
  const made = ended && j.state === 'done' ? (j.result as AllMade) : undefined
  return (
    <div className="so-result">
      <Progress percent={ended && j.state === 'done' ? 100 : j.total ? Math.floor((100 * j.done) / j.total) : 0} status={j.state === 'failed' ? 'exception' : ended ? 'success' : 'active'} />
      <p>{made ? t('make.jobDone', { n: made.orders, lines: made.lines }) : j.state === 'failed' ? j.error : t('make.jobRuns', { done: j.done, total: j.total })}</p>
      {made && Object.entries(made.skipped).map(([why, n]) => <p key={why} className="kw-dim">{t(`make.why.${why}`)}: {n}</p>)}
      {made?.refused.map((r) => <p key={r.detail} className="so-warn">{t('make.refused', { n: r.lines, why: r.detail })}</p>)}
    </div>
  )
}
