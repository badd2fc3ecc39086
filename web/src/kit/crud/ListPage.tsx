import { BookOutlined, CloseOutlined, ColumnWidthOutlined, DownloadOutlined, LeftOutlined, ReloadOutlined, RightOutlined, SearchOutlined, SettingOutlined } from '@ant-design/icons'
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { App, Button, Checkbox, Dropdown, Input, Modal, Popover, Segmented, Select, Tooltip, type InputRef } from 'antd'
import { useDeferredValue, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { call, download } from '@/api/client'
import { messageOf } from '@/api/errors'
import { keyOf } from '@/api/hooks'
import type { ListPath, Page, Row } from '@/api/types'
import { save } from '../files'
import { format } from '../num'
import { resolve, wordOf, type Column, type Resolved } from './columns'
import { FilterBox, useFilterWords } from './FilterBox'
import { Grid } from './Grid'
import { filterText, nextSort, oneOf, readState, serverQuery, setFilter, SIZES, writeState, type Filter, type ListState } from './listState'
import { rememberWalk } from './walk'
import { dropView, savedCols, savedViews, saveCols, saveView } from './views'

export interface ListProps<R> {
  /** Locale file of the room. */
  ns: string
  columns: Column<R>[]
  /** Unique text of a row; default its `id`, `number` or `code`. */
  idOf?: (row: R) => string
  /** The row's own page. */
  open?: (row: R) => string | undefined
  onOpen?: (row: R) => void
  sort?: string[]
  filters?: Filter[]
  /** Filters that are not the user's to change. */
  fixed?: Filter[]
  pathParams?: Record<string, string>
  /** Further parameters of the endpoint that are no filters: the moment of a stock list. */
  query?: Record<string, string | undefined>
  /** Tabs over one status column: { col: 'status', values: [...] }; `all` comes first by itself. `count`: how many are behind each. */
  tabs?: { col: string; values: readonly string[]; count?: boolean }
  /** Buttons on the right: new, import. */
  actions?: ReactNode
  /** Key n. */
  onNew?: () => void
  /** Buttons while rows are selected. */
  bulk?: (rows: R[], clear: () => void) => ReactNode
  /** Event prefixes besides the room's own. */
  live?: string[]
  searchHint?: string
  empty?: ReactNode
  noExport?: boolean
  /** Row under the table, computed from what is loaded. */
  footer?: (rows: R[]) => ReactNode
}

const idDefault = (row: unknown): string => {
  const r = row as Record<string, unknown>
  return String(r.id ?? r.number ?? r.code)
}

/** A list over any keyset endpoint. The address holds its whole state. */
export function ListPage<P extends ListPath>({ path, ...rest }: ListProps<Row<P>> & { path: P }) {
  return <List path={path} {...(rest as ListProps<Record<string, unknown>>)} />
}

function List<R extends Record<string, unknown>>({ path, ns, columns, idOf = idDefault, open, onOpen, fixed, pathParams, query: more, tabs, actions, onNew, bulk, live, searchHint, empty, noExport, footer, ...d }: ListProps<R> & { path: string }) {
  const { t } = useTranslation(['kit', ns])
  const { message } = App.useApp()
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams()
  const defaults = useMemo<Partial<ListState>>(() => ({ sort: d.sort, filters: d.filters, cols: savedCols(path) }), [d.sort, d.filters, path])
  const state = readState(params, defaults)
  const [trail, setTrail] = useState<string[]>([]) // cursors of the pages before this one and of this one
  const [picked, setPicked] = useState<ReadonlyMap<string, R>>(new Map())
  const [cursor, setCursor] = useState(-1)
  const [dense, setDense] = useState(localStorage.getItem('kaiwu.dense') === '1')
  const [typed, setTyped] = useState(state.q)
  const search = useRef<InputRef>(null)
  const words = useFilterWords(ns)

  const put = (next: Partial<ListState>) => {
    setTrail([])
    setCursor(-1)
    setParams(writeState({ ...state, ...next }, defaults, params), { replace: true })
  }
  // What is typed is searched when typing rests.
  useEffect(() => { setTyped(state.q) }, [state.q])
  useEffect(() => {
    if (typed.trim() === state.q) return
    const timer = setTimeout(() => put({ q: typed.trim() }), 250)
    return () => clearTimeout(timer)
  })

  const query = { ...more, ...serverQuery(state, fixed, trail[trail.length - 1]) }
  const { data, error, isFetching, refetch } = useQuery<Page<R>>({
    queryKey: keyOf(path, { path: pathParams, query }),
    queryFn: ({ signal }) => call('GET', path, { path: pathParams, query, signal }),
    placeholderData: keepPreviousData,
    meta: { live },
  })
  const rows = useMemo(() => data?.items ?? [], [data])
  const total = data?.total
  const start = trail.length * state.size

  const all = resolve(columns, ns, t).filter((c) => !c.masked || rows.length === 0 || rows.some((r) => r[c.key] !== undefined))
  const chosen = state.cols
  const shown = useDeferredValue(chosen ? chosen.map((k) => all.find((c) => c.key === k)).filter((c) => c !== undefined) : all.filter((c) => !c.hidden))
  const keys = shown.map((c) => c.key as string)
  const setCols = (next: string[] | undefined) => { saveCols(path, next); put({ cols: next }) }

  const openRow = (row: R) => {
    if (onOpen) return onOpen(row)
    const to = open?.(row)
    if (to) void navigate(to)
  }
  useEffect(() => { if (open) rememberWalk(rows.map(open).filter((u) => u !== undefined)) }, [rows, open])

  const next = () => { if (data?.next) { setTrail([...trail, data.next]); setCursor(-1) } }
  const back = () => { if (trail.length) { setTrail(trail.slice(0, -1)); setCursor(-1) } }
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const el = e.target as HTMLElement
      if (e.ctrlKey || e.metaKey || e.altKey || el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) || document.querySelector('.ant-modal-wrap:not([style*="none"]),.ant-drawer-open')) return
      const row = rows[cursor]
      switch (e.key) {
        case 'j': case 'ArrowDown': e.preventDefault(); setCursor(Math.min(rows.length - 1, cursor + 1)); break
        case 'k': case 'ArrowUp': e.preventDefault(); setCursor(Math.max(0, cursor - 1)); break
        case 'Enter': if (row && !el.closest('a,button')) openRow(row); break
        case 'x': if (row && bulk) toggle(row); break
        case '/': e.preventDefault(); search.current?.focus({ cursor: 'all' }); break
        case 'n': if (onNew) { e.preventDefault(); onNew() } break
        case ']': next(); break
        case '[': back(); break
        case 'Escape': setCursor(-1); setPicked(new Map()); break
      }
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  })
  const toggle = (row: R) => {
    const m = new Map(picked)
    if (!m.delete(idOf(row))) m.set(idOf(row), row)
    setPicked(m)
  }
  const select = (ids: Set<string>) => setPicked(new Map([...[...picked].filter(([id]) => ids.has(id)), ...rows.filter((r) => ids.has(idOf(r))).map((r) => [idOf(r), r] as const)]))

  const bring = async (kind: 'xlsx' | 'csv') => {
    try {
      const { limit: _l, after: _a, ...q } = query
      const file = await download(`${path}/export`, { path: pathParams, query: { ...q, format: kind } })
      save(file.blob, file.name.includes('.') ? file.name : `${path.split('/').pop()}.${kind}`)
    } catch (err) { void message.error(messageOf(err)) }
  }
  const tabCol = tabs && all.find((c) => c.key === tabs.col)
  const counts = useCounts(path, pathParams, fixed, tabs)
  const tabNow = tabs ? (state.filters.find((f) => f.col === tabs.col)?.value ?? '') : ''
  const bar = state.filters.filter((f) => !(tabs && f.col === tabs.col && tabs.values.includes(f.value)))
  return (
    <div className="kw-list">
      <div className="kw-toolbar">
        {tabs && tabCol && <Segmented className="kw-tabs" value={tabs.values.includes(tabNow) ? tabNow : tabNow ? ' ' : ''} onChange={(v) => put({ filters: setFilter(state.filters, tabs.col, oneOf(tabs.col, v ? [v] : [])) })} options={[{ value: '', label: t('list.all') }, ...tabs.values.map((v) => ({ value: v, label: <>{wordOf(tabCol, v, ns, t)}{counts[v] && <span className="kw-tabcount num">{counts[v]}</span>}</> }))]} />}
        <Input ref={search} className="kw-search" allowClear prefix={<SearchOutlined />} placeholder={searchHint ?? t('list.search')} aria-label={t('list.search')} value={typed} onChange={(e) => setTyped(e.target.value)} onKeyDown={(e) => { if (e.key === 'Escape') e.currentTarget.blur(); if (e.key === 'Enter' || e.key === 'ArrowDown') { e.currentTarget.blur(); setCursor(0) } }} />
        <span className="kw-grow" />
        <Views path={path} onPick={(v) => { setTrail([]); setParams(new URLSearchParams(v), { replace: true }) }} now={writeState({ ...state, cols: state.cols ?? keys }, defaults).toString()} onReset={() => { saveCols(path, undefined); setTrail([]); setParams(new URLSearchParams(), { replace: true }) }} />
        <Popover trigger="click" placement="bottomRight" arrow={false} content={<Chooser all={all} keys={keys} onChange={setCols} onReset={() => setCols(undefined)} />}>
          <Tooltip title={t('list.columns')}><Button className="kw-desk" icon={<SettingOutlined />} aria-label={t('list.columns')} /></Tooltip>
        </Popover>
        <Tooltip title={t('list.density')}><Button className="kw-desk" icon={<ColumnWidthOutlined rotate={90} />} aria-label={t('list.density')} aria-pressed={dense} onClick={() => { setDense(!dense); localStorage.setItem('kaiwu.dense', dense ? '' : '1') }} /></Tooltip>
        {!noExport && (
          <Dropdown trigger={['click']} menu={{ items: [{ key: 'xlsx', label: t('list.xlsx') }, { key: 'csv', label: t('list.csv') }], onClick: (e) => void bring(e.key as 'xlsx') }}>
            <Button icon={<DownloadOutlined />} aria-label={t('list.export')} title={t('list.export')}><span className="kw-wide">{t('list.export')}</span></Button>
          </Dropdown>
        )}
        {actions}
      </div>
      {(bar.length > 0 || picked.size > 0) && (
        <div className="kw-filterbar">
          {picked.size > 0 && <span className="kw-bulk"><b>{t('list.selected', { n: picked.size })}</b>{bulk?.([...picked.values()], () => setPicked(new Map()))}<Button size="small" type="text" icon={<CloseOutlined />} aria-label={t('list.unselect')} onClick={() => setPicked(new Map())} /></span>}
          {bar.map((f) => <span key={filterText(f)} className="kw-filterchip">{words(f, all.find((c) => c.key === f.col))}<button type="button" aria-label={t('list.dropFilter')} onClick={() => put({ filters: state.filters.filter((x) => x !== f) })}><CloseOutlined /></button></span>)}
          {bar.length > 0 && <Button size="small" type="link" onClick={() => put({ filters: state.filters.filter((f) => !bar.includes(f)) })}>{t('list.clearAll')}</Button>}
        </div>
      )}
      <div className="kw-list-body">
        {error && !data
          ? <div className="kw-none" role="alert"><b>{t('list.failed')}</b><span>{messageOf(error)}</span><Button icon={<ReloadOutlined />} onClick={() => void refetch()}>{t('retry')}</Button></div>
          : (
              <Grid
                ns={ns} columns={shown} rows={rows} idOf={idOf} open={open} onOpen={onOpen} dense={dense} busy={isFetching}
                sort={state.sort} onSort={(c, add) => put({ sort: nextSort(state.sort, c, add) })}
                filtered={(c) => state.filters.some((f) => f.col === c)}
                filterOf={(c, button) => <FilterBox ns={ns} column={c} filters={state.filters} onChange={(n) => put({ filters: setFilter(state.filters, c.key, n) })}>{button}</FilterBox>}
                selected={bulk ? new Set(picked.keys()) : undefined} onSelect={bulk ? select : undefined}
                cursor={cursor} onCursor={setCursor}
                footer={rows.length > 0 ? footer?.(rows) : undefined}
                empty={state.q || state.filters.length > 0
                  ? <div className="kw-none"><b>{t('list.noMatch')}</b><Button onClick={() => put({ q: '', filters: [] })}>{t('list.showAll')}</Button></div>
                  : (empty ?? <div className="kw-none"><b>{t('list.none')}</b></div>)}
              />
            )}
      </div>
      <div className="kw-listfoot">
        <span>{total !== undefined ? t('list.total', { n: format(String(total)) + (data?.total_capped ? '+' : '') }) : ''}</span>
        {rows.length > 0 && <span className="kw-dim num">{start + 1}–{start + rows.length}</span>}
        <span className="kw-grow" />
        <Select size="small" variant="borderless" aria-label={t('list.size')} value={state.size} onChange={(size) => put({ size })} options={SIZES.map((n) => ({ value: n, label: t('list.perPage', { n }) }))} />
        <Button size="small" icon={<LeftOutlined />} disabled={trail.length === 0} onClick={back} aria-label={t('list.back')} />
        <Button size="small" icon={<RightOutlined />} disabled={!data?.next} onClick={next} aria-label={t('list.next')} />
      </div>
    </div>
  )
}

/** Of interest at a glance, not to the second: asked again now and then, not with every event. */
function useCounts(path: string, pathParams: Record<string, string> | undefined, fixed: Filter[] | undefined, tabs: { col: string; values: readonly string[]; count?: boolean } | undefined): Record<string, string> {
  const values = tabs?.count ? tabs.values : []
  const answers = useQueries({
    queries: values.map((v) => {
      const query = { limit: 1, filter: [...(fixed ?? []), ...oneOf(tabs!.col, [v])].map(filterText) }
      return { queryKey: ['count', path, pathParams ?? {}, query], queryFn: ({ signal }: { signal: AbortSignal }) => call<Page<unknown>>('GET', path, { path: pathParams, query, signal }), staleTime: 20_000, refetchInterval: 30_000 }
    }),
  })
  return Object.fromEntries(values.map((v, i) => [v, answers[i]?.data?.total === undefined ? '' : format(String(answers[i].data.total)) + (answers[i].data.total_capped ? '+' : '')]))
}

function Chooser<R>({ all, keys, onChange, onReset }: { all: Resolved<R>[]; keys: string[]; onChange: (k: string[]) => void; onReset: () => void }) {
  const { t } = useTranslation('kit')
  return (
    <div className="kw-filter">
      <div className="kw-filter-list">
        {all.map((c) => <Checkbox key={c.key} checked={keys.includes(c.key)} disabled={keys.length === 1 && keys[0] === c.key} onChange={(e) => onChange(e.target.checked ? all.filter((x) => x.key === c.key || keys.includes(x.key)).map((x) => x.key) : keys.filter((k) => k !== c.key))}>{c.title}</Checkbox>)}
      </div>
      <Button size="small" onClick={onReset}>{t('list.reset')}</Button>
    </div>
  )
}

function Views({ path, now, onPick, onReset }: { path: string; now: string; onPick: (query: string) => void; onReset: () => void }) {
  const { t } = useTranslation('kit')
  const { message } = App.useApp()
  const [, redraw] = useState(0)
  const [naming, setNaming] = useState<string | undefined>()
  const views = savedViews(path)
  const share = () => {
    const link = `${location.origin}${location.pathname}?${now}`
    // The clipboard is missing on plain http; then the address bar has the same link.
    const failed = () => void message.info(t('office:views.copyAddress'))
    if (!navigator.clipboard) return failed()
    navigator.clipboard.writeText(link).then(() => message.success(t('office:views.copied')), failed)
  }
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            ...views.map((v) => ({ key: `v:${v.name}`, label: <span className="kw-view"><span>{v.name}</span><button type="button" aria-label={t('office:views.drop', { name: v.name })} onClick={(e) => { e.stopPropagation(); dropView(path, v.name); redraw((n) => n + 1) }}><CloseOutlined /></button></span> })),
            ...(views.length ? [{ type: 'divider' as const }] : []),
            { key: 'save', label: t('office:views.save') },
            { key: 'share', label: t('office:views.share') },
            { key: 'reset', label: t('office:views.reset') },
          ],
          onClick: ({ key }) => {
            if (key === 'save') setNaming('')
            else if (key === 'share') share()
            else if (key === 'reset') onReset()
            else onPick(views.find((v) => `v:${v.name}` === key)?.query ?? '')
          },
        }}
      >
        <Button icon={<BookOutlined />} aria-label={t('office:views.title')}><span className="kw-wide">{t('office:views.title')}</span></Button>
      </Dropdown>
      <Modal open={naming !== undefined} title={t('office:views.save')} width={380} onCancel={() => setNaming(undefined)} okButtonProps={{ disabled: !naming?.trim() }} onOk={() => { saveView(path, { name: naming!.trim(), query: now }); setNaming(undefined) }}>
        <Input autoFocus value={naming ?? ''} maxLength={40} placeholder={t('office:views.name')} onChange={(e) => setNaming(e.target.value)} onPressEnter={() => { if (naming?.trim()) { saveView(path, { name: naming.trim(), query: now }); setNaming(undefined) } }} />
      </Modal>
    </>
  )
}
