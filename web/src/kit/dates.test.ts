import { afterEach, describe, expect, it } from 'vitest'
import { addDays, daysBetween, endOf, setZone, showInstant, showSecond, startOf } from './dates'

afterEach(() => setZone())

describe('the wall clock of the site', () => {
  it('shows an instant in the site\'s zone, not the browser\'s', () => {
    setZone('Asia/Shanghai')
    expect(showInstant(Date.UTC(2026, 2, 1, 23, 30))).toBe('2026-03-02 07:30')
    expect(showSecond(String(Date.UTC(2026, 2, 1, 16, 0, 5)))).toBe('2026-03-02 00:00:05')
    setZone('America/New_York')
    expect(showInstant(Date.UTC(2026, 2, 8, 6, 59))).toBe('2026-03-08 01:59')
    expect(showInstant(Date.UTC(2026, 2, 8, 7, 0))).toBe('2026-03-08 03:00')
    expect(showInstant(0)).toBe('')
  })
  it('finds the first and the last millisecond of a day there, also when the clock is changed', () => {
    for (const zone of ['Asia/Shanghai', 'America/New_York', 'Europe/Berlin', 'Asia/Kolkata']) {
      setZone(zone)
      for (const d of ['2026-03-08', '2026-03-29', '2026-10-25', '2026-11-01', '2026-12-31']) {
        expect(showSecond(startOf(d))).toBe(`${d} 00:00:00`)
        expect(showSecond(endOf(d))).toBe(`${d} 23:59:59`)
        expect(showSecond(endOf(d) + 1)).toBe(`${addDays(d, 1)} 00:00:00`)
      }
    }
  })
  it('counts days', () => {
    expect(daysBetween('2026-02-27', '2026-03-02')).toBe(3)
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
  })
})
