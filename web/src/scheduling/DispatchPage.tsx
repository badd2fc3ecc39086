import { PrinterOutlined } from '@ant-design/icons'
import { Button, Grid } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { useGet } from '@/api/hooks'
import { SubList, type Column } from '@/kit/crud'
import { pct } from '@/kit/num'
import { Part, slotColumns } from './columns'
import { orderUrl, type Slot } from './slots'
import './scheduling.css'

const sort = ['rank', 'start_ms']
const open = (s: Slot) => orderUrl(s.order)

/** What one work center is to do, in its sequence: running, what can begin, what waits. */
export default function DispatchPage() {
  const { t, i18n } = useTranslation('scheduling')
  const [params, setParams] = useSearchParams()
  const loads = useGet('/api/v1/scheduling/loads', { query: { limit: 200, sort: '-busy_ms' } })
  const ready = useGet('/api/v1/scheduling/dispatch', { query: { limit: 500, filter: ['rank:le:1'], fields: 'id,work_center,rank,status' }, live: ['production.', 'inventory.'] })
  const centers = loads.data?.items ?? []
  const code = params.get('center') ?? centers[0]?.work_center ?? ''
  const now = centers.find((c) => c.work_center === code)
  const count = new Map<string, number>()
  for (const s of ready.data?.items ?? []) count.set(s.work_center, (count.get(s.work_center) ?? 0) + 1)
  const narrow = !Grid.useBreakpoint().md
  const columns = useMemo<Column<Slot>[]>(() => {
    const all = slotColumns(t)
    const [start, end, machine, ...rest] = all as [Column<Slot>, Column<Slot>, Column<Slot>, ...Column<Slot>[]]
    const status = rest.find((c) => c.key === 'status')!
    // beside the list of centers there is room for what somebody needs at the machine; the rest waits in the column menu
    const aside = new Set(['priority', 'setup_ms', 'end_ms', 'op'])
    const [order, name] = rest as [Column<Slot>, Column<Slot>] // on a phone what it is stands before when and where
    const first = narrow ? [order, name, status, machine, start, end] : [status, machine, start, end]
    return [...first, ...rest.filter((c) => !first.includes(c))].map((c): Column<Slot> => (aside.has(c.key) ? { ...c, hidden: true } : narrow && c.key === 'item_name' ? { ...c, render: (x) => <>{x.item_name} <Part s={x} /></> } : c.key === 'name' ? { ...c, render: (x) => <><span className="num kw-dim">{x.op}</span> {x.name} <Part s={x} /></> } : c))
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [i18n.language, narrow])
  const fixed = useMemo(() => [{ col: 'work_center', op: 'eq' as const, value: code }], [code])
  if (loads.data && centers.length === 0) return <div className="kw-none kw-loaded"><b>{t('none.title')}</b><span>{t('none.text')}</span><Link to="/scheduling/run"><Button type="primary">{t('menu.run')}</Button></Link></div>
  return (
    <div className="ap-dispatch kw-loaded">
      <nav aria-label={t('f.work_center')}>
        {centers.map((c) => {
          const p = c.available_ms > 0 ? Math.round(pct(String(c.busy_ms), String(c.available_ms))) : 0
          return (
            <button key={c.id} type="button" aria-current={c.work_center === code} className={p > 100 ? 'kw-red' : p > 85 ? 'kw-amber' : 'kw-teal'} onClick={() => setParams({ center: c.work_center }, { replace: true })}>
              <span>{c.name}<small>{c.work_center}</small></span>
              <b className="num" title={t('dispatch.ready')}>{count.get(c.work_center) ?? ''}</b>
              <i><i style={{ width: `${Math.min(100, p)}%` }} /></i>
            </button>
          )
        })}
      </nav>
      <section>
        <header><h2>{now?.name} <small>{code}</small></h2><span className="kw-grow" /><span className="kw-dim kw-desk">{t('dispatch.text')}</span><Button icon={<PrinterOutlined />} onClick={() => window.print()}>{t('dispatch.print')}</Button></header>
        {code && <SubList key={code} ns="scheduling" path="/api/v1/scheduling/dispatch" columns={columns} fixed={fixed} sort={sort} open={open} live={['production.', 'inventory.']} empty={<div className="kw-none">{t('dispatch.none')}</div>} />}
      </section>
    </div>
  )
}
