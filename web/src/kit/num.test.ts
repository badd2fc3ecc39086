import { describe, expect, it } from 'vitest'
import { add, cmp, format, isDec, mul, neg, parse, pct, sub } from './num'

describe('decimals', () => {
  it('counts exactly where floats do not', () => {
    expect(add('0.1', '0.2')).toBe('0.3')
    expect(add('9007199254.740991', '0.000001')).toBe('9007199254.740992')
    expect(sub('1', '0.000001')).toBe('0.999999')
    expect(sub('0.3', '0.3')).toBe('0')
    expect(neg('-12.50')).toBe('12.5')
  })
  it('compares by value, not by text', () => {
    expect(cmp('9', '10')).toBe(-1)
    expect(cmp('1.50', '1.5')).toBe(0)
    expect(cmp('-2', '-3')).toBe(1)
  })
  it.each([['2.5', '0.333333', '0.833333'], ['-0.000001', '0.5', '-0.000001'], ['1.0000005'.slice(0, 8), '2', '2']])('multiplies %s by %s', (a, b, want) => expect(mul(a, b)).toBe(want))
  it('adds back what it took away, for many values', () => {
    let seed = 7
    const next = () => (seed = (seed * 1103515245 + 12345) % 2147483648)
    for (let i = 0; i < 500; i++) {
      const a = `${next() % 2 ? '-' : ''}${next()}.${String(next() % 1_000_000).padStart(6, '0')}`
      const b = `${next()}.${next() % 10}`
      expect(cmp(sub(add(a, b), b), a)).toBe(0)
    }
  })
  it.each([['1234567.5', undefined, '1,234,567.5'], ['-1234', undefined, '-1,234'], ['0.005', 2, '0.01'], ['-0.005', 2, '-0.01'], ['12', 2, '12.00'], ['999.999', 0, '1,000'], [null, undefined, ''], ['n/a', undefined, 'n/a']])('formats %s', (v, places, want) => expect(format(v, places)).toBe(want))
  it.each([['1,200', '1200'], ['１２．５', '12.5'], ['3。5', '3.5'], ['.5', '0.5'], ['7.', '7'], ['1.2345678', undefined], ['abc', undefined], ['', undefined], ['1e5', undefined]])('reads what people type: %s', (typed, want) => expect(parse(typed)).toBe(want))
  it('knows the wire form', () => {
    expect(isDec('12.5')).toBe(true)
    expect(isDec('+1')).toBe(false)
    expect(isDec('1.')).toBe(false)
  })
  it('gives per cent for bars', () => {
    expect(pct('1', '3')).toBe(33.3)
    expect(pct('1', '0')).toBe(0)
  })
})
