import { expect, test } from 'vitest'
import { treeOf } from './places'

const places = (...codes: string[]) => codes.map((place) => ({ place }))

test('zones hold racks, racks hold bins, numbers by value', () => {
  const t = treeOf(places('A-02-10', 'A-02-9', 'A-01-1', 'A-01-2', 'B-1', 'B-2', ''))
  expect(t.map((n) => [n.key, n.all.length])).toEqual([['A', 4], ['B', 2]])
  expect(t[0]!.children.map((n) => n.key)).toEqual(['A-01', 'A-02'])
  expect(t[0]!.children[1]!.children.map((n) => n.place?.place)).toEqual(['A-02-9', 'A-02-10'])
})

test('a rack may be a place itself; a lonely place is not folded away', () => {
  const t = treeOf(places('A', 'A-1', 'GROUND', 'X-7'))
  expect(t.map((n) => [n.label, n.place?.place, n.children.length])).toEqual([['A', 'A', 1], ['GROUND', 'GROUND', 0], ['X-7', 'X-7', 0]])
})

test('parts that are alike keep their place in the key', () => {
  expect(treeOf(places('1-1-1', '1-1-2', '1-2-1'))[0]!.children.map((n) => n.key)).toEqual(['1-1', '1-2-1'])
})
