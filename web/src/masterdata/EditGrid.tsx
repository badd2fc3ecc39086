import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Tooltip } from 'antd'
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '@/api/client'
import type { ListPath, Page } from '@/api/types'
import { parse } from '@/kit/num'
import { actOf, insertAt, move, without } from './grid'
import './masterdata.css'

/** A line as it is typed: texts alone, a check mark is "1" or "". */
export type Draft = Record<string, string>
export interface GridCol {
  key: string
  title: string
  type?: 'text' | 'num' | 'int' | 'select' | 'check' | 'code'
  options?: { value: string; label: string }[]
  /** code: the list that knows them; many: several with ; between. */
  path?: ListPath
  many?: boolean
  width?: number
  hint?: string
  /** Not of this line: no input. */
  off?: (row: Draft) => boolean
}

let count = 0
export const draftId = (): string => String(++count)

/** Lines as a table of inputs. Enter goes on, arrows walk, Alt+arrows move a line, Ctrl+Delete takes it out, Ctrl+Enter saves. */
export function EditGrid({ cols, rows, onChange, blank, errors, prefix, note, onSave, onPick, none, add: addText }: {
  cols: GridCol[]
  rows: Draft[]
  onChange: (rows: Draft[]) => void
  blank: (rows: Draft[], at: number) => Draft
  errors: Record<string, string>
  prefix: string
  /** What stands behind the first input: the item's name. */
  note?: (row: Draft) => ReactNode
  onSave: () => void
  onPick?: (row: Record<string, unknown>) => void
  /** There may be no line at all. */
  none?: boolean
  /** Words of the button that adds a line. */
  add?: string
}) {
  const { t } = useTranslation('masterdata')
  const box = useRef<HTMLTableElement>(null)
  const [focus, setFocus] = useState<[number, number] | undefined>()
  const go = (r: number, c: number) => {
    const el = box.current?.querySelector<HTMLElement>(`[data-r="${r}"][data-c="${c}"]`)
    el?.focus()
    if (el instanceof HTMLInputElement && el.type === 'text') el.select()
    el?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
  useEffect(() => { // the line that was just made is there now
    if (!focus) return
    go(...focus)
    setFocus(undefined)
  }, [focus])
  useEffect(() => { // a refusal takes the hands to the first thing that is wrong
    const bad = box.current?.querySelector<HTMLElement>('td.md-bad [data-r]')
    if (bad && Object.keys(errors).length > 0) go(Number(bad.dataset.r), Number(bad.dataset.c))
  }, [errors])
  const set = (i: number, key: string, v: string) => onChange(rows.map((r, k) => (k === i ? { ...r, [key]: v } : r)))
  const add = (at: number, col = 0) => { onChange(insertAt(rows, at, blank(rows, at))); setFocus([at, col]) }
  const drop = (i: number, col = 0) => { if (rows.length > 1 || none) { onChange(without(rows, i)); if (rows.length > 1) setFocus([Math.min(i, rows.length - 2), col]) } }
  const shift = (i: number, to: number, col = 0) => { if (to >= 0 && to < rows.length) { onChange(move(rows, i, to)); setFocus([to, col]) } }
  const press = (e: KeyboardEvent<HTMLTableElement>) => {
    const el = e.target as HTMLInputElement
    if (el.dataset.r === undefined || e.defaultPrevented) return
    const [r, c] = [Number(el.dataset.r), Number(el.dataset.c)]
    const all = el.tagName !== 'INPUT' || el.type !== 'text' || (el.selectionStart === 0 && el.selectionEnd === el.value.length)
    const act = actOf({
      key: e.key, alt: e.altKey, ctrl: e.ctrlKey || e.metaKey, shift: e.shiftKey,
      first: el.tagName === 'INPUT' && (all || (el.selectionStart === 0 && el.selectionEnd === 0)), last: el.tagName === 'INPUT' && (all || el.selectionStart === el.value.length),
    }, r, c, rows.length, cols.length)
    if (!act) return
    e.preventDefault()
    if (act === 'save') onSave()
    else if (act === 'add') add(r + 1)
    else if (act === 'insert') add(r + 1)
    else if (act === 'remove') drop(r, c)
    else if (act === 'up') shift(r, r - 1, c)
    else if (act === 'down') shift(r, r + 1, c)
    else go(...act.to)
  }
  return (
    <div className="kw-sublist md-edit">
      <div className="md-edit-scroll">
        {(rows.length > 0 || !none) && <table ref={box} onKeyDown={press}>
          <thead><tr><th>#</th>{cols.map((c) => <th key={c.key} className={c.type === 'num' || c.type === 'int' ? 'kw-right' : undefined} style={c.width ? { minWidth: c.width } : undefined}>{c.hint ? <Tooltip title={c.hint}><span className="md-hint">{c.title}</span></Tooltip> : c.title}</th>)}<th /></tr></thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={row.id}>
                <td className="num kw-dim">{i + 1}</td>
                {cols.map((c, j) => {
                  const bad = Object.entries(errors).filter(([at]) => at === `${prefix}[${i}].${c.key}` || at.startsWith(`${prefix}[${i}].${c.key}[`)).map(([, text]) => text).join(' ')
                  const aria = { 'data-r': i, 'data-c': j, 'aria-label': `${c.title} ${i + 1}`, 'aria-invalid': bad ? true : undefined } as const
                  const value = row[c.key] ?? ''
                  return (
                    <td key={c.key} className={bad ? 'md-bad' : undefined} title={bad || undefined}>
                      {c.off?.(row)
                        ? <span className="kw-dim md-off">–</span>
                        : c.type === 'select'
                          ? <select {...aria} value={value} onChange={(e) => set(i, c.key, e.target.value)}>{(c.options ?? []).some((o) => o.value === value) ? null : <option value={value}>{value}</option>}{c.options?.map((o) => <option key={o.value} value={o.value}>{o.label}</option>)}</select>
                          : c.type === 'check'
                            ? <input {...aria} type="checkbox" checked={value === '1'} onChange={(e) => set(i, c.key, e.target.checked ? '1' : '')} />
                            : c.type === 'code'
                              ? <CodeBox aria={aria} value={value} path={c.path!} many={c.many} onChange={(v) => set(i, c.key, v)} onPick={onPick} />
                              : <input {...aria} type="text" value={value} inputMode={c.type === 'num' ? 'decimal' : c.type === 'int' ? 'numeric' : undefined} className={c.type === 'num' || c.type === 'int' ? 'kw-right num' : undefined} onFocus={(e) => e.target.select()} onChange={(e) => set(i, c.key, e.target.value)} onBlur={(e) => { const n = c.type ? parse(e.target.value) : undefined; if (n !== undefined && n !== value) set(i, c.key, n) }} />}
                      {j === 0 && note && <span className="md-note-of">{note(row)}</span>}
                      {bad && <small className="md-bad-text">{bad}</small>}
                    </td>
                  )
                })}
                <td className="md-acts">
                  <Button type="text" size="small" tabIndex={-1} icon={<ArrowUpOutlined />} disabled={i === 0} aria-label={t('edit.up')} onClick={() => shift(i, i - 1)} />
                  <Button type="text" size="small" tabIndex={-1} icon={<ArrowDownOutlined />} disabled={i === rows.length - 1} aria-label={t('edit.down')} onClick={() => shift(i, i + 1)} />
                  <Button type="text" size="small" tabIndex={-1} icon={<PlusOutlined />} aria-label={t('edit.insert')} onClick={() => add(i + 1)} />
                  <Button type="text" size="small" tabIndex={-1} icon={<DeleteOutlined />} disabled={rows.length === 1 && !none} aria-label={t('edit.drop')} onClick={() => drop(i)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>}
      </div>
      <footer><Button type="dashed" size="small" icon={<PlusOutlined />} onClick={() => add(rows.length)}>{addText ?? t('edit.add')}</Button><span className="kw-dim md-keys">{t('edit.keys')}</span></footer>
    </div>
  )
}

interface Found { code: string; name: string; spec?: string }

/** A code with what the server knows below it, while somebody types. Arrows and Enter choose only then. */
function CodeBox({ value, path, many, onChange, onPick, aria }: { value: string; path: ListPath; many?: boolean; onChange: (v: string) => void; onPick?: (row: Record<string, unknown>) => void; aria: object }) {
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState(0)
  const [q, setQ] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const cut = many ? Math.max(value.lastIndexOf(';'), value.lastIndexOf('；')) + 1 : 0
  const typed = value.slice(cut).trim()
  useEffect(() => {
    if (!open) return
    const timer = setTimeout(() => setQ(typed), 150)
    return () => clearTimeout(timer)
  }, [typed, open])
  const query = { q, limit: 8 }
  const { data } = useQuery<Page<Found>>({ queryKey: [path, {}, query], queryFn: ({ signal }) => call('GET', path, { query, signal }), enabled: open && q !== '' })
  const found = open && typed !== '' && q === typed ? (data?.items ?? []) : []
  const choose = (f: Found) => {
    onChange(value.slice(0, cut) + (cut ? ' ' : '') + f.code)
    onPick?.(f as unknown as Record<string, unknown>)
    setOpen(false)
  }
  const exact = found.length === 1 && found[0]!.code === typed
  const place = input.current?.getBoundingClientRect()
  return (
    <>
      <input
        {...aria} ref={input} type="text" value={value} autoComplete="off" spellCheck={false} role="combobox" aria-expanded={found.length > 0} className="md-code"
        onFocus={(e) => e.target.select()} onBlur={() => setOpen(false)}
        onChange={(e) => { setOpen(true); setAt(0); onChange(e.target.value) }}
        onKeyDown={(e) => {
          if (found.length === 0 || exact || e.ctrlKey || e.altKey) return
          if (e.key === 'ArrowDown') { e.preventDefault(); setAt((at + 1) % found.length) }
          else if (e.key === 'ArrowUp') { e.preventDefault(); setAt((at + found.length - 1) % found.length) }
          else if (e.key === 'Enter') { e.preventDefault(); choose(found[at]!) }
          else if (e.key === 'Tab') choose(found[at]!)
          else if (e.key === 'Escape') { e.preventDefault(); e.stopPropagation(); setOpen(false) }
        }}
      />
      {found.length > 0 && !exact && place && (
        <ul className="md-found" style={{ left: place.left, top: Math.min(place.bottom + 2, innerHeight - 34 * found.length - 10) }}>
          {found.map((f, i) => <li key={f.code} className={i === at ? 'md-on' : undefined} onMouseDown={(e) => { e.preventDefault(); choose(f) }}><b>{f.code}</b><span>{f.name}{f.spec && <small> {f.spec}</small>}</span></li>)}
        </ul>
      )}
    </>
  )
}
