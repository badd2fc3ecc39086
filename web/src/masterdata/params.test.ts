import { describe, expect, it } from 'vitest'
import { paramDrafts, paramErrors, paramFaults, paramsOf } from './params'

const rows = paramDrafts([{ op: 10, name: '温度', unit: '℃', lower: '180', upper: '200', taken: 'start' }, { op: 20, name: '压力', decimals: 1 }, { op: 10, name: '时间' }])

describe('process parameters of a routing', () => {
  it('go to the step that they name, without empty limits', () => {
    expect(paramsOf(rows, '10')).toEqual([{ name: '温度', unit: '℃', lower: '180', upper: '200', decimals: 0, taken: 'start' }, { name: '时间', unit: '', decimals: 0, taken: 'report' }])
    expect(paramsOf(rows, '30')).toEqual([])
    const pieces = paramDrafts([{ op: 10, name: 'd', taken: 'piece', every: 5, beyond: 'hold_op' }, { op: 10, name: 'p', taken: 'report' }])
    expect(paramsOf([pieces[0]!, { ...pieces[1]!, every: '9' }], '10')).toEqual([{ name: 'd', unit: '', decimals: 0, taken: 'piece', every: 5, beyond: 'hold_op' }, { name: 'p', unit: '', decimals: 0, taken: 'report' }])
  })
  it('say what is wrong before they are sent', () => {
    const bad = [{ ...rows[0]!, lower: 'hot', op: '99' }, { ...rows[1]!, name: ' ', decimals: '7' }]
    expect(paramFaults(bad, ['10', '20'], { number: 'N', op: 'O', name: 'M' })).toEqual({ 'params[0].op': 'O', 'params[0].lower': 'N', 'params[1].name': 'M', 'params[1].decimals': 'N' })
  })
  it('carry a refusal to its line', () => {
    const ops = [{ id: 'a', op: '10' }, { id: 'b', op: '20' }]
    expect(paramErrors({ 'ops[0].params[1].name': 'x', 'ops[1].params': 'y', 'ops[0].name': 'z' }, ops, rows)).toEqual({ 'params[2].name': 'x', 'params[1].op': 'y', 'ops[0].name': 'z' })
  })
})
