import { describe, expect, it } from 'vitest'
import { readCode } from './code'

describe('scanned code', () => {
  it('reads our labels', () => {
    expect(readCode('KW:LOT:M-1178/L2603-0004')).toEqual({ kind: 'LOT', item: 'M-1178', number: 'L2603-0004' })
    expect(readCode('KW:SN:A-2000/A%2F1')).toEqual({ kind: 'SN', item: 'A-2000', number: 'A/1' })
    expect(readCode('KW:WO:WO2603-0001')).toEqual({ kind: 'WO', item: '', number: 'WO2603-0001' })
  })
  it('takes the rest as a number', () => expect(readCode(' L2603-0004\n')).toEqual({ kind: '', item: '', number: 'L2603-0004' }))
})
