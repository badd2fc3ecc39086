import { describe, expect, it } from 'vitest'
import { hitPath, labelPath, plainOp } from './code'
import { mainAct, nextOp, previousOp, type Card } from './opact'
import { defaultQty, earlier, fromLabel, fromStock, type PickList } from './picks'
import { clean, dateOf, monthsOn, pendingOf, statusAfter } from './quantity'
import { remedyOf } from './remedy'
import { linesOf, unitFor, unitsOf, type Unit } from './ticks'

describe('codes', () => {
  it.each([
    ['KW:WO:MO2603-0001', '/m/op/MO2603-0001'],
    ['KW:OP:MO2603-0001/20', '/m/op/MO2603-0001/20'],
    ['KW:OP:M%2F1/20', '/m/op/M%2F1/20'],
    ['KW:LOT:M-1/L1', '/m/stock?code=KW%3ALOT%3AM-1%2FL1'],
    ['KW:BDG:0007', '/m/login?badge=0007'],
    ['KW:SHP:SH1', '/m/shipments/SH1'],
    ['KW:SO:SO1', '/m/ship/SO1'],
    ['MO2603-0001', undefined],
  ])('%s leads to %s', (code, path) => expect(labelPath(code)).toBe(path))
  it('knows where found things live on the floor', () => {
    expect(hitPath({ kind: 'lot', title: 'L1', url: '/inventory/lots/M%2F1/L1' })).toBe('/m/stock?code=KW%3ALOT%3AM%252F1%2FL1')
    expect(hitPath({ kind: 'goods_receipt', title: 'GR1', url: '/purchasing/orders/PO%2F1' })).toBe('/m/goods/PO%2F1')
    expect(hitPath({ kind: 'partner', title: 'C1', url: '/masterdata/partners/C1' })).toBeUndefined()
  })
  it('reads an operation in plain letters', () => {
    expect(plainOp('MO2603-0001/20')).toEqual({ order: 'MO2603-0001', op: '20' })
    expect(plainOp('RM/A-19-1')).toBeUndefined()
  })
})

const op = (n: number, status: string, report = true) => ({ op: n, name: `op ${n}`, work_center: 'WC', status, good: '0', remaining: '0', report })
const card = (status: string, n = 20, ops = [op(10, 'done'), op(15, 'done', false), op(20, status), op(30, 'waiting_previous')]) => ({ order: 'MO1', op: n, status, report: true, ops }) as Card
const all = () => true

describe('the one main act', () => {
  it.each([['ready', 'start'], ['paused', 'resume'], ['running', 'report'], ['waiting_material', 'issue'], ['waiting_previous', 'previous'], ['done', 'next'], ['planned', undefined]])('%s: %s', (status, act) => expect(mainAct(card(status), all)).toBe(act))
  it('is none that this person may not do', () => {
    expect(mainAct(card('ready'), () => false)).toBeUndefined()
    expect(mainAct(card('waiting_material'), (p) => p === 'production.report')).toBe('start')
  })
  it('leads from the last operation to inspection and stock', () => {
    const last = card('done', 30, [op(10, 'done'), op(30, 'done')])
    expect(mainAct(last, all, { waiting: '3', receivable: '5' })).toBe('inspect')
    expect(mainAct(last, all, { waiting: '0', receivable: '5' })).toBe('receive')
    expect(mainAct(last, all, { waiting: '0', receivable: '0' })).toBeUndefined()
  })
  it('skips operations where nothing is reported', () => {
    expect([previousOp(card('ready')), nextOp(card('ready'))]).toEqual([10, 30])
  })
})

const lot = (l: string, qty: string, expires_on: string) => ({ lot: l, location: 'RM/A', expires_on, qty })
const list = { order: 'MO1', lines: [
  { line: 1, item: 'A', name: 'pump', uom: 'pcs', open: '0', issued: '5', required: '5', substitutes: [], lots: [] },
  { line: 2, item: 'A', name: 'pump', uom: 'pcs', open: '12', issued: '0', required: '12', substitutes: ['B'], lots: [lot('L1', '4', '2026-05-01'), lot('L2', '8', '2026-06-01')] },
] } as unknown as PickList
const stock = (more: object) => ({ kind: 'lot', item: 'A', name: 'pump', uom: 'pcs', decimals: 0, available: '40', lot: 'L2', balances: [{ kind: 'stock', place: 'RM/A', lot: 'L2', status: 'available', qty: '8', reserved: '0', expires_on: '2026-06-01' }, { kind: 'stock', place: 'QA', lot: 'L2', status: 'hold', qty: '9', reserved: '0', expires_on: '2026-06-01' }], ...more }) as never

describe('issuing', () => {
  it('takes the line that still needs it, what it needs, at most what the lot has', () => {
    const c = fromStock('KW:LOT:A/L2', stock({}), list)
    expect([c.line?.line, defaultQty(c)]).toEqual([2, '8'])
    expect(defaultQty(fromStock('x', stock({ serial: 'S1' }), list))).toBe('1')
  })
  it('takes a substitute for its line', () => expect(fromStock('x', stock({ item: 'B', lot: 'X1' }), list).line?.line).toBe(2))
  it('says which lot should go first and by how much', () => {
    expect(earlier(fromStock('x', stock({}), list))).toEqual({ lot: 'L1', location: 'RM/A', expires: '2026-05-01', days: 31 })
    expect(earlier(fromStock('x', stock({ lot: 'L1', balances: [] }), list))).toBeUndefined()
  })
  it('reads the label alone when nobody can be asked', () => {
    expect(fromLabel('KW:LOT:A/L2', list)).toMatchObject({ item: 'A', lot: 'L2', available: '8', expires: '2026-06-01' })
    expect(fromLabel('L1', list)).toMatchObject({ item: 'A', lot: 'L1', available: '4' })
    expect(fromLabel('KW:LOT:Z/L9', list).line).toBeUndefined()
  })
})

describe('quantities', () => {
  it('reads what a number pad holds', () => expect(['', '12', '3.', '.5'].map(clean)).toEqual(['0', '12', '3', '0.5']))
  it('counts what waits on the device', () => {
    const a = (body: object, path = '/api/v1/production/reports') => ({ lane: 'MO1', path, body, state: 'waiting' as const })
    expect(pendingOf([a({ op: 10, good: '3', scrap: '1' }), a({ op: 20, good: '9' }), a({ op: 10, good: '2' }), a({ op: 10 }, '/api/v1/production/starts')], 'MO1', '10')).toBe('6')
  })
  it('shows an operation as it will be when waiting acts have been sent', () => {
    const a = (path: string, state: 'waiting' | 'parked' = 'waiting') => ({ lane: 'MO1', path: `/api/v1/production/${path}`, body: { op: 10 }, state })
    expect(statusAfter([a('starts'), a('reports')], 'MO1', 10, 'ready')).toBe('running')
    expect(statusAfter([a('starts'), a('pauses')], 'MO1', 10, 'ready')).toBe('paused')
    expect(statusAfter([a('starts', 'parked')], 'MO1', 10, 'ready')).toBe('ready')
    expect(statusAfter([a('starts')], 'MO1', 20, 'ready')).toBe('ready')
  })
  it('reads dates from digits', () => expect(['20260301', '20260230', '2026', '00010101'].map(dateOf)).toEqual(['2026-03-01', undefined, undefined, undefined]))
  it('counts months', () => expect([monthsOn('2026-01-31', 1), monthsOn('2026-03-15', 12), monthsOn('2026-10-31', 24)]).toEqual(['2026-02-28', '2027-03-15', '2028-10-31']))
})

describe('shipping', () => {
  const order = { lines: [
    { line: 1, item: 'FG', name: 'kettle', uom: 'pcs', lots: [{ line: 1, item: 'FG', lot: 'L1', expires_on: '', qty: '4' }, { line: 1, item: 'FG', lot: 'L1', expires_on: '', qty: '2' }] },
    { line: 2, item: 'SN', name: 'pump', uom: 'pcs', lots: [{ line: 2, item: 'SN', lot: '', expires_on: '', qty: '2', serials: ['S1', 'S2'] }] },
    { line: 3, item: 'BAG', name: 'bag', uom: 'pcs', lots: [{ line: 3, item: 'BAG', lot: '', expires_on: '', qty: '10' }] },
  ] } as never
  const units = unitsOf(order)
  const scan = (code: string, ticked: Set<string>) => { const { unit, twice } = unitFor(units, ticked, code); if (unit && !twice) ticked.add(unit.key); return twice ? 'twice' : unit?.key }
  it('ticks lots, pieces and untracked goods one by one', () => {
    const ticked = new Set<string>()
    expect(['KW:LOT:FG/L1', 'L1', 'L1', 'KW:SN:SN/S2', 'S2', 'KW:ITM:BAG', 'KW:LOT:FG/L9', 'KW:LOT:SN/L1'].map((c) => scan(c, ticked))).toEqual(['1|L1|0', '1|L1|1', 'twice', '2|S2', 'twice', '3||0', undefined, undefined])
  })
  it('ships exactly what was ticked', () => {
    const going = (keys: string[]): Unit[] => units.filter((u) => keys.includes(u.key))
    expect(linesOf(going(['1|L1|0', '1|L1|1', '2|S1', '2|S2', '3||0']))).toEqual([{ line: 1, qty: '6', lot: 'L1' }, { line: 2, qty: '2', serials: ['S1', 'S2'] }, { line: 3, qty: '10' }])
  })
})

describe('refusals', () => {
  it('lead to what helps', () => {
    expect(remedyOf({ status: 409, code: 'production.over_input', params: { order: 'MO1', prev: '10' } })).toEqual({ to: '/m/op/MO1/10', text: 'previous' })
    expect(remedyOf({ status: 409, code: 'production.not_issued', params: {} }, 'MO2')?.to).toBe('/m/issue/MO2')
    expect(remedyOf({ status: 409, code: 'inventory.short' })).toBeUndefined()
  })
})
