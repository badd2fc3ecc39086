import { describe, expect, it } from 'vitest'
import { lineStages } from './progress'
import type { TrackLine, TrackWork } from './orders'

const work = (w: Partial<TrackWork>): TrackWork => ({ id: '1', number: 'WO1', qty: '100', good: '0', scrap: '0', received: '0', final_gate: false, passed: '0', failed: '0', waiting_inspection: '0', due: '2026-03-09', status: 'started', released_ms: 1, started_ms: 1, completed_ms: 0, ops: [], used: [], made: [], ...w })
const line = (l: Partial<TrackLine>): TrackLine => ({ id: '1', line: 1, channel: '', item: 'A', name: 'A', uom: 'pcs', qty: '100', due: '2026-03-09', priority: 5, bom_version: '', note: '', status: 'open', in_work: '0', allocated: '0', shipped: '0', free_stock: '0', expected_ms: 0, lots: [], picked: [], to_pick: '0', work: [], supply: '', kind: '', closed_ms: 0, close_reason: '', most: '100', ...l })

describe('how far an order line has come', () => {
  it('counts what work orders finished, and at the gate only what passed', () => {
    expect(lineStages(line({ work: [work({ good: '60', final_gate: true, passed: '40', received: '30' })] }))).toEqual({ ordered: '100', made: '60', inspected: '40', received: '30', allocated: '0', shipped: '0' })
  })
  it('takes shipped goods from stock as made long ago', () => {
    expect(lineStages(line({ shipped: '70', allocated: '20' }))).toEqual({ ordered: '100', made: '90', inspected: '90', received: '90', allocated: '90', shipped: '70' })
  })
  it('never shows more than was ordered, and leaves cancelled work out', () => {
    expect(lineStages(line({ work: [work({ good: '120', received: '120' }), work({ status: 'cancelled', good: '5' })] })).made).toBe('100')
    expect(lineStages(line({ work: [work({ status: 'cancelled', good: '5' })] })).made).toBe('0')
  })
})
