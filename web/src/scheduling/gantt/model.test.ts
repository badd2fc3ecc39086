import { describe, expect, it } from 'vitest'
import { applied, awayOf, barAt, canDo, chainOf, differs, layout, loadOf, merge, nextWork, openHours, opText, partOf, pinKey, pinOf, rowAt, stopsOf, type Bar, type Change, type Draft, type Lane } from './model'

const H = 3_600_000
const bar = (b: Partial<Bar>): Bar => ({ id: '1', order: 'MO1', op: 10, name: '', item: 'A', item_name: 'A', family: '', work_center: 'AGE', machine: 'AGE-01', start_ms: 100 * H, end_ms: 102 * H, setup_ms: 0, qty: '1', good: '0', state: 'free', status: 'ready', why: 'machine', due_ms: 0, late_ms: 0, priority: 5, alternatives: '', ...b })
const lane = (machine: string, work_center = 'AGE'): Lane => ({ machine, work_center, work_center_name: work_center, kind: 'machine', hours: 0 })
const g = { hours: [[100 * H, 104 * H, 108 * H, 112 * H]], from_ms: 96 * H, to_ms: 120 * H }

describe('rows', () => {
  const bars = [bar({ id: 'a' }), bar({ id: 'b', start_ms: 101 * H, end_ms: 103 * H }), bar({ id: 'c', order: 'MO2', machine: 'AGE+1', late_ms: 5 })]
  it('stacks what overlaps, keeps idle machines, and has a row for a machine that only the draft knows', () => {
    const l = layout([lane('AGE-01'), lane('AGE-02')], bars, 'machine', '')
    expect(l.rows.map((r) => r.title)).toEqual(['AGE', 'AGE-01', 'AGE-02', 'AGE+1'])
    expect(l.rows[1]!.bars.map((p) => p.lane)).toEqual([0, 1])
    expect(barAt(rowAt(l.rows, l.rows[1]!.y + 40), l.rows[1]!.y + 40, 102.5 * H, 0)?.bar.id).toBe('b')
    expect(barAt(rowAt(l.rows, l.rows[1]!.y + 10), l.rows[1]!.y + 10, 102.5 * H, 0)).toBeUndefined()
    expect(rowAt(l.rows, l.height)).toBeUndefined()
  })
  it('puts late orders first by order, and those without a worker last by worker', () => {
    expect(layout([], bars, 'order', '').rows.map((r) => r.key)).toEqual(['MO2', 'MO1'])
    expect(layout([], [...bars, bar({ id: 'd', worker: 'W1' })], 'worker', 'nobody').rows.map((r) => r.title)).toEqual(['W1', 'nobody'])
  })
})

describe('people', () => {
  const people = [{ worker: 'W1', name: 'Li', hours: 0, off: [] }, { worker: 'W2', name: 'Ma', hours: -1, off: [{ from_ms: 100 * H, to_ms: 124 * H, reason: 'ill' }] }]
  it('have a row where they are absent all day, with their hours', () => {
    const l = layout([], [bar({ id: 'a', worker: 'W1' })], 'worker', 'nobody', people)
    expect(l.rows.map((r) => [r.title, r.sub, r.hours])).toEqual([['W1', 'Li', 0], ['W2', 'Ma', -1]])
    const off = awayOf(people)
    expect(off.has('W1')).toBe(false)
    expect(openHours(g, l.rows[1], off.get('W2')!, 96 * H, 130 * H)).toEqual([[96 * H, 100 * H], [124 * H, 130 * H]])
    expect(layout([], [bar({ id: 'a', worker: 'W1' })], 'order', 'nobody', people).rows.map((r) => r.key)).toEqual(['MO1'])
  })
})

describe('hours', () => {
  const stops = stopsOf([], [{ kind: 'down', machine: 'AGE-01', from_ms: 102 * H, to_ms: 109 * H }, { kind: 'overtime', machine: 'AGE-01', from_ms: 112 * H, to_ms: 114 * H }]).get('AGE-01')!
  it('adds overtime to the calendar and takes standstill out', () => {
    expect(openHours(g, lane('AGE-01'), [], 96 * H, 120 * H)).toEqual([[100 * H, 104 * H], [108 * H, 112 * H]])
    expect(openHours(g, lane('AGE-01'), stops, 96 * H, 120 * H)).toEqual([[100 * H, 102 * H], [109 * H, 114 * H]])
    expect(nextWork(g, lane('AGE-01'), stops, 103 * H)).toBe(109 * H)
    expect(nextWork(g, lane('AGE-01'), [], 101 * H)).toBe(101 * H)
  })
  it('counts busy time in working hours only, and an oven with two orders once', () => {
    const l = layout([lane('AGE-01')], [bar({ id: 'a', start_ms: 103 * H, end_ms: 109 * H, setup_ms: H / 2 }), bar({ id: 'b', start_ms: 103 * H, end_ms: 109 * H })], 'machine', '')
    expect(loadOf(g, l.rows, 'AGE', [{ ms: 96 * H, to: 120 * H }], new Map())).toEqual([{ busy: 2 * H, open: 8 * H, setup: H / 2 }])
  })
})

describe('changes', () => {
  it('keeps the last of the same thing', () => {
    const pin = (from_ms: number): Change => ({ kind: 'pin', order: 'MO1', op: 10, machine: 'AGE-01', from_ms })
    expect(merge([pin(1), { kind: 'rush', order: 'MO1' }, pin(2), { kind: 'rush', order: 'MO1' }])).toEqual([pin(2), { kind: 'rush', order: 'MO1' }])
  })
  it('pins each part of an operation for itself; the first part and all of it are the same', () => {
    const [whole, first, second] = [bar({ id: 'a' }), bar({ id: 'a/1', split_no: 1, split_of: 2 }), bar({ id: 'a/2', split_no: 2, split_of: 2 })]
    const pins = [pinOf(whole, 'AGE-01', 1), pinOf(second, 'AGE-02', 2), pinOf(first, 'AGE-01', 3)]
    expect(merge(pins)).toEqual([pins[1], pins[2]])
    expect(pins[1]).toMatchObject({ split_no: 2, machine: 'AGE-02', from_ms: 2 })
    expect(pins[0]).not.toHaveProperty('split_no')
    expect([whole, first, second].map(pinKey)).toEqual(['MO1|10|1', 'MO1|10|1', 'MO1|10|2'])
    expect([opText(whole), opText(second), partOf(first)]).toEqual(['10', '10 (2/2)', '1/2'])
  })
  it('knows the machines of the home work center for a bar that lies on another', () => {
    const home = new Map([['1', bar({ alternatives: 'DIP' })]])
    expect(canDo(home, bar({ work_center: 'DIP' }), lane('AGE-02'))).toBe(true)
    expect(canDo(home, bar({ work_center: 'DIP' }), lane('X', 'SMT'))).toBe(false)
  })
  it('lays a draft over the live bars with ghosts where they were, and what is dropped gone', () => {
    const live = [bar({ id: 'a' }), bar({ id: 'b', order: 'MO2' }), bar({ id: 'c', order: 'MO3' })]
    const d = { changes: [{ kind: 'drop', order: 'MO3' }], bars: [{ id: 'a', order: 'MO1', op: 10, machine: 'AGE-02', machine_was: 'AGE-01', start_ms: 5, end_ms: 6, setup_ms: 0, start_was_ms: 0, end_was_ms: 0, state: 'pinned', why: 'fixed' }], ends: [{ order: 'MO2', item: '', item_name: '', due: '', end_was_ms: 0, end_is_ms: 0, late_was_ms: 0, late_is_ms: 7 }] } as unknown as Draft
    const a = applied(live, d, [lane('AGE-01'), lane('AGE-02')])
    expect(a.bars.map((b) => [b.id, b.machine, b.late_ms])).toEqual([['a', 'AGE-02', 0], ['b', 'AGE-01', 7]])
    expect(a.ghosts.map((b) => b.id)).toEqual(['a', 'c'])
  })
  it('tells two schedules apart: what moved, who is late now, who was', () => {
    const d = differs([bar({ id: 'a' }), bar({ id: 'b', order: 'MO2', late_ms: 9 })], [bar({ id: 'a', end_ms: 200 * H, late_ms: 4 }), bar({ id: 'b', order: 'MO2' })])
    expect([...d.moved]).toEqual(['a'])
    expect(d.ends.map((e) => [e.order, e.late_was_ms, e.late_is_ms])).toEqual([['MO1', 0, 4], ['MO2', 9, 0]])
  })
  it('follows what waits for what down to the cause, and ends where it turns in a circle', () => {
    const bars = new Map([bar({ id: 'a', by: 'b' }), bar({ id: 'b', by: 'c' }), bar({ id: 'c', by: 'a' }), bar({ id: 'd', by: '0' })].map((b) => [b.id, b]))
    expect(chainOf(bars, 'a').map((b) => b.id)).toEqual(['a', 'b', 'c'])
    expect(chainOf(bars, 'd').map((b) => b.id)).toEqual(['d'])
  })
})
