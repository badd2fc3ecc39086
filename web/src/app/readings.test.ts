import { expect, it } from 'vitest'
import { heights, nearest, steps } from './readings'

const at = (...values: string[]) => values.map((value, i) => ({ at_ms: i, value, order: 'A', outside: false }))

it('limits and values share one scale, the greater above', () => {
  const h = heights({ points: at('190', '205'), lower: '180', upper: '200' })
  expect(h.y('205')).toBeLessThan(h.y('200'))
  expect(h.y('180')).toBeLessThan(1)
  expect(h.y('205')).toBeGreaterThan(0)
})
it('one value alone stands in the middle', () => {
  expect(heights({ points: at('5') }).y('5')).toBeCloseTo(0.5)
  expect(heights({ points: at('0') }).y('0')).toBeCloseTo(0.5)
})
it('a limit that came later leaves a gap before it', () => {
  expect(steps([undefined, '1', '2', undefined, '3'])).toEqual([[[1, '1'], [2, '2']], [[4, '3']]])
})
it('a pointer finds the nearest reading, and never one that is not there', () => {
  const x = (i: number) => 50 + i * 10
  expect([nearest(0, 5, x), nearest(64, 5, x), nearest(66, 5, x), nearest(999, 5, x), nearest(7, 1, x)]).toEqual([0, 1, 2, 4, 0])
})
