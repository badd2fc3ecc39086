import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { add, cmp, min, sub, type Dec } from '@/kit/num'

type Track = Answer<'get', '/api/v1/sales/orders/{number}'>

/** What one scan ticks: a lot with its quantity, or a piece with its serial number. */
export interface Unit { key: string; line: number; item: string; name: string; uom: string; lot: string; serial?: string; qty: Dec; expires: string; picked?: boolean }

export function unitsOf(order: Pick<Track, 'lines'>): Unit[] {
  return (order.lines ?? []).flatMap((l) => {
    const ready = new Map((l.picked ?? []).map((p) => [p.lot, { qty: p.qty, serials: p.serials ?? [] }]))
    return (l.lots ?? []).flatMap((a, i): Unit[] => {
      const p = ready.get(a.lot)
      const base = { line: l.line, item: l.item, name: l.name, uom: l.uom, lot: a.lot, expires: a.expires_on }
      if (a.serials?.length) return a.serials.map((serial) => ({ ...base, serial, qty: '1', key: `${l.line}|${serial}`, ...(p?.serials.includes(serial) && { picked: true }) }))
      const unit = { ...base, qty: a.qty, key: `${l.line}|${a.lot}|${i}` }
      const qty = min(p?.qty ?? '0', a.qty)
      if (!p || cmp(qty, '0') <= 0) return [unit]
      p.qty = sub(p.qty, qty)
      // what lies ready of a lot is one thing, what is still on the shelf another
      return [{ ...unit, qty, picked: true }, ...(cmp(a.qty, qty) > 0 ? [{ ...unit, key: `${unit.key}|rest`, qty: sub(a.qty, qty) }] : [])]
    })
  })
}

/** Which unit a label means: the next one not ticked, else one that was ticked already, else none. */
export function unitFor(units: Unit[], ticked: ReadonlySet<string>, code: string): { unit?: Unit; twice: boolean } {
  const c = readCode(code)
  const fits = units.filter((u) => {
    switch (c.kind) {
      case 'SN': return u.item === c.item && u.serial === c.number
      case 'LOT': return u.item === c.item && u.lot === c.number && !u.serial
      case 'ITM': return u.item === c.number && !u.serial && !u.lot
      case '': return u.serial === c.number || (!u.serial && (u.lot ? u.lot === c.number : u.item === c.number))
    }
    return false
  })
  const next = fits.find((u) => !ticked.has(u.key))
  return { unit: next ?? fits[0], twice: !next && fits.length > 0 }
}

export interface ShipLine { line: number; qty: Dec; lot?: string; serials?: string[] }

/** The lines of the shipment: exactly what was ticked. */
export function linesOf(units: Unit[]): ShipLine[] {
  const out = new Map<string, ShipLine>()
  for (const u of units) {
    const key = u.serial ? `${u.line}|serials` : `${u.line}|${u.lot}`
    const l = out.get(key)
    if (!l) out.set(key, { line: u.line, qty: u.qty, ...(u.serial ? { serials: [u.serial] } : u.lot ? { lot: u.lot } : {}) })
    else { l.qty = add(l.qty, u.qty); if (u.serial) l.serials?.push(u.serial) }
  }
  return [...out.values()]
}

/** What the line still has to send beyond what is promised to it. */
export const unpromised = (l: { qty: Dec; shipped: Dec; allocated: Dec }): boolean => cmp(add(l.shipped, l.allocated), l.qty) < 0

export interface Carton { no: number; weight?: string; lines: ShipLine[] }

/** Which units lie in which carton, in the order of the cartons. */
export function packed(units: Unit[], boxOf: Readonly<Record<string, number>>, weights: Readonly<Record<number, string>>): Carton[] {
  const byBox = new Map<number, Unit[]>()
  for (const u of units) byBox.set(boxOf[u.key] ?? 1, [...(byBox.get(boxOf[u.key] ?? 1) ?? []), u])
  return [...byBox].sort(([a], [b]) => a - b).map(([no, us]) => ({ no, ...(weights[no] && { weight: `${weights[no]} kg` }), lines: linesOf(us) }))
}
