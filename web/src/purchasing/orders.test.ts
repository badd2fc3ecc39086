import { expect, test } from 'vitest'
import { filled, withPieces } from './orders'

test('empty texts are left out, in lines too', () => {
  expect(filled({ number: '', supplier: 'S1', lines: [{ item: 'A', due: '' }] })).toEqual({ supplier: 'S1', lines: [{ item: 'A' }] })
})
test('pieces become a list', () => {
  expect(withPieces({ qty: '2', serials: 'X1\nX2', lot: '' })).toEqual({ qty: '2', serials: ['X1', 'X2'] })
  expect(withPieces({ qty: '2', serials: '' })).toEqual({ qty: '2' })
})
