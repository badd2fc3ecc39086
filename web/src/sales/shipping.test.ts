import { describe, expect, it } from 'vitest'
import { cartonsOf, obstacle, shipLines, shipRows, tick, tooMuch, type ShipRow } from './shipping'

const row = (r: Partial<ShipRow>): ShipRow => ({ key: '1', line: 1, item: 'A', name: 'A', uom: 'pcs', lot: 'L1', serials: [], most: '10', qty: '10', checked: false, scanned: [], free: false, ...r })

describe('shipping list', () => {
  it('begins with what was picked, and leaves the rest of the promise where it is', () => {
    const line = (l: object) => ({ line: 1, item: 'A', name: 'A', uom: 'pcs', status: 'ready', most: '10', shipped: '0', allocated: '10', free_stock: '0', lots: [], picked: [], to_pick: '0', ...l })
    const rows = (l: object) => shipRows({ lines: [line(l)] } as never).map((r) => [r.lot, r.qty, r.most, r.checked, r.pick ?? '', r.scanned.join(' ')].join('/'))
    expect(rows({ lots: [{ lot: 'L1', qty: '6' }, { lot: 'L2', qty: '4' }] })).toEqual(['L1/6/6/false//', 'L2/4/4/false//'])
    expect(rows({ lots: [{ lot: 'L1', qty: '6' }, { lot: 'L2', qty: '4' }], picked: [{ lot: 'L1', qty: '2' }], to_pick: '8' })).toEqual(['L1/2/2/true/picked/', 'L1//4/false/unpicked/', 'L2//4/false/unpicked/'])
    expect(rows({ lots: [{ lot: '', qty: '3', serials: ['P1', 'P2', 'P3'] }], picked: [{ lot: '', qty: '1', serials: ['P2'] }], to_pick: '2' })).toEqual(['/1/3/true/picked/P2'])
  })
  it('ticks the lot that was scanned, by our label or bare', () => {
    const rows = [row({}), row({ key: '2', item: 'B', lot: 'L2' })]
    expect(tick(rows, 'KW:LOT:B/L2')?.hit.key).toBe('2')
    expect(tick(rows, 'L1')?.rows[0]?.checked).toBe(true)
    expect(tick(rows, 'KW:LOT:A/L2')).toBeUndefined()
  })
  it('counts pieces as they are scanned, each once', () => {
    let rows = [row({ serials: ['S1', 'S2', 'S3'], most: '3', qty: '3' })]
    for (const s of ['S2', 'S2', 'S3']) rows = tick(rows, s)!.rows
    expect(rows[0]?.qty).toBe('2')
    expect(shipLines(rows)).toEqual([{ line: 1, qty: '2', lot: 'L1', serials: ['S2', 'S3'] }])
  })
  it('sends the first promised pieces when none was scanned, and no empty row', () => {
    expect(shipLines([row({ serials: ['S1', 'S2'], qty: '1' }), row({ key: '2', qty: '' })])).toEqual([{ line: 1, qty: '1', lot: 'L1', serials: ['S1'] }])
  })
  it('sees a quantity beyond the promise', () => {
    expect(tooMuch(row({ qty: '10.5' }))).toBe(true)
    expect(tooMuch(row({ qty: 'x' }))).toBe(true)
    expect(tooMuch(row({ qty: '' }))).toBe(false)
  })
  it('packs all that goes, and says what is missing', () => {
    const rows = [row({ qty: '10' }), row({ key: '2', line: 2, lot: '', qty: '3' })]
    expect(obstacle([row({ qty: '' })], '1', undefined)).toBe('nothing')
    expect(obstacle([row({ qty: '11' })], '1', undefined)).toBe('tooMuch')
    expect(obstacle(rows, '0', undefined)).toBe('cartons')
    expect(obstacle(rows, '2', undefined)).toBeUndefined()
    expect(obstacle(rows, '2', { 1: { 1: '6', 2: '3' }, 2: { 1: '3' } })).toBe('left')
    expect(obstacle(rows, '3', { 1: { 1: '6', 2: '4' }, 2: { 1: '3' } })).toBe('empty')
    const boxes = { 1: { 1: '6', 2: '4' }, 2: { 2: '3' } }
    expect(obstacle(rows, '2', boxes)).toBeUndefined()
    expect(cartonsOf(rows, boxes, { 1: ' 12.4 kg ' }, 2)).toEqual([
      { no: 1, weight: '12.4 kg', lines: [{ line: 1, lot: 'L1', qty: '6' }] },
      { no: 2, weight: undefined, lines: [{ line: 1, lot: 'L1', qty: '4' }, { line: 2, lot: undefined, qty: '3' }] },
    ])
  })
})
