import type { TFunction } from 'i18next'
import type { Answer, Row } from '@/api/types'
import type { Column } from '@/kit/crud'
import { calendarUrl, itemUrl, workOrderUrl } from '@/kit/links'
import { cmp, format, isZero, mul, neg, type Dec } from '@/kit/num'
import type { Tone } from '@/kit/status'
import { may } from '@/kit/who'

export type Time = Row<'/api/v1/scheduling/times'>
export type TimePage = Answer<'get', '/api/v1/scheduling/times/{id}'>
export type Decision = Row<'/api/v1/scheduling/time-decisions'>
export type Repair = Row<'/api/v1/scheduling/repairs'>
export type RepairPage = Answer<'get', '/api/v1/scheduling/repairs/{id}'>

export const KINDS = ['run', 'setup', 'changeover', 'efficiency', 'available', 'calendar'] as const
export const TIME_STATES = ['open', 'asked', 'declined', 'near', 'few'] as const
export const CAUSES = ['machine', 'material', 'quality', 'slow'] as const
export const REPAIR_STATES = ['open', 'calm', 'adopted', 'auto', 'dismissed', 'gone'] as const
export const ACTS = ['adopted', 'asked', 'declined'] as const

export const timeTone = (s: string): Tone => (s === 'open' ? 'amber' : s === 'asked' ? 'blue' : s === 'near' || s === 'adopted' ? 'green' : s === 'declined' ? 'slate' : 'grey')
export const repairTone = (s: string): Tone => (s === 'open' ? 'red' : s === 'adopted' || s === 'auto' ? 'green' : s === 'calm' ? 'teal' : 'slate')

/** Minutes as people say them: below two in seconds; of an efficiency per cent, of a calendar hours. */
export function took(v: Dec, kind: string, t: TFunction): string {
  if (kind === 'efficiency' || kind === 'available') return `${format(v, 1)} %`
  if (kind === 'calendar') return t('loop:hours', { n: format(v, 1) })
  return cmp(v, '2') < 0 ? t('loop:sec', { n: format(mul(v, '60'), cmp(v, '0.2') < 0 ? 2 : 1) }) : t('loop:min', { n: format(v, 2) })
}

/** A length of time in hours, signed. */
export function hoursOf(ms: number, t: TFunction): string {
  const minutes = Math.round(Math.abs(ms) / 60_000)
  const text = minutes < 60 ? t('loop:m', { n: minutes }) : minutes < 2880 ? t('loop:h', { h: Math.floor(minutes / 60), m: minutes % 60 }) : t('loop:d', { d: Math.floor(minutes / 1440), h: Math.floor((minutes % 1440) / 60) })
  return ms < 0 && minutes > 0 ? `−${text}` : text
}

export const signed = (v: Dec): string => (isZero(v) ? '0 %' : cmp(v, '0') < 0 ? `−${format(neg(v), 1)} %` : `+${format(v, 1)} %`)
export const toItem = (r: { item: string }): string | undefined => (r.item && may('masterdata.read') ? itemUrl(r.item) : undefined)
export const toOrder = (r: { order: string }): string | undefined => (r.order && may('production.read') ? workOrderUrl(r.order) : undefined)

/** The families of a changeover; * is any. */
export const pairOf = (r: { kind: string; from_family: string; to_family: string }, t: TFunction): string => {
  const word = (f: string) => (f === '*' ? t('loop:anyFamily') : f)
  return r.kind === 'changeover' ? `${word(r.from_family)} → ${word(r.to_family)}` : ''
}

/** Hours of a weekday, none: closed. */
export const spansOf = (text: string, t: TFunction): string => (text ? text.split(' ').map((s) => s.replace('-', '–')).join(', ') : t('loop:closed'))

/** What a row is of beside item and work center: families, a machine, a weekday with its hours. */
export const aboutOf = (r: { kind: string; from_family: string; to_family: string; weekday: number; hours_was: string; hours_is: string }, t: TFunction): string =>
  r.kind === 'calendar' ? `${t(`loop:weekday.${r.weekday}`)}${t('loop:colon')}${spansOf(r.hours_was, t)} → ${spansOf(r.hours_is, t)}` : pairOf(r, t)

export const timeColumns = (t: TFunction): Column<Time>[] => [
  { key: 'state', type: 'status', options: TIME_STATES, words: 'state', tone: (r) => timeTone(r.state), width: 110 },
  { key: 'item_name', render: (r) => aboutOf(r, t) || r.item_name },
  { key: 'diff_pct', type: 'number', render: (r) => <span className={`num ${r.state === 'open' && cmp(r.diff_pct, '0') > 0 && (r.kind === 'run' || r.kind === 'setup' || r.kind === 'changeover') ? 'kw-late' : ''}`}>{signed(r.diff_pct)}</span> },
  { key: 'kind', type: 'enum', options: KINDS, words: 'kind', width: 100 },
  { key: 'work_center_name' }, { key: 'machine' },
  { key: 'item', type: 'link', to: toItem }, { key: 'op', type: 'number', render: (r) => (r.op ? <span className="num">{r.op}</span> : null) },
  { key: 'planned', type: 'number', render: (r) => <span className="num">{took(r.planned, r.kind, t)}</span> },
  { key: 'median', type: 'number', render: (r) => <b className="num">{took(r.median, r.kind, t)}</b> },
  { key: 'q1', type: 'number', label: 'f.spread', noFilter: true, noSort: true, render: (r) => <span className="num kw-dim">{took(r.q1, r.kind, t)} – {took(r.q3, r.kind, t)}</span> },
  { key: 'n', type: 'number' }, { key: 'pieces', type: 'number', render: (r) => (r.kind === 'run' ? <span className="num">{format(r.pieces)}</span> : null) }, { key: 'outliers', type: 'number' },
  { key: 'open_orders', type: 'number' }, { key: 'effect_ms', type: 'number', noFilter: true, render: (r) => (r.open_orders > 0 ? <span className="num">{hoursOf(r.effect_ms, t)}</span> : null) },
  { key: 'hours_planned', type: 'number', hidden: true }, { key: 'hours_real', type: 'number', hidden: true }, { key: 'from_family', hidden: true }, { key: 'to_family', hidden: true }, { key: 'work_center', hidden: true }, { key: 'routing', hidden: true }, { key: 'site', hidden: true }, { key: 'made_ms', type: 'instant', hidden: true },
]

export const decisionColumns = (t: TFunction): Column<Decision>[] => [
  { key: 'recorded_ms', type: 'instant' }, { key: 'act', type: 'status', options: ACTS, words: 'state', tone: (r) => timeTone(r.act) }, { key: 'kind', type: 'enum', options: KINDS, words: 'kind' }, { key: 'work_center' }, { key: 'machine' },
  { key: 'item', type: 'link', to: toItem }, { key: 'item_name', render: (r) => aboutOf(r, t) || r.item_name }, { key: 'op', type: 'number', render: (r) => (r.op ? <span className="num">{r.op}</span> : null) },
  { key: 'was', type: 'number', render: (r) => <span className="num">{took(r.was, r.kind, t)}</span> }, { key: 'found', type: 'number', render: (r) => <b className="num">{took(r.found, r.kind, t)}</b> },
  { key: 'n', type: 'number' }, { key: 'pieces', type: 'number', hidden: true },
  { key: 'document', type: 'link', to: (r) => (r.act === 'asked' ? `/masterdata/changes/${encodeURIComponent(r.document)}` : r.act === 'adopted' && r.item ? `/masterdata/routings/${encodeURIComponent(r.item)}` : r.act === 'adopted' && r.kind === 'calendar' ? calendarUrl(r.document) : undefined) },
  { key: 'reason' }, { key: 'actor' }, { key: 'from_family', hidden: true }, { key: 'to_family', hidden: true },
]
