import { DownOutlined, ReloadOutlined, UpOutlined } from '@ant-design/icons'
import { Button, Skeleton, Tabs, Tooltip } from 'antd'
import { useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useNavigate, useSearchParams } from 'react-router'
import { ApiError, messageOf } from '@/api/errors'
import { Chip } from '../Chip'
import type { Tone } from '../status'
import { cell, resolve, type Column } from './columns'
import { useSlow } from './Grid'
import { neighbours } from './walk'
import './crud.css'

export interface Tab { key: string; label: string; children: ReactNode; count?: number }

export interface DetailProps {
  /** What useGet gave: data, error, isPending, refetch. */
  query: { data?: unknown; error: unknown; isPending: boolean; refetch: () => unknown }
  title: ReactNode
  sub?: ReactNode
  status?: string
  tone?: Tone
  /** Instead of the kit's word for the status. */
  word?: string
  actions?: ReactNode
  /** In the head, always seen. */
  facts?: ReactNode
  /** Cards under the head, above the tabs. */
  children?: ReactNode
  tabs?: Tab[]
}

/** Head with number, status and actions; facts; tabs kept in the address. */
export function DetailPage({ query, title, sub, status, tone, word, actions, facts, children, tabs }: DetailProps) {
  const { t } = useTranslation('kit')
  const slow = useSlow(query.isPending)
  const navigate = useNavigate()
  const location = useLocation()
  const [params, setParams] = useSearchParams()
  const { before, after } = neighbours(location.pathname)
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (e.altKey || e.ctrlKey || /^(INPUT|TEXTAREA|SELECT)$/.test((e.target as HTMLElement).tagName) || document.querySelector('.ant-drawer-open,.ant-modal-wrap')) return
      if (e.key === 'k' && before) void navigate(before, { replace: true })
      if (e.key === 'j' && after) void navigate(after, { replace: true })
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [before, after, navigate])

  if (query.isPending) return slow ? <div className="kw-detail"><div className="kw-detail-head"><Skeleton active title={{ width: 240 }} paragraph={{ rows: 3 }} /></div></div> : null
  if (query.error && !query.data) {
    const missing = query.error instanceof ApiError && query.error.status === 404
    return <div className="kw-none" role="alert"><b>{t(missing ? 'detail.missing' : 'list.failed')}</b><span>{messageOf(query.error)}</span><Button icon={<ReloadOutlined />} onClick={() => void query.refetch()}>{t('retry')}</Button></div>
  }
  return (
    <div className="kw-detail">
      <div className="kw-detail-head">
        <div className="kw-detail-title">
          <h1>{title}</h1>
          {status && <Chip status={status} tone={tone} word={word} />}
          {sub && <span className="kw-detail-sub">{sub}</span>}
          <span className="kw-grow" />
          {(before || after) && (
            <span className="kw-walk">
              <Tooltip title={t('detail.before')}><Button type="text" icon={<UpOutlined />} disabled={!before} aria-label={t('detail.before')} onClick={() => void navigate(before!, { replace: true })} /></Tooltip>
              <Tooltip title={t('detail.after')}><Button type="text" icon={<DownOutlined />} disabled={!after} aria-label={t('detail.after')} onClick={() => void navigate(after!, { replace: true })} /></Tooltip>
            </span>
          )}
          <div className="kw-actions">{actions}</div>
        </div>
        {facts}
      </div>
      {children && <div className="kw-detail-body">{children}</div>}
      {tabs && tabs.length > 0 && (
        <Tabs
          className="kw-detail-tabs" size="small" activeKey={params.get('tab') ?? tabs[0]!.key}
          onChange={(k) => setParams((p) => { p.set('tab', k); return p }, { replace: true })}
          items={tabs.map((x) => ({ key: x.key, label: <>{x.label}{x.count !== undefined && <span className="kw-count">{x.count}</span>}</>, children: x.children }))}
        />
      )}
    </div>
  )
}

/** Label and value pairs from the same column declarations as the list. */
export function Facts<R>({ ns, columns, row }: { ns: string; columns: Column<R>[]; row: R }) {
  const { t } = useTranslation(['kit', ns])
  return (
    <dl className="kw-facts">
      {resolve(columns, ns, t).filter((c) => !c.masked || row[c.key] !== undefined).map((c) => (
        <div key={c.key}><dt>{c.title}</dt><dd>{cell(c, row, ns, t) ?? <span className="kw-dim">–</span>}</dd></div>
      ))}
    </dl>
  )
}

/** A card with a heading, for parts of a detail page or dashboard. */
export function Card({ title, extra, children, flush }: { title?: ReactNode; extra?: ReactNode; children: ReactNode; flush?: boolean }) {
  return <section className={`kw-panel${flush ? ' kw-flush' : ''}`}>{(title || extra) && <header><h3>{title}</h3><span className="kw-grow" />{extra}</header>}<div>{children}</div></section>
}
