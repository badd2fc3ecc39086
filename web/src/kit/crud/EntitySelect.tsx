import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '@/api/client'
import { messageOf } from '@/api/errors'
import type { ListPath, Page } from '@/api/types'
import { filterText, type Filter } from './listState'

type Any = Record<string, unknown>
export interface EntitySource {
  path: ListPath
  /** Field that is sent; default code, number or id, whichever the row has. */
  value?: string
  /** Second text beside the value; default name. */
  name?: (row: Any) => ReactNode
  filters?: Filter[]
}
export interface EntitySelectProps extends EntitySource {
  id?: string
  chosen?: string | string[] | null
  onChange?: (value: string | undefined, row?: Any) => void
  disabled?: boolean
  placeholder?: string
  autoFocus?: boolean
  status?: 'error'
}

/** Choose one of any list: searches on the server while typing; a scanner may type into it. */
export function EntitySelect({ path, value, name, filters = [], chosen, onChange, ...rest }: EntitySelectProps) {
  const { t } = useTranslation('kit')
  const [typed, setTyped] = useState('')
  const [q, setQ] = useState('')
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed), 200)
    return () => clearTimeout(timer)
  }, [typed])
  const query = { limit: 50, q: q || undefined, filter: filters.map(filterText) }
  const { data, error, isFetching, isPlaceholderData } = useQuery<Page<Any>>({
    queryKey: [path, {}, query],
    queryFn: ({ signal }) => call('GET', path, { query, signal }),
    enabled: open,
    placeholderData: keepPreviousData,
  })
  const keyOfRow = (r: Any) => String(value ? r[value] : (r.code ?? r.number ?? r.id))
  // The chosen one keeps its name, though the list below has long moved on.
  const [picked, setPicked] = useState<Any | undefined>()
  // Until the server has answered what was typed, Enter must not choose from the answer before it.
  const stale = typed !== '' && (typed !== q || isPlaceholderData)
  const text = typed.trim().toLowerCase()
  const found = (data?.items ?? []).filter((r) => !stale || keyOfRow(r).toLowerCase().includes(text) || String(r.name ?? '').toLowerCase().includes(text))
  const rows = picked && keyOfRow(picked) === chosen && !found.some((r) => keyOfRow(r) === chosen) ? [...found, picked] : found
  const nameOf = (r: Any) => (name ? name(r) : String(r.name ?? ''))
  return (
    <Select<string>
      {...rest}
      style={{ width: '100%' }}
      value={(chosen as string | undefined) || undefined}
      showSearch={{ filterOption: false, onSearch: setTyped, searchValue: typed }}
      allowClear
      open={open}
      onOpenChange={setOpen}
      loading={isFetching && open}
      placeholder={rest.placeholder ?? t('entity.choose')}
      notFoundContent={isFetching ? t('entity.searching') : error ? <span role="alert">{messageOf(error)}</span> : t('entity.none')}
      onChange={(v) => { const row = rows.find((r) => keyOfRow(r) === v); setTyped(''); setPicked(row); onChange?.(v, row) }}
      optionLabelProp="label"
      options={rows.map((r) => ({ value: keyOfRow(r), label: <span className="kw-entity"><b>{keyOfRow(r)}</b><span>{nameOf(r)}</span></span>, row: r }))}
      optionRender={(o) => <span className="kw-entity"><b>{o.value}</b><span>{nameOf((o.data as { row: Any }).row)}</span></span>}
    />
  )
}
