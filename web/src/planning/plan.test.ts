import { describe, expect, it } from 'vitest'
import { axis, belowOn, marks, shortOn, steps } from './chart'
import { brief, daysLate, monday, paperOf, traceUrl, type Bucket } from './plan'
import { byCause } from './triage'

const day = (d: string, left: string, without: string): Bucket => ({ day: d, needed: '0', coming: '0', planned: '0', left, without })

describe('the chart', () => {
  it('has an axis with round steps around zero', () => {
    expect(axis(['449', '-15426.5', '2000'])).toEqual({ lo: -20000, hi: 5000, ticks: [-20000, -15000, -10000, -5000, 0, 5000] })
    expect(axis(['0.3'])).toEqual({ lo: 0, hi: 0.3, ticks: [0, 0.1, 0.2, 0.3] })
    expect(axis([])).toEqual({ lo: 0, hi: 0.25, ticks: [0, 0.25] })
  })
  it('draws levels that hold until the next day', () => {
    expect(steps([{ x: 0, y: 5 }, { x: 10, y: 2 }], 20)).toBe('M0,5H10V2H20')
    expect(steps([], 20)).toBe('')
  })
  it('marks days, Mondays or months, never crowded', () => {
    expect(marks('2026-03-02', '2026-03-05')).toEqual(['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'])
    expect(marks('2026-03-01', '2026-03-31')).toEqual(['2026-03-02', '2026-03-09', '2026-03-16', '2026-03-23', '2026-03-30'])
    expect(marks('2026-03-01', '2026-12-31').every((d) => d.endsWith('-01'))).toBe(true)
    expect(marks('2026-03-02', '2026-06-28').length).toBeLessThan(15)
  })
  it('knows the first day that is short, and below the safety stock', () => {
    const days = [day('2026-03-02', '5', '5'), day('2026-03-05', '12', '0'), day('2026-03-09', '9.5', '-0.5')]
    expect(shortOn(days)).toBe('2026-03-09')
    expect(belowOn(days, '10')).toBe('2026-03-02')
    expect(belowOn(days, '0')).toBe('')
  })
})

describe('words', () => {
  it('shows long fractions short and the rest as it is', () => {
    expect(brief('204.408818')).toBe('204.409')
    expect(brief('1000.5')).toBe('1,000.5')
    expect(brief('3.000049')).toBe('3')
  })
  it('counts how late, and weeks from Monday', () => {
    expect(daysLate('2026-03-18', '2026-03-20')).toBe(2)
    expect(daysLate('2026-03-18', '2026-03-18')).toBe(0)
    expect(daysLate('2026-03-18', '')).toBe(0)
    expect(monday('2026-03-08')).toBe('2026-03-02')
    expect(monday('2026-03-02')).toBe('2026-03-02')
  })
  it('names a planned order by its place and a document by its line', () => {
    expect(traceUrl('A B', { kind: 'planned', n: 7, number: '#7' })).toBe('/planning/items/A%20B/trace?kind=planned&n=7')
    expect(traceUrl('A', { kind: 'sales_order', number: 'SO1', line: 2 })).toBe('/planning/items/A/trace?kind=sales_order&number=SO1&line=2')
  })
  it('says which part frees most orders', () => {
    expect(byCause([{ cause: 'B', to: '2026-03-09' }, { cause: 'A', to: '2026-03-05' }, { cause: 'A', to: '2026-03-07' }])).toEqual([{ cause: 'A', n: 2, until: '2026-03-07' }, { cause: 'B', n: 1, until: '2026-03-09' }])
  })
})

describe('what is released', () => {
  it('is one transfer for what leaves and is due on the same days, never in the past', () => {
    const of = (kind: string, start: string, due: string) => paperOf({ kind, supplier: 'NB1', start, due }, '2026-11-27')
    expect(of('transfer', '2026-12-01', '2026-12-04')).not.toBe(of('transfer', '2026-12-02', '2026-12-05'))
    expect(of('transfer', '2026-11-01', '2026-11-04')).toBe(of('transfer', '2026-11-20', '2026-11-23'))
    expect(of('buy', '2026-12-01', '2026-12-04')).toBe(of('buy', '2026-12-02', '2026-12-05'))
  })
})
