import { describe, expect, it } from 'vitest'
import { both, equals, exact, fromOwn, inOwn, type UnitsOf } from './units'

const bolts: UnitsOf = { item: 'BOLT', uom: 'pcs', decimals: 0, units: [{ uom: 'box', own: '12', per: '1', factor: '12', decimals: 2 }, { uom: 'kg', own: '1000', per: '3', factor: '333.333333', decimals: 3 }] }

describe('units', () => {
  it.each([['2', 'box', '24'], ['0.25', 'box', '3'], ['0.3', 'box', undefined], ['0.125', 'box', undefined], ['3', 'kg', '1000'], ['1', 'kg', undefined], ['7', '', '7'], ['7', 'pcs', '7']])('%s %s', (qty, uom, own) => expect(inOwn(bolts, qty, uom)).toBe(own))
  it.each([['24', 'box', '2'], ['3', 'box', '0.25'], ['1', 'box', undefined], ['1000', 'kg', '3']])('%s own in %s', (qty, uom, there) => expect(fromOwn(bolts, qty, uom)).toBe(there))
  it('says both', () => {
    expect(both('24', 'pcs', { entered_qty: '2', entered_uom: 'box' })).toBe('2 box = 24 pcs')
    expect(both('24', 'pcs', { entered_qty: '0', entered_uom: '' })).toBe('24 pcs')
  })
  it('says what nobody can count', () => { expect(equals(bolts, '1.15', 'box')).toEqual({ text: '≈ 13.8 pcs', exact: false }); expect(equals(bolts, '2', 'box')).toEqual({ text: '= 24 pcs', exact: true }) })
  it('is exact or nothing', () => { expect(exact('1', '1', '0')).toBeUndefined(); expect(exact('0.000001', '1', '2')).toBeUndefined(); expect(exact('-1', '12', '1', 0)).toBe('-12') })
})
