import { describe, expect, it } from 'vitest'
import type { Slot } from '../slots'
import { barAt, heightOf, hoursOf, lanesOf, rowAt, rowsOf } from './layout'

const slot = (s: Partial<Slot>): Slot => ({ id: '1', work_center: 'AGE', work_center_name: '', machine: 'AGE-01', order: 'MO1', item: 'A', item_name: 'A', op: 10, name: '', status: 'ready', rank: 1, start_ms: 0, end_ms: 10, setup_ms: 0, qty: '1', good: '0', due: '2026-03-09', priority: 5, late_ms: 0, state: 'free', conflict: false, ...s })
const center = { code: 'AGE', name: 'Ageing', load: undefined, hours: [] }

describe('board', () => {
  it('stacks what overlaps and reuses a lane that is free again', () => {
    const { bars, lanes } = lanesOf([slot({ start_ms: 0, end_ms: 10 }), slot({ start_ms: 5, end_ms: 15 }), slot({ start_ms: 10, end_ms: 20 })])
    expect(lanes).toBe(2)
    expect(bars.map((b) => b.lane)).toEqual([0, 1, 0])
  })
  it('has a row for every machine, idle or known to the schedule alone', () => {
    const rows = rowsOf([center], [{ code: 'AGE-01', name: '', center: 'AGE' }, { code: 'AGE-02', name: '', center: 'AGE' }], [slot({ machine: 'AGE#9' })])
    expect(rows.map((r) => r.code)).toEqual(['AGE', 'AGE-01', 'AGE-02', 'AGE#9'])
    expect(rowAt(rows, heightOf(rows) - 1)?.code).toBe('AGE#9')
    expect(rowAt(rows, heightOf(rows))).toBeUndefined()
  })
  it('finds the bar under the pointer', () => {
    const rows = rowsOf([center], [{ code: 'AGE-01', name: '', center: 'AGE' }], [slot({ start_ms: 100, end_ms: 200 })])
    const row = rows[1]!
    expect(barAt(row, row.y + 10, 150, 0)?.slot.order).toBe('MO1')
    expect(barAt(row, row.y + 10, 250, 0)).toBeUndefined()
  })
  it('knows the working hours in the site’s zone, also past midnight', () => {
    const monday = Date.UTC(2026, 2, 2) - 8 * 3_600_000 // 2026-03-02 00:00 in Shanghai
    expect(hoursOf([{ weekday: 1, from: '08:00', to: '12:00' }], 'Asia/Shanghai', monday, monday + 86_400_000)).toEqual([[monday + 8 * 3_600_000, monday + 12 * 3_600_000]])
    expect(hoursOf([{ weekday: 7, from: '22:00', to: '06:00' }], 'Asia/Shanghai', monday, monday + 86_400_000)).toEqual([[monday - 2 * 3_600_000, monday + 6 * 3_600_000]])
  })
})
