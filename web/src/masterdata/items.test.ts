import { expect, test } from 'vitest'
import { changed } from './items'

test('an emptied number is taken away, an emptied quantity becomes nought', () => {
  const was = { rev: 7, reorder_point: '5', safety_stock: '3', lead_days: 2, supplier: 'S01', name: 'x' }
  expect(changed(was, { name: 'y' })).toEqual({ name: 'y', rev: 7, clear: ['reorder_point'], safety_stock: '0', lead_days: 0, supplier: '' })
})

test('what was never there is not mentioned', () => {
  expect(changed({ rev: 1, safety_stock: '3' }, { safety_stock: '4' })).toEqual({ safety_stock: '4', rev: 1 })
})
