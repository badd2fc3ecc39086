import { describe, expect, it } from 'vitest'
import { actOf, between, codesIn, insertAt, move, pathsIn, without } from './grid'

describe('keys in a table of inputs', () => {
  it.each([
    [{ key: 'Enter' }, 0, 1, { to: [1, 1] }],
    [{ key: 'Enter' }, 2, 1, 'add'],
    [{ key: 'Enter', shift: true }, 2, 1, { to: [1, 1] }],
    [{ key: 'Enter', shift: true }, 0, 1, undefined],
    [{ key: 'Enter', ctrl: true }, 0, 1, 'save'],
    [{ key: 's', ctrl: true }, 0, 1, 'save'],
    [{ key: 's' }, 0, 1, undefined],
    [{ key: 'ArrowDown' }, 2, 1, undefined],
    [{ key: 'ArrowUp' }, 2, 1, { to: [1, 1] }],
    [{ key: 'ArrowUp', alt: true }, 2, 1, 'up'],
    [{ key: 'ArrowDown', alt: true }, 0, 1, 'down'],
    [{ key: 'ArrowLeft', first: true }, 1, 0, undefined],
    [{ key: 'ArrowLeft', first: true }, 1, 2, { to: [1, 1] }],
    [{ key: 'ArrowLeft' }, 1, 2, undefined],
    [{ key: 'ArrowRight', last: true }, 1, 3, undefined],
    [{ key: 'ArrowRight', last: true }, 1, 2, { to: [1, 3] }],
    [{ key: 'Delete' }, 1, 1, undefined],
    [{ key: 'Delete', ctrl: true }, 1, 1, 'remove'],
    [{ key: 'Insert' }, 1, 1, 'insert'],
  ] as const)('%o at %d,%d', (k, row, col, want) => expect(actOf(k, row, col, 3, 4)).toEqual(want))
})

describe('lines', () => {
  it('moves, puts in, takes out', () => {
    expect(move(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b'])
    expect(move(['a', 'b'], 0, 2)).toEqual(['a', 'b'])
    expect(insertAt(['a', 'b'], 1, 'x')).toEqual(['a', 'x', 'b'])
    expect(without(['a', 'b'], 0)).toEqual(['b'])
  })
  it('finds a number between two steps', () => {
    expect(between(10, 20)).toBe(15)
    expect(between(10, 12)).toBe(11)
    expect(between(10, undefined)).toBe(20)
    expect(between(15, undefined)).toBe(20)
    expect(between(0, undefined)).toBe(10)
    expect(between(10, 11)).toBe(10) // no room: the planner renumbers
  })
  it('reads lists of codes', () => {
    expect(codesIn(' A; B；C，D ')).toEqual(['A', 'B', 'C', 'D'])
    expect(pathsIn('X:1.5; Y', '2')).toEqual([{ work_center: 'X', run_min: '1.5' }, { work_center: 'Y', run_min: '2' }])
    expect(pathsIn('', '2')).toEqual([])
  })
})
