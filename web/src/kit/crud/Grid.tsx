import { CaretDownFilled, CaretUpFilled, FilterFilled } from '@ant-design/icons'
import { Checkbox } from 'antd'
import { useEffect, useRef, useState, type MouseEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { cell, rightAligned, type Resolved } from './columns'
import './crud.css'

export interface GridProps<R> {
  ns: string
  columns: Resolved<R>[]
  rows: R[]
  idOf: (row: R) => string
  open?: (row: R) => string | undefined
  onOpen?: (row: R) => void
  sort?: string[]
  onSort?: (col: string, add: boolean) => void
  /** The filter control of a column's header. */
  filterOf?: (c: Resolved<R>, button: ReactNode) => ReactNode
  filtered?: (col: string) => boolean
  selected?: ReadonlySet<string>
  onSelect?: (ids: Set<string>) => void
  cursor?: number
  onCursor?: (i: number) => void
  dense?: boolean
  busy?: boolean
  empty?: ReactNode
  footer?: ReactNode
}

/** True only when `on` has lasted: a fast answer shows no skeleton. */
export function useSlow(on: boolean, ms = 300): boolean {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    if (!on) return setSlow(false)
    const timer = setTimeout(() => setSlow(true), ms)
    return () => clearTimeout(timer)
  }, [on, ms])
  return slow
}

/** A plain table with sticky head and first column; ordinary lists have at most 200 rows. */
export function Grid<R>(p: GridProps<R>) {
  const { t } = useTranslation(['kit', p.ns])
  const navigate = useNavigate()
  const box = useRef<HTMLDivElement>(null)
  const slow = useSlow(!!p.busy)
  const ids = p.rows.map(p.idOf)
  const picked = p.selected ? ids.filter((id) => p.selected!.has(id)).length : 0

  useEffect(() => {
    if (p.cursor !== undefined && p.cursor >= 0) box.current?.querySelector(`tr[data-i="${p.cursor}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [p.cursor])

  const click = (e: MouseEvent, row: R, i: number) => {
    if ((e.target as HTMLElement).closest('a,button,input,label,.ant-popover') || getSelection()?.toString()) return
    p.onCursor?.(i)
    if (p.onOpen) return p.onOpen(row)
    const to = p.open?.(row)
    if (to) void (e.ctrlKey || e.metaKey ? window.open(to, '_blank') : navigate(to))
  }
  const pick = (id: string, on: boolean) => {
    const next = new Set(p.selected)
    if (on) next.add(id)
    else next.delete(id)
    p.onSelect?.(next)
  }
  return (
    <div className={`kw-grid${p.dense ? ' kw-dense' : ''}`} ref={box} data-slow={slow || undefined}>
      <table>
        <thead>
          <tr>
            {p.onSelect && <th className="kw-pick"><Checkbox aria-label={t('list.selectAll')} checked={picked > 0 && picked === ids.length} indeterminate={picked > 0 && picked < ids.length} onChange={(e) => p.onSelect!(new Set(e.target.checked ? ids : []))} /></th>}
            {p.columns.map((c) => {
              const up = p.sort?.includes(c.key)
              const down = p.sort?.includes('-' + c.key)
              const sortable = p.onSort && !c.noSort
              const funnel = <button type="button" className={p.filtered?.(c.key) ? 'kw-funnel kw-on' : 'kw-funnel'} aria-label={t('list.filterBy', { name: c.title })}><FilterFilled /></button>
              return (
                <th key={c.key} className={rightAligned(c.kind) ? 'kw-right' : undefined} style={c.width ? { width: c.width } : undefined} aria-sort={up ? 'ascending' : down ? 'descending' : undefined}>
                  <div>
                    {sortable
                      ? <button type="button" className={up || down ? 'kw-sort kw-on' : 'kw-sort'} onClick={(e) => p.onSort!(c.key, e.shiftKey)}><span>{c.title}</span><i aria-hidden="true">{down ? <CaretDownFilled /> : <CaretUpFilled />}</i></button>
                      : <span>{c.title}</span>}
                    {p.filterOf && !c.noFilter && p.filterOf(c, funnel)}
                  </div>
                </th>
              )
            })}
            <th className="kw-rest" aria-hidden="true" />
          </tr>
        </thead>
        <tbody>
          {p.rows.map((row, i) => {
            const id = ids[i]!
            const home = p.open?.(row)
            return (
              <tr key={id} data-i={i} className={[home || p.onOpen ? 'kw-can-open' : '', p.cursor === i ? 'kw-cursor' : '', p.selected?.has(id) ? 'kw-picked' : ''].join(' ')} onClick={(e) => click(e, row, i)}>
                {p.onSelect && <td className="kw-pick"><Checkbox aria-label={t('list.select', { id })} checked={!!p.selected?.has(id)} onChange={(e) => pick(id, e.target.checked)} /></td>}
                {p.columns.map((c) => <td key={c.key} className={rightAligned(c.kind) ? 'kw-right' : undefined} title={c.kind === 'text' && String(row[c.key] ?? '').length > 24 ? String(row[c.key]) : undefined}>{cell(c, row, p.ns, t, home)}</td>)}
                <td className="kw-rest" />
              </tr>
            )
          })}
          {p.rows.length === 0 && p.busy && slow && Array.from({ length: 12 }, (_, i) => <tr key={i} className="kw-skeleton" aria-hidden="true">{p.onSelect && <td />}{p.columns.map((c, j) => <td key={c.key}><i style={{ width: `${45 + ((i * 7 + j * 13) % 45)}%` }} /></td>)}<td /></tr>)}
        </tbody>
        {p.footer && <tfoot>{p.footer}</tfoot>}
      </table>
      {p.rows.length === 0 && !p.busy && (p.empty ?? <div className="kw-none">{t('list.none')}</div>)}
    </div>
  )
}
