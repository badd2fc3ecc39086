import { useState } from 'react'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { format, fromUnits, isDec, units as millionths, type Dec } from './num'

/** The units in which quantities of an item may be entered: its own, and the others as ratios. */
export type UnitsOf = Answer<'get', '/api/v1/masterdata/items/{code}/units'>

/** q × a ÷ b when that is exact at so many places; undefined when it would have to be rounded. */
export function exact(q: Dec, a: Dec, b: Dec, places = 6): Dec | undefined {
  const step = 10n ** BigInt(6 - places)
  const n = millionths(q) * millionths(a)
  const d = millionths(b) * step
  return d > 0n && n % d === 0n ? fromUnits((n / d) * step) : undefined
}

const fits = (qty: Dec, places: number) => millionths(qty) % 10n ** BigInt(6 - places) === 0n

/** A quantity in the item's own unit; undefined when it is none that can be counted. '' is the own unit. */
export function inOwn(u: UnitsOf, qty: Dec, uom: string): Dec | undefined {
  const other = u.units.find((x) => x.uom === uom)
  return !other ? qty : fits(qty, other.decimals) ? exact(qty, other.own, other.per, u.decimals) : undefined
}

/** "= 24 pcs", or "≈ 13.8 pcs" when nobody can count that. */
export function equals(u: UnitsOf, qty: Dec, uom: string): { text: string; exact: boolean } {
  const own = inOwn(u, qty, uom)
  const other = u.units.find((x) => x.uom === uom)
  if (own !== undefined || !other) return { text: `= ${format(own ?? qty)} ${u.uom}`, exact: true }
  return { text: `≈ ${format(fromUnits((millionths(qty) * millionths(other.own)) / millionths(other.per)))} ${u.uom}`, exact: false }
}

/** The same the other way round. */
export function fromOwn(u: UnitsOf, qty: Dec, uom: string): Dec | undefined {
  const other = u.units.find((x) => x.uom === uom)
  return !other ? qty : exact(qty, other.per, other.own, other.decimals)
}

/** "2 box = 24 pcs" of what was entered in another unit; undefined when it was not. */
export function asEntered(r: { entered_qty?: Dec; entered_uom?: string }): string | undefined {
  return r.entered_uom ? `${format(r.entered_qty ?? '0')} ${r.entered_uom}` : undefined
}
/** With the item's own quantity behind it. */
export const both = (qty: Dec, uom: string, r: { entered_qty?: Dec; entered_uom?: string }): string => [asEntered(r), `${format(qty)} ${uom}`].filter(Boolean).join(' = ')

/** The units of an item; undefined while nobody knows. */
export function useAllUnits(item: string | undefined): UnitsOf | undefined {
  const { data } = useGet('/api/v1/masterdata/items/{code}/units', { path: { code: item ?? '' }, enabled: !!item, staleTime: 600_000, keep: true })
  return data && data.item === item ? data : undefined
}
/** The same, and undefined when there is only one. */
export function useUnits(item: string | undefined): UnitsOf | undefined {
  const all = useAllUnits(item)
  return all && all.units.length > 0 ? all : undefined
}

/** What a screen of the floor needs to let a quantity be typed in another unit. */
export function useEntry(item: string | undefined, own: { uom?: string; places: number }) {
  const units = useUnits(item)
  const [chosen, choose] = useState<{ item?: string; uom: string }>({ uom: '' })
  const uom = units && chosen.item === item && units.units.some((u) => u.uom === chosen.uom) ? chosen.uom : ''
  const other = units?.units.find((u) => u.uom === uom)
  return {
    units, uom, choose: (u: string) => choose({ item, uom: u }),
    shown: uom || own.uom,
    places: other ? other.decimals : own.places,
    /** In the item's own unit, for limits and words; undefined when that is no whole quantity. */
    own: (qty: Dec): Dec | undefined => (units && uom && isDec(qty) ? inOwn(units, qty, uom) : qty),
    /** A proposal in the unit that is typed in; undefined when it is no whole quantity there. */
    typed: (qty: Dec | undefined): Dec | undefined => (units && uom && qty !== undefined ? fromOwn(units, qty, uom) : qty),
    body: uom ? { uom } : {},
  }
}
export type Entry = ReturnType<typeof useEntry>
