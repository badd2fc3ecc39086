import { expect, test } from 'vitest'
import { initialOf, pieces, shapeOf } from './acts'

test('pieces come one a line, with commas, or not at all', () => {
  expect(pieces('A1\nA2, A3；A4')).toEqual(['A1', 'A2', 'A3', 'A4'])
  expect(pieces(' ')).toBeUndefined()
})
test('nothing that only the form knows is sent', () => {
  expect(shapeOf({ mode: 'counted', counted: '3', lot: '', serials: 'X1 X2', reason: 'count' })).toEqual({ counted: '3', reason: 'count', serials: ['X1', 'X2'] })
})
test('a hold of a whole lot leaves the quantity to the server', () => {
  expect(initialOf('hold', { item: 'A', lot: 'L1', qty: '7' })).toEqual({ item: 'A', lot: 'L1', location: undefined, qty: undefined })
  expect(initialOf('hold', { item: 'A', lot: 'L1', location: 'RM', qty: '7' }).qty).toBe('7')
})
