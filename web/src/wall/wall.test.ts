import { describe, expect, it, vi } from 'vitest'
import { atMost, fits, isStale, moves, shown, totals, type Board } from './figures'

type Center = Board['centers'][number]
const center = (code: string, more: Partial<Center> = {}): Center => ({ code, name: code, running: 0, paused: 0, ready: 0, waiting_material: 0, waiting: 0, late: 0, calls: 0, done: '0', scrap: '0', plan: '0', people: 0, ...more })

describe('wall', () => {
  it('adds up exactly', () => {
    expect(totals({ centers: [center('A', { done: '0.1', plan: '1', running: 2 }), center('B', { done: '0.2', plan: '0.5', people: 3 })] })).toMatchObject({ done: '0.3', plan: '1.5', pct: 20, running: 2, people: 3 })
    expect(totals({ centers: [center('A')] }).pct).toBe(100) // nothing is asked for
  })
  it('shows first what needs a look, and never more than fits', () => {
    const list = shown({ centers: [center('A', { running: 1 }), center('B', { calls: 1 }), center('C'), center('D', { paused: 1 }), center('E', { late: 2 })] }, 4)
    expect(list.map((c) => c.code)).toEqual(['B', 'D', 'E', 'A'])
  })
  it('knows how many lines fit', () => {
    expect(fits({ w: 1920, h: 1080 }, 0, false)).toBe(9)
    expect(fits({ w: 1920, h: 1080 }, 3, false)).toBe(9)
    expect(fits({ w: 1920, h: 1080 }, 3, true)).toBe(6)
    expect(fits({ w: 1080, h: 1920 }, 0, false)).toBe(5)
    expect(fits({ w: 800, h: 300 }, 3, true)).toBe(3) // never none
  })
  it('calls figures old after half a minute', () => {
    expect(isStale(1000, 31_000)).toBe(false)
    expect(isStale(1000, 31_001)).toBe(true)
    expect(isStale(1000, 100_000, true)).toBe(false) // nothing has happened, and news would have told
    expect(isStale(1000, 182_000, true)).toBe(true)
  })
  it('looks when something happened, and not more than once a second', () => {
    expect(moves('production.reported')).toBe(true)
    expect(moves('sales.shipped')).toBe(false)
    vi.useFakeTimers()
    let looks = 0
    const look = atMost(1000, () => { looks++ })
    for (let i = 0; i < 50; i++) { look(); vi.advanceTimersByTime(20) } // a second of a busy floor
    expect(looks).toBe(2)
    vi.advanceTimersByTime(5000)
    expect(looks).toBe(2)
    look()
    expect(looks).toBe(3)
    look.stop()
    vi.useRealTimers()
  })
})
