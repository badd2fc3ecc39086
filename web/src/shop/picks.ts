import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { daysBetween, OPEN_END } from '@/kit/dates'
import { add, cmp, min, type Dec } from '@/kit/num'

export type PickList = Answer<'get', '/api/v1/production/orders/{number}/picks'>
export type PickLine = NonNullable<PickList['lines']>[number]
export type Stock = Answer<'get', '/api/v1/inventory/scan'>

/** What a person is about to issue. */
export interface Chosen {
  code: string
  line?: PickLine
  item?: string
  name?: string
  uom?: string
  decimals: number
  lot?: string
  serial?: string
  available?: Dec
  expires?: string
}

/** The line that an item is for: one that still needs it goes first; a substitute counts. */
export function lineOf(list: PickList | undefined, item: string): PickLine | undefined {
  const fits = (list?.lines ?? []).filter((l) => l.item === item || l.substitutes?.includes(item))
  return fits.find((l) => cmp(l.open, '0') > 0) ?? fits[0]
}

/** What the label itself says, for when nobody can be asked. */
export function fromLabel(code: string, list: PickList | undefined): Chosen {
  const c = readCode(code)
  const item = c.kind === 'ITM' ? c.number : c.item
  const line = item ? lineOf(list, item) : (list?.lines ?? []).find((l) => l.lots?.some((x) => x.lot === c.number))
  return { code, line, item: item || line?.item, name: line?.name, uom: line?.uom, decimals: 6, ...(c.kind === 'SN' ? { serial: c.number } : c.kind === 'ITM' ? {} : { lot: c.number }), ...known(line, c.kind === 'LOT' || !c.kind ? c.number : undefined) }
}

/** What the server says is behind the code. */
export function fromStock(code: string, s: Stock, list: PickList | undefined): Chosen {
  const line = lineOf(list, s.item ?? '')
  const here = (s.balances ?? []).filter((b) => b.kind === 'stock' && b.status === 'available')
  const expires = here.map((b) => b.expires_on).sort()[0]
  return { code, line, item: s.item, name: s.name, uom: s.uom, decimals: s.decimals, lot: s.lot || undefined, serial: s.serial || undefined, available: s.lot ? add('0', ...here.map((b) => b.qty)) : s.available, expires }
}

function known(line: PickLine | undefined, lot: string | undefined): Pick<Chosen, 'available' | 'expires'> {
  const at = line?.lots?.find((l) => l.lot === lot)
  return at ? { available: at.qty, expires: at.expires_on } : {}
}

/** How much of it: what the order needs, at most what the lot has; a piece with a serial number is one. */
export const defaultQty = (c: Chosen): Dec => (c.serial ? '1' : !c.line ? '0' : c.available && cmp(c.available, '0') > 0 ? min(c.line.open, c.available) : c.line.open)

/** The lot that should go first when this one keeps longer, and by how many days. */
export function earlier(c: Chosen): { lot: string; location: string; expires: string; days: number } | undefined {
  const first = c.line?.lots?.[0]
  if (!c.lot || !first || first.lot === c.lot || !first.lot || !c.expires || first.expires_on >= c.expires) return undefined
  if (c.line?.lots?.some((l) => l.lot === c.lot && l.expires_on === first.expires_on)) return undefined
  return { lot: first.lot, location: first.location, expires: first.expires_on, days: c.expires === OPEN_END ? 0 : daysBetween(first.expires_on, c.expires) }
}
