import { ReloadOutlined, SearchOutlined } from '@ant-design/icons'
import { Button, Input, Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import type { Row } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { today } from '@/kit/dates'
import { cmp, format, sub } from '@/kit/num'
import { toneOf } from '@/kit/status'
import { orderUrl } from './orders'
import '@/kit/crud/crud.css'
import './production.css'

type Op = Row<'/api/v1/production/operations'>
const RANK: Record<string, number> = { running: 0, ready: 1, paused: 1, waiting_material: 2, waiting_inspection: 3, waiting_previous: 4 }
const NOW = 'running,ready,paused'
const SHOW = { now: NOW, soon: `${NOW},waiting_material`, all: `${NOW},waiting_material,waiting_inspection,waiting_previous` } as const
type Show = keyof typeof SHOW

/** What every work center can do now, one column each: running first, then ready by priority and due date. */
export default function ReadyPage() {
  const { t } = useTranslation('production')
  const [params, setParams] = useSearchParams()
  const show: Show = params.get('show') === 'now' ? 'now' : params.get('show') === 'all' ? 'all' : 'soon'
  const [q, setQ] = useState('')
  const { data, error, isFetching, refetch } = useGet('/api/v1/production/operations', { query: { limit: 500, sort: 'priority,due', filter: [`status:in:${SHOW[show]}`] }, live: ['inventory.'] })
  const columns = useMemo(() => {
    const text = q.trim().toLowerCase()
    const by = new Map<string, { name: string; code: string; ops: Op[] }>()
    for (const op of data?.items ?? []) {
      if (text && ![op.order, op.item, op.item_name, op.name, op.work_center_name].some((s) => s.toLowerCase().includes(text))) continue
      const c = by.get(op.work_center) ?? { name: op.work_center_name, code: op.work_center, ops: [] }
      c.ops.push(op)
      by.set(op.work_center, c)
    }
    for (const c of by.values()) c.ops.sort((a, b) => (RANK[a.status] ?? 9) - (RANK[b.status] ?? 9))
    return [...by.values()].sort((a, b) => a.code.localeCompare(b.code))
  }, [data, q])
  return (
    <div className="pr-ready">
      <div className="kw-toolbar">
        <Segmented value={show} onChange={(v) => setParams(v === 'soon' ? {} : { show: v }, { replace: true })} options={(Object.keys(SHOW) as Show[]).map((k) => ({ value: k, label: t(`ready.${k}`) }))} />
        <Input className="kw-search" allowClear prefix={<SearchOutlined />} placeholder={t('ready.search')} aria-label={t('ready.search')} value={q} onChange={(e) => setQ(e.target.value)} />
        <span className="kw-grow" />
        <span className="kw-dim num">{data && t('ready.total', { n: format(String(data.total)) })}{data?.next && ` · ${t('ready.first', { n: data.items.length })}`}</span>
        <Button icon={<ReloadOutlined />} loading={isFetching} aria-label={t('ready.again')} onClick={() => void refetch()} />
      </div>
      {error && !data
        ? <div className="kw-none" role="alert"><b>{t('kit:list.failed')}</b><span>{messageOf(error)}</span><Button onClick={() => void refetch()}>{t('kit:retry')}</Button></div>
        : data && columns.length === 0
          ? <div className="kw-none"><b>{t('ready.none')}</b><span>{t('ready.noneText')}</span><Link to="/production/orders?filter=status:eq:planned">{t('ready.toPlanned')}</Link></div>
          : <div className="pr-board">{columns.map((c) => <Center key={c.code} name={c.name} code={c.code} ops={c.ops} />)}</div>}
    </div>
  )
}

function Center({ name, code, ops }: { name: string; code: string; ops: Op[] }) {
  const { t } = useTranslation('production')
  const now = ops.filter((o) => (RANK[o.status] ?? 9) <= 1).length
  return (
    <section className="pr-col">
      <header><h3>{name}</h3><small>{code}</small><span className="kw-grow" /><b className="num">{t('ready.count', { n: now, of: ops.length })}</b></header>
      <ol>
        {ops.map((o) => {
          const late = o.due < today()
          const left = sub(o.order_qty, o.good)
          return (
            <li key={o.id}>
              <Link to={orderUrl(o.order)} className={`pr-op kw-${late ? 'red' : o.status === 'waiting_previous' ? 'grey' : toneOf(o.status)}`}>
                <div><span className="pr-op-no num">{o.order}</span><Chip status={o.status} tone={o.status === 'waiting_previous' ? 'grey' : undefined} /></div>
                <div className="pr-op-name"><span title={o.item_name}>{o.item_name}</span></div>
                <div><span>{o.op} {o.name}</span><span className="kw-grow" /><em className="num">{cmp(o.good, '0') > 0 ? `${format(o.good)} / ${format(o.order_qty)}` : format(left)}</em></div>
                <div><em className={late ? 'num kw-late' : 'num'}>{o.due}</em><span className="kw-grow" /><em>{t('ready.priority', { n: o.priority })}</em></div>
              </Link>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
