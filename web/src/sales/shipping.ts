import type { Body } from '@/api/types'
import { readCode } from '@/kit/code'
import { add, cmp, max, min, parse, sub } from '@/kit/num'
import { over, type Track } from './orders'

/** A row of the shipping list: a lot that is promised to a line, or what may be taken from free stock. */
export interface ShipRow { key: string; line: number; item: string; name: string; uom: string; lot: string; serials: string[]; most: string; qty: string; checked: boolean; scanned: string[]; free: boolean; pick?: 'picked' | 'unpicked' }
type Line = NonNullable<NonNullable<Body<'post', '/api/v1/sales/shipments'>>['lines']>[number]

export function shipRows(o: Track): ShipRow[] {
  return o.lines.filter((l) => !over(l.status)).flatMap((l) => {
    const base = { line: l.line, item: l.item, name: l.name, uom: l.uom, checked: false, scanned: [] as string[] }
    const listed = l.picked.length > 0 || cmp(l.to_pick, '0') > 0
    const ready = new Map(l.picked.map((p) => [p.lot, { qty: p.qty, serials: p.serials ?? [] }]))
    const rows: ShipRow[] = l.lots.flatMap((x, i): ShipRow[] => {
      const row = { ...base, key: `${l.line}.${i}`, lot: x.lot, serials: x.serials ?? [], most: x.qty, qty: x.qty, free: false }
      if (!listed) return [row]
      // what was picked goes, it was scanned at the shelf; the rest of the promise stays unless somebody wants it
      const p = ready.get(x.lot)
      const scanned = row.serials.filter((n) => p?.serials.includes(n))
      const qty = row.serials.length > 0 ? String(scanned.length) : min(p?.qty ?? '0', x.qty)
      if (p) p.qty = sub(p.qty, qty)
      const picked = cmp(qty, '0') > 0
      return [...(picked ? [{ ...row, qty, scanned, checked: true, pick: 'picked' as const, ...(row.serials.length === 0 && { most: qty }) }] : []),
        ...(!picked || row.serials.length === 0 && cmp(sub(x.qty, qty), '0') > 0 ? [{ ...row, key: `${row.key}.u`, qty: '', most: sub(x.qty, qty), pick: 'unpicked' as const }] : [])]
    })
    const rest = min(max(sub(l.most, add(l.shipped, l.allocated)), '0'), l.free_stock)
    if (cmp(rest, '0') > 0) rows.push({ ...base, key: `${l.line}.free`, lot: '', serials: [], most: rest, qty: '', free: true })
    return rows
  })
}

/** Ticks what was scanned: a lot, a piece, or an item without lots. Undefined when it is none of these. */
export function tick(rows: ShipRow[], code: string): { rows: ShipRow[]; hit: ShipRow } | undefined {
  const c = readCode(code)
  const is = (r: ShipRow) => (!c.item || c.item === r.item) && (r.serials.includes(c.number) || (!!r.lot && r.lot === c.number) || (!r.lot && r.item === c.number))
  const at = rows.find((r) => is(r) && !r.checked) ?? rows.find(is)
  if (!at) return undefined
  const piece = at.serials.includes(c.number)
  const scanned = piece ? [...new Set([...at.scanned, c.number])] : at.scanned
  const hit: ShipRow = piece
    ? { ...at, scanned, qty: String(scanned.length), checked: true }
    : { ...at, checked: true, qty: at.qty || at.most }
  return { rows: rows.map((r) => (r.key === at.key ? hit : r)), hit }
}

export const goes = (r: ShipRow): boolean => { const n = parse(r.qty); return n !== undefined && cmp(n, '0') > 0 }
export const tooMuch = (r: ShipRow): boolean => { const n = parse(r.qty); return r.qty.trim() !== '' && (n === undefined || cmp(n, r.most) > 0 || cmp(n, '0') < 0) }

export type Boxes = Record<string, Record<number, string>> // row -> carton -> quantity

/** What of a row is in no carton yet; below zero when too much is. */
export const unpacked = (r: ShipRow, boxes: Boxes): string => Object.values(boxes[r.key] ?? {}).reduce((left, q) => sub(left, parse(q) ?? '0'), parse(r.qty) ?? '0')

/** The cartons with what is in them, as they are sent. */
export function cartonsOf(rows: ShipRow[], boxes: Boxes, weights: Record<number, string>, n: number) {
  return Array.from({ length: n }, (_, i) => ({
    no: i + 1, weight: weights[i + 1]?.trim() || undefined,
    lines: rows.filter(goes).flatMap((r) => { const q = parse(boxes[r.key]?.[i + 1] ?? ''); return q && cmp(q, '0') > 0 ? [{ line: r.line, lot: r.lot || undefined, qty: q }] : [] }),
  }))
}

/** Why it cannot be shipped yet; undefined when it can. */
export function obstacle(rows: ShipRow[], cartons: string, boxes: Boxes | undefined): 'nothing' | 'tooMuch' | 'cartons' | 'left' | 'empty' | undefined {
  if (rows.some(tooMuch)) return 'tooMuch'
  if (!rows.some(goes)) return 'nothing'
  if (!/^[1-9]\d{0,3}$/.test(cartons.trim())) return 'cartons'
  if (!boxes) return undefined
  if (rows.filter(goes).some((r) => cmp(unpacked(r, boxes), '0') !== 0)) return 'left'
  return cartonsOf(rows, boxes, {}, Number(cartons)).some((c) => c.lines.length === 0) ? 'empty' : undefined
}

/** What is sent; pieces that were scanned go, else the first ones of the promise. */
export function shipLines(rows: ShipRow[]): Line[] {
  return rows.filter(goes).map((r) => {
    const qty = parse(r.qty) ?? '0'
    const serials = r.serials.length === 0 ? undefined : r.scanned.length > 0 ? r.scanned : r.serials.slice(0, Math.floor(Number.parseInt(qty, 10)))
    return { line: r.line, qty, lot: r.lot || undefined, serials }
  })
}
