import { expect, test } from 'vitest'
import { stepLine } from './level'

test('the level stays until the next move', () => {
  expect(stepLine([{ at: 0, level: 10 }, { at: 50, level: 5 }, { at: 100, level: 0 }], 200, 40)).toBe('M0 0 H100 V20 H200 V40 H200')
})
test('no moves draw nothing', () => expect(stepLine([], 10, 10)).toBe(''))
test('small changes of a large stock are seen', () => {
  expect(stepLine([{ at: 0, level: 1000 }, { at: 10, level: 990 }], 100, 12)).toBe('M0 0 H100 V10 H100')
})
