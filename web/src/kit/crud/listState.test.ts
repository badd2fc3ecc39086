import { describe, expect, it } from 'vitest'
import { nextSort, oneOf, parseFilter, readState, serverQuery, setFilter, writeState, type ListState } from './listState'

const plain: ListState = { q: '', sort: [], filters: [], cols: undefined, size: 50 }

describe('list state in the address', () => {
  it('keeps a plain list plain', () => expect(writeState(plain).toString()).toBe(''))
  it.each<Partial<ListState>>([
    { q: '咖啡机 & 100%' }, { sort: ['-due', 'number'] }, { filters: [{ col: 'status', op: 'in', value: 'released,started' }, { col: 'name', op: 'like', value: 'a:b=c' }] },
    { cols: ['number', 'due'] }, { size: 200 }, { q: 'x', sort: ['due'], filters: [{ col: 'due', op: 'lt', value: '2026-03-02' }], cols: ['a'], size: 100 },
  ])('comes back as it went: %o', (part) => {
    const s = { ...plain, ...part }
    expect(readState(new URLSearchParams(writeState(s).toString()))).toEqual(s)
  })
  it('remembers that a default filter was taken away', () => {
    const d = { filters: [{ col: 'status', op: 'eq' as const, value: 'open' }], sort: ['due'] }
    expect(readState(new URLSearchParams(), d).filters).toEqual(d.filters)
    expect(readState(writeState({ ...plain, sort: ['due'] }, d), d).filters).toEqual([])
  })
  it('leaves parameters of others alone', () => expect(writeState({ ...plain, q: 'x' }, {}, new URLSearchParams('tab=lines&q=old')).toString()).toBe('tab=lines&q=x'))
  it('refuses what is not a filter', () => {
    expect(parseFilter('status:eq:open')).toEqual({ col: 'status', op: 'eq', value: 'open' })
    expect(parseFilter('status:drop:open')).toBeUndefined()
    expect(parseFilter('nonsense')).toBeUndefined()
    expect(readState(new URLSearchParams('size=99999')).size).toBe(50)
  })
  it('asks the server with fixed filters first', () => expect(serverQuery({ ...plain, q: 'a', filters: oneOf('kind', ['make', 'buy']) }, [{ col: 'item', op: 'eq', value: 'A' }], 'c1')).toEqual({ limit: 50, after: 'c1', q: 'a', sort: undefined, filter: ['item:eq:A', 'kind:in:make,buy'] }))
  it('turns a column through its orders', () => {
    expect(nextSort([], 'due')).toEqual(['due'])
    expect(nextSort(['due'], 'due')).toEqual(['-due'])
    expect(nextSort(['-due'], 'due')).toEqual([])
    expect(nextSort(['-due'], 'number', true)).toEqual(['-due', 'number'])
  })
  it('replaces the filters of one column', () => expect(setFilter([{ col: 'a', op: 'eq', value: '1' }, { col: 'b', op: 'eq', value: '2' }], 'a', [])).toEqual([{ col: 'b', op: 'eq', value: '2' }]))
})
