import { expect, test } from 'vitest'
import { changes, leaves, parts } from './payload'

test('every value has its way', () => {
  expect(leaves({ a: 1, b: { c: ['x', 'y'] }, d: [{ e: null }] })).toEqual([{ path: 'a', value: '1' }, { path: 'b.c', value: 'x, y' }, { path: 'd[0].e', value: 'null' }])
})
test('what changed stands beside what it was', () => {
  const c = changes({ name: 'a', lead: 2 }, { name: 'b', lead: 2, new: '1' })
  expect(c.filter((x) => !x.same)).toEqual([{ path: 'name', before: 'a', after: 'b', same: false }, { path: 'new', before: undefined, after: '1', same: false }])
})
test('a fact without before and after is none', () => {
  expect(parts({ qty: '1' })).toBeUndefined()
  expect(parts({ after: { a: 1 }, why: 'x' })).toEqual({ before: undefined, after: { a: 1 }, rest: { why: 'x' } })
})
