import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '@/api/client'
import { messageOf } from '@/api/errors'
import { keyOf } from '@/api/hooks'
import type { ListPath, Page, Row } from '@/api/types'
import { resolve, type Column } from './columns'
import { Grid } from './Grid'
import { nextSort, serverQuery, type Filter } from './listState'

/** A related list inside a detail page: filtered by the page, sorted by the user, more on demand. */
export function SubList<P extends ListPath>({ path, ns, columns, fixed = [], sort: first = [], open, live, empty, id }: { path: P; ns: string; columns: Column<Row<P>>[]; fixed?: Filter[]; sort?: string[]; open?: (row: Row<P>) => string | undefined; live?: string[]; empty?: ReactNode; id?: (row: Row<P>) => string }) {
  const { t } = useTranslation(['kit', ns])
  const [sort, setSort] = useState(first)
  const [size, setSize] = useState(50)
  const query = serverQuery({ q: '', sort, filters: [], size }, fixed)
  const { data, error, isFetching } = useQuery<Page<Row<P>>>({
    queryKey: keyOf(path, { query }),
    queryFn: ({ signal }) => call('GET', path, { query, signal }),
    placeholderData: keepPreviousData,
    meta: { live },
  })
  if (error && !data) return <div className="kw-none" role="alert">{messageOf(error)}</div>
  return (
    <div className="kw-sublist">
      <Grid ns={ns} columns={resolve(columns, ns, t).filter((c) => !c.hidden)} rows={data?.items ?? []} busy={isFetching} idOf={id ?? idOf} open={open} sort={sort} onSort={(c, add) => setSort(nextSort(sort, c, add))} empty={empty} />
      {data?.next && size < 200 && <Button type="link" size="small" onClick={() => setSize(200)}>{t('list.more')}</Button>}
    </div>
  )
}

/** A table over rows that are already here, such as the lines of a document. */
export function Lines<R>({ ns, columns, rows, open, empty, footer, id = idOf }: { ns: string; columns: Column<R>[]; rows: R[] | null | undefined; open?: (row: R) => string | undefined; empty?: ReactNode; footer?: ReactNode; id?: (row: R) => string }) {
  const { t } = useTranslation(['kit', ns])
  const list = rows ?? []
  return <div className="kw-sublist"><Grid ns={ns} columns={resolve(columns, ns, t).filter((c) => !c.hidden && (!c.masked || list.some((r) => r[c.key] !== undefined)))} rows={list} idOf={id} open={open} empty={empty} footer={footer} /></div>
}

const idOf = (row: unknown): string => {
  const r = row as Record<string, unknown>
  return String(r.id ?? r.number ?? r.line ?? r.op ?? r.code ?? JSON.stringify(row))
}
