import { expect, test } from 'vitest'
import { paths, visible, type Node } from './tree'

const line = (level: number, no: number) => ({ level, line: no }) as Node
const lines = [line(1, 1), line(2, 1), line(2, 2), line(3, 1), line(1, 2)]

test('lines are numbered by their path', () => expect(paths(lines)).toEqual(['1', '1.1', '1.2', '1.2.1', '2']))
test('a folded line hides all below it and nothing beside it', () => {
  const p = paths(lines)
  expect(visible(lines, p, new Set(['1.2']))).toEqual([0, 1, 2, 4])
  expect(visible(lines, p, new Set(['1']))).toEqual([0, 4])
  expect(visible(lines, p, new Set(['1', '1.2']))).toEqual([0, 4])
})
