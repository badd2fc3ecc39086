import { expect, test } from 'vitest'
import { paths, upward, visible, type Node } from './tree'

const line = (level: number, no: number) => ({ level, line: no }) as Node
const lines = [line(1, 1), line(2, 1), line(2, 2), line(3, 1), line(1, 2)]

test('lines are numbered by their path', () => expect(paths(lines)).toEqual(['1', '1.1', '1.2', '1.2.1', '2']))
test('a folded line hides all below it and nothing beside it', () => {
  const p = paths(lines)
  expect(visible(lines, p, new Set(['1.2']))).toEqual([0, 1, 2, 4])
  expect(visible(lines, p, new Set(['1']))).toEqual([0, 4])
  expect(visible(lines, p, new Set(['1', '1.2']))).toEqual([0, 4])
})

test('uses stand under what they go into, a shared branch once', () => {
  const use = (item: string, of: string, level: number, as = 'component') => ({ item, of, level, as })
  const uses = [use('B', 'A', 1), use('C', 'A', 1), use('S', 'X', 1, 'substitute'), use('D', 'B', 2), use('D', 'C', 2), use('E', 'D', 3)]
  expect(upward('A', uses).map((u) => '.'.repeat(u.depth) + u.use.item)).toEqual(['B', '.D', '..E', 'C', '.D', 'S'])
})
