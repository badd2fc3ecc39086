import { parse } from '@/kit/num'
import { draftId, type Draft } from './EditGrid'

/** A process parameter as the server has it. */
export interface Param { name: string; unit?: string; lower?: string; target?: string; upper?: string; decimals?: number; taken?: 'start' | 'report' | 'piece'; every?: number; beyond?: 'warn' | 'hold_op' | 'hold_order' }
export interface ParamLine extends Param { op: number }

export const blankParam = (op: string): Draft => ({ id: draftId(), op, name: '', unit: '', lower: '', target: '', upper: '', decimals: '0', taken: 'report', every: '', beyond: '' })
export const paramDrafts = (lines: readonly ParamLine[]): Draft[] =>
  lines.map((p) => ({ id: draftId(), op: String(p.op), name: p.name, unit: p.unit ?? '', lower: p.lower ?? '', target: p.target ?? '', upper: p.upper ?? '', decimals: String(p.decimals ?? 0), taken: p.taken ?? 'report', every: p.every ? String(p.every) : '', beyond: p.beyond ?? '' }))

const NUMBERS = ['lower', 'target', 'upper'] as const
/** What is wrong with the lines before they are sent, by field. */
export function paramFaults(rows: readonly Draft[], ops: readonly string[], words: { number: string; op: string; name: string }): Record<string, string> {
  const out: Record<string, string> = {}
  rows.forEach((r, i) => {
    if (!ops.includes(r.op ?? '')) out[`params[${i}].op`] = words.op
    if (!r.name?.trim()) out[`params[${i}].name`] = words.name
    for (const k of NUMBERS) if (r[k] && parse(r[k]) === undefined) out[`params[${i}].${k}`] = words.number
    if (!/^[0-6]$/.test(r.decimals || '0')) out[`params[${i}].decimals`] = words.number
    if (!/^\d{0,6}$/.test(r.every ?? '')) out[`params[${i}].every`] = words.number
  })
  return out
}

/** The lines of one step, as they are sent. */
export function paramsOf(rows: readonly Draft[], op: string): Param[] {
  return rows.filter((r) => r.op === op).map((r): Param => ({
    name: (r.name ?? '').trim(), unit: (r.unit ?? '').trim(), ...Object.fromEntries(NUMBERS.filter((k) => r[k]).map((k) => [k, parse(r[k] ?? '') ?? '0'])), decimals: parseInt(r.decimals || '0', 10), taken: r.taken === 'start' || r.taken === 'piece' ? r.taken : 'report', ...(r.taken === 'piece' && r.every && { every: parseInt(r.every, 10) }), ...(r.beyond && { beyond: r.beyond as Param['beyond'] }),
  }))
}

/** A refusal of the server names step and parameter; the table has one line for each parameter. */
export function paramErrors(errors: Record<string, string>, ops: readonly Draft[], rows: readonly Draft[]): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [at, text] of Object.entries(errors)) {
    const [, i, j, field] = /^ops\[(\d+)\]\.params(?:\[(\d+)\](?:\.(\w+))?)?$/.exec(at) ?? []
    if (i === undefined) { out[at] = text; continue }
    const lines = rows.map((r, k) => ({ op: r.op, k })).filter((r) => r.op === ops[Number(i)]?.op)
    const k = lines[Number(j ?? 0)]?.k
    out[k === undefined ? at : `params[${k}].${field ?? 'op'}`] = text
  }
  return out
}
