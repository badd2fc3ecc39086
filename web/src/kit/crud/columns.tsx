import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { Chip } from '../Chip'
import { showDate, showInstant, today, type Instant } from '../dates'
import { format, isDec } from '../num'
import { Progress, Qty } from '../Qty'
import type { Tone } from '../status'
import { asEntered } from '../units'

export type ColumnType = 'text' | 'link' | 'number' | 'qty' | 'money' | 'date' | 'due' | 'instant' | 'status' | 'enum' | 'bool' | 'progress'

/** Declared once; serves the table, its filters, the facts of a detail page and the export. */
export interface Column<R = Record<string, unknown>> {
  key: keyof R & string
  /** Translation key; default "f.<key>" in the room's locale file. */
  label?: string
  type?: ColumnType
  /** qty: the field that holds the unit. */
  uom?: keyof R & string
  /** qty: the row says in which other unit it was entered (entered_qty, entered_uom). */
  said?: boolean
  /** progress: key is done, `of` is the total. */
  of?: keyof R & string
  /** Values to choose from in filters and forms (status, enum). */
  options?: readonly string[]
  /** enum: prefix of the words, "kind" → "kind.make" in the room's file. Status words are the kit's. */
  words?: string
  /** link: where to; without it the row's own page. */
  to?: (row: R) => string | undefined
  tone?: (row: R) => Tone | undefined
  render?: (row: R) => ReactNode
  width?: number
  places?: number
  /** Not shown until chosen. */
  hidden?: boolean
  /** Price and cost: the server leaves the field out for those who may not see it, and the column goes too. */
  masked?: boolean
  noSort?: boolean
  noFilter?: boolean
}

export interface Resolved<R> extends Column<R> { title: string; kind: ColumnType }

export function resolve<R>(columns: Column<R>[], ns: string, t: TFunction): Resolved<R>[] {
  return columns.map((c) => {
    const key = c.label ?? `f.${c.key}`
    return { ...c, title: t(key.includes(':') ? key : `${ns}:${key}`), kind: c.type ?? 'text' }
  })
}

export const rightAligned = (k: ColumnType): boolean => k === 'number' || k === 'qty' || k === 'money'

export function wordOf<R>(c: Column<R>, value: string, ns: string, t: TFunction): string {
  if (!c.words) return t(`kit:status.${value}`, { defaultValue: value })
  const key = `${c.words}.${value}`
  return t(key.includes(':') ? key : `${ns}:${key}`, { defaultValue: value })
}

/** One value as people read it; `home` is the row's own page. */
export function cell<R>(c: Resolved<R>, row: R, ns: string, t: TFunction, home?: string): ReactNode {
  if (c.render) return c.render(row)
  const v = row[c.key] as unknown
  if (v === undefined || v === null || v === '') return null
  switch (c.kind) {
    case 'link': {
      const to = c.to ? c.to(row) : home
      return to ? <Link to={to}>{String(v)}</Link> : String(v)
    }
    case 'number':
    case 'money':
      return <span className="num">{typeof v === 'string' && isDec(v) ? format(v, c.places ?? (c.kind === 'money' ? 2 : undefined)) : typeof v === 'number' ? format(String(v)) : String(v)}</span>
    case 'qty':
      if (v === '0') return <span className="num kw-dim">0</span> // a column of zeros stays calm
      return <Qty value={String(v)} uom={c.uom ? String(row[c.uom] ?? '') : undefined} places={c.places} said={c.said ? asEntered(row as { entered_qty?: string; entered_uom?: string }) : undefined} />
    case 'date':
      return <span className="num">{showDate(String(v))}</span>
    case 'due': {
      const late = String(v) < today() && c.tone?.(row) !== 'green'
      return <span className={late ? 'num kw-late' : 'num'}>{showDate(String(v))}</span>
    }
    case 'instant':
      return <span className="num">{showInstant(v as Instant)}</span>
    case 'status':
      return <Chip status={String(v)} tone={c.tone?.(row)} word={c.words ? wordOf(c, String(v), ns, t) : undefined} />
    case 'enum':
      return wordOf(c, String(v), ns, t)
    case 'bool':
      return v === true || v === 1 || v === '1' ? '✓' : <span className="kw-dim">–</span>
    case 'progress':
      return <Progress done={String(v)} total={String((c.of && row[c.of]) ?? '0')} tone={c.tone?.(row)} />
    default:
      return String(v)
  }
}
