import { expect, test } from 'vitest'
import { at, cellsOf, families, gridOf, paste, put, sameGrid } from './changeovers'

const rows = [{ from_family: '*', to_family: 'B', minutes: '10' }, { from_family: 'A', to_family: 'B', minutes: '5' }]

test('any stands first, a pair reads back', () => {
  expect(families(rows)).toEqual(['*', 'A', 'B'])
  expect(at(gridOf(rows), 'A', 'B')).toBe('5')
  expect(cellsOf(gridOf(rows))).toEqual(rows)
})

test('an emptied cell is no pair any more', () => {
  const g = put(gridOf(rows), 'A', 'B', ' ')
  expect(cellsOf(g)).toEqual([rows[0]])
  expect(sameGrid(g, gridOf(rows))).toBe(false)
  expect(sameGrid(put(g, 'A', 'B', '5'), gridOf(rows))).toBe(true)
})

test('a block from a spreadsheet lands right and down, not beyond the edge', () => {
  const g = paste(new Map(), ['*', 'A', 'B'], 'A', 'A', '1\t2\t3\r\n4\t5\n')
  expect([at(g, 'A', 'A'), at(g, 'A', 'B'), at(g, 'B', 'A'), at(g, 'B', 'B')]).toEqual(['1', '2', '4', '5'])
  expect(g.size).toBe(4)
})
