import { describe, expect, it } from 'vitest'
import { hitPath, labelPath } from './code'
import { meantBy, type Resolved } from './find'
import { askedNow, measures } from './opfloor'
import { recent, withLatest } from './recent'
import { keptStation } from './station'
import { actsOf, asksSetup, cardAct, tabOf, waitGroup } from './stationcards'
import { mainAct, nextOp, previousOp, type Card } from './opact'
import { defaultQty, earlier, fromLabel, fromStock, type PickList } from './picks'
import { clean, dateOf, monthsOn, pendingOf, settingAfter, shareMinutes, statusAfter } from './quantity'
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
  it('knows where the server leads', () => {
    const r = (more: Partial<Resolved>): Resolved => ({ kind: 'unknown', code: 'X', title: '', sub: '', use: 'open', hits: [], ...more })
    const hit = { kind: 'partner', title: 'C1', sub: '', url: '/masterdata/partners/C1' }
    expect(meantBy(r({ kind: 'operation', code: 'KW:OP:MO1/20' }))).toEqual({ path: '/m/op/MO1/20' })
    expect(meantBy(r({ kind: 'badge', code: 'KW:BDG:8801' }))).toEqual({ badge: '8801' })
    expect(meantBy(r({ kind: 'machine', code: 'KW:MCH:L1', at: 'LINE' }))).toEqual({ path: '/m/station?at=LINE' })
    expect(meantBy(r({ kind: 'tool', code: 'KW:TL:T1' }))).toHaveProperty('unknown')
    expect(meantBy(r({ kind: 'several', hits: [hit, { ...hit, kind: 'work_order', title: 'MO1', url: '/production/orders/MO1' }] }))).toEqual({ path: '/m/op/MO1' })
    expect(meantBy(r({ kind: 'several', hits: [hit] }))).toHaveProperty('unknown') // what has no page on the floor
    expect(meantBy(r({ looks: 'gtin' }))).toHaveProperty('unknown')
  })
})

describe('station', () => {
  const on = (...perms: string[]) => (p: string) => perms.includes(p)
  it('puts ready to start first and says what the rest waits for', () => {
    expect(['running', 'ready', 'paused', 'waiting_material', 'waiting_inspection', 'waiting_previous', 'planned'].map(tabOf)).toEqual(['running', 'ready', 'ready', 'waiting', 'waiting', 'waiting', 'waiting'])
    expect(['waiting_material', 'waiting_inspection', 'waiting_previous', 'ready'].map((status) => waitGroup({ status }))).toEqual(['material', 'inspection', 'previous', undefined])
  })
  it('has one main act, and never offers it twice', () => {
    for (const status of ['running', 'ready', 'paused', 'waiting_material', 'waiting_previous']) {
      const o = { status, report: true, order: 'MO1', op: 10, setting_ms: 0 }
      const may = on('production.report', 'production.issue', 'production.call')
      const main = cardAct(o, may)
      expect(main).toBe({ running: 'report', ready: 'start', paused: 'go', waiting_material: 'issue', waiting_previous: 'open' }[status])
      expect(actsOf(o, may).map((a) => a.text)).not.toContain(`card.${main}`)
      expect(cardAct(o, on())).toBe('open')
    }
    expect(cardAct({ status: 'ready', report: false, setting_ms: 0 }, on('production.report'))).toBe('open')
  })
  it('goes on from setting up to the run, and asks once whether it is set up first', () => {
    const o = { status: 'running', report: true, setting_ms: 5 }
    expect(cardAct(o, on('production.report'))).toBe('run')
    expect(cardAct(o, on())).toBe('open')
    const fresh = { status: 'ready', setup_ms: 600_000, setting_ms: 0, good: '0' }
    expect(asksSetup(fresh)).toBe(true)
    expect(asksSetup({ ...fresh, good: '3' })).toBe(false)
    expect(asksSetup({ ...fresh, setup_ms: 0 })).toBe(false)
    const act = (path: string, kind?: string) => ({ lane: 'MO1', path, body: { op: 10, kind }, state: 'waiting' as const, madeAt: 77 })
    expect(settingAfter([act('/x/starts', 'setup')], 'MO1', 10, 0)).toBe(77)
    expect(settingAfter([act('/x/starts', 'setup'), act('/x/starts', 'run')], 'MO1', 10, 0)).toBe(0)
    expect(settingAfter([act('/x/pauses')], 'MO1', 10, 5)).toBe(0)
    expect(settingAfter([], 'MO1', 10, 5)).toBe(5)
  })
  it('shares the minutes of a team to the last one', () => {
    expect(shareMinutes(61, [undefined, undefined, undefined])).toEqual([21, 20, 20])
    expect(shareMinutes(60, [45, undefined])).toEqual([45, 15])
    expect(shareMinutes(60, [45, 20])).toEqual([45, 20]) // the page says that five are too many
    expect(shareMinutes(60, [70, undefined])).toEqual([70, 0])
  })
  it('reads what earlier versions kept', () => {
    expect(keptStation('{"code":"A","name":"a"}')).toEqual([{ code: 'A', name: 'a' }])
    expect(keptStation('[{"code":"A","name":"a"},{"code":"B","name":"b"}]')).toHaveLength(2)
    expect(keptStation('{broken')).toEqual([])
    expect(keptStation('')).toEqual([])
  })
  it('remembers five people, the latest first, each once', () => {
    let list: { badge: string; name: string }[] = []
    for (const b of ['1', '2', '3', '4', '5', '6', '2']) list = withLatest(list, { badge: b, name: `n${b}` })
    expect(list.map((r) => r.badge).join('')).toBe('26543')
    expect(recent('[{"badge":1}]')).toEqual([])
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
    expect(pendingOf([a({ op: 10, good: '2', uom: 'box', scrap: '1' }), a({ op: 10, good: '3' })], 'MO1', 10, (q, u) => (u === 'box' ? String(Number(q) * 5) : q))).toBe('14')
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

describe('process parameters', () => {
  const floor = { params: [{ name: 'T', taken: 'start' as const }, { name: 'P', taken: 'report' as const }], start_recorded: false }
  const names = (...a: Parameters<typeof askedNow>) => askedNow(...a).map((p) => p.name).join()
  it('are asked at the start, and with each report; what nobody measured at the start comes with the report', () => {
    expect(names(floor, 'start', [], 'A', 10)).toBe('T')
    expect(names(floor, 'report', [], 'A', 10)).toBe('T,P')
    expect(names({ ...floor, start_recorded: true }, 'start', [], 'A', 10)).toBe('')
    expect(names(undefined, 'report', [], 'A', 10)).toBe('')
  })
  it('that wait in the outbox with their start are not asked for again', () => {
    const act = { lane: 'A', body: { op: 10, readings: [{ name: 'T', value: '1' }] } }
    expect(names(floor, 'report', [act], 'A', 10)).toBe('P')
    expect(names(floor, 'report', [act], 'A', 20)).toBe('T,P')
    expect(names(floor, 'report', [{ ...act, lane: 'B' }], 'A', 10)).toBe('T,P')
  })
})

describe('what a report measures', () => {
  const once = { name: 'p', taken: 'report' } as const
  const third = { name: 'd', taken: 'piece', every: 3 } as const
  const each = { name: 'c', taken: 'piece' } as const
  const read = (...a: Parameters<typeof measures>) => measures(...a).map((m) => `${m.piece}:${m.params.map((p) => p.name).join('+')}`).join(' ')
  it('is read once first, then piece by piece those that are due', () => {
    expect(read([once, third, each], { before: '0', total: '4', whole: '4' })).toBe('0:p 1:d+c 2:c 3:c 4:d+c')
    expect(read([third], { before: '4', total: '3', whole: '3' })).toBe('7:d')
    expect(read([third], { before: '7', total: '2', whole: '2' })).toBe('')
  })
  it('leaves out what is scrapped, and knows no pieces at a start', () => {
    expect(read([each], { before: '2', total: '3', whole: '2' })).toBe('3:c 4:c')
    expect(read([each], { before: '2', total: '1', whole: '0' })).toBe('')
    expect(read([once, each])).toBe('0:p')
  })
  it('counts a begun piece as one', () => {
    expect(read([each], { before: '0', total: '0.5', whole: '0.5' })).toBe('1:c')
    expect(read([each], { before: '0.5', total: '0.5', whole: '0.5' })).toBe('')
  })
})
