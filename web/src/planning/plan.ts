import type { TFunction } from 'i18next'
import type { Answer, Row } from '@/api/types'
import { daysBetween } from '@/kit/dates'
import { firmOrderUrl, lotUrl, planItemUrl, purchaseOrderUrl, salesOrderUrl, transferUrl, workOrderUrl } from '@/kit/links'
import { format } from '@/kit/num'
import { may } from '@/kit/who'

export type Planned = Row<'/api/v1/planning/orders'>
export type Message = Row<'/api/v1/planning/messages'>
export type FirmOrder = Row<'/api/v1/planning/firm'>
export type Run = Row<'/api/v1/planning/runs'>
export type Net = Row<'/api/v1/planning/items'>
export type Demand = Row<'/api/v1/planning/demands'>
export type ItemPage = Answer<'get', '/api/v1/planning/items/{code}'>
export type Entry = ItemPage['needs'][number]
export type Bucket = ItemPage['days'][number]
export type Why = Answer<'get', '/api/v1/planning/orders/{n}/why'>
export type Trace = Answer<'get', '/api/v1/planning/trace'>
export type Branch = Trace['up'][number]
export type Source = FirmOrder['sources'][number]

export const KINDS = ['make', 'buy', 'subcontract', 'transfer', 'shortage'] as const
export const STATES = ['planned', 'firm', 'released'] as const
export const FIRM_STATES = ['firm', 'released', 'withdrawn'] as const

/** Exceptions by what they ask for, the most pressing first. */
export const GROUPS: { name: string; acts: readonly string[]; tone: 'red' | 'amber' | 'blue' | 'slate' }[] = [
  { name: 'late', acts: ['late', 'negative'], tone: 'red' },
  { name: 'unsound', acts: ['no_bom', 'no_supplier', 'no_routing', 'no_lot', 'overflow', 'far_day'], tone: 'red' },
  { name: 'hurry', acts: ['past_due', 'ask_customer', 'expedite'], tone: 'amber' },
  { name: 'safety', acts: ['below_safety'], tone: 'amber' },
  { name: 'less', acts: ['cancel', 'reduce'], tone: 'blue' },
  { name: 'later', acts: ['defer'], tone: 'slate' },
]
/** What a message asks for that Kaiwu can do: change a document of ours, or ask the buyer. */
export const canFollow = (m: Pick<Message, 'act' | 'document_kind'>): boolean => ['expedite', 'defer', 'reduce', 'cancel'].includes(m.act) && ['work_order', 'requisition', 'firm', 'transfer_order', 'purchase_order', 'subcontract_order'].includes(m.document_kind)
export const ACTS = GROUPS.flatMap((g) => g.acts)

/** The page of a document behind a need or a supply, for those who may read it. */
export function docUrl(kind: string, number: string, item?: string): string | undefined {
  if (!number) return undefined
  switch (kind) {
    case 'sales_order': return may('sales.read') ? salesOrderUrl(number) : undefined
    case 'purchase_order':
    case 'subcontract_order': return may('purchasing.read') ? purchaseOrderUrl(number) : undefined
    case 'requisition': return may('purchasing.request') ? `/purchasing/requisitions?q=${encodeURIComponent(number)}` : undefined
    case 'work_order':
    case 'byproduct': return may('production.read') ? workOrderUrl(number) : undefined
    case 'transfer':
    case 'transfer_order': return may('inventory.read') ? transferUrl(number) : undefined
    case 'firm': return firmOrderUrl(number)
    case 'stock': return item && may('inventory.read') ? lotUrl(item, number) : undefined
    case 'manual': return '/planning/demands'
    default: return undefined
  }
}

/** What a need or supply is called: its document with line, else what it is. */
export function entryName(e: { kind: string; number?: string; line?: number }, t: TFunction): string {
  if (!e.number) return t(`planning:entry.${e.kind}`)
  return e.line ? `${e.number}/${e.line}` : e.number
}

/** The pegging of a need or supply of an item. */
export function traceUrl(item: string, e: { kind: string; number?: string; line?: number; n?: number }): string {
  const q = new URLSearchParams({ kind: e.kind })
  if (e.n) q.set('n', String(e.n))
  else {
    if (e.number) q.set('number', e.number)
    if (e.line) q.set('line', String(e.line))
  }
  return `${planItemUrl(item)}/trace?${q.toString()}`
}
/** What has a place in the pegging. */
export const traceable = (e: { kind: string }): boolean => !['stock', 'safety_stock'].includes(e.kind)

/** How many days after its day something can be there; 0 when it is in time. */
export const daysLate = (day: string, possible?: string): number => (possible && day && possible > day ? daysBetween(day, possible) : 0)

/** Monday of the week of a day. */
export function monday(day: string): string {
  const d = new Date(`${day}T12:00:00Z`)
  d.setUTCDate(d.getUTCDate() - ((d.getUTCDay() + 6) % 7))
  return d.toISOString().slice(0, 10)
}

/** "03-29" in this year, with the year otherwise: a plan reaches weeks. */
export const shortDay = (day: string, today: string): string => (day.slice(0, 4) === today.slice(0, 4) ? day.slice(5) : day)

/** A quantity to read at a glance: scrap rates make six decimals, three are enough here. */
export const brief = (qty: string): string => (/\.\d{4,}$/.test(qty) ? format(qty, 3).replace(/\.?0+$/, '') : format(qty))

/** An item on the bench of its site. */
export const netUrl = (r: Pick<Net, 'item' | 'site'>): string => `${planItemUrl(r.item)}?site=${encodeURIComponent(r.site)}`

/** What becomes one document when it is released: of a supplier; of a transfer what leaves and is due on the same days. */
export function paperOf(o: { kind: string; supplier: string; start: string; due: string }, today: string): string {
  if (o.kind !== 'transfer') return `${o.kind}|${o.supplier}`
  const start = o.start > today ? o.start : today
  return `${o.kind}|${o.supplier}|${start}|${o.due > start ? o.due : start}`
}
