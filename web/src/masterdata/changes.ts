import type { Answer, Body } from '@/api/types'

export type Change = Answer<'get', '/api/v1/masterdata/changes/{number}'>
export type ChangePart = Change['parts'][number]
export type PartBody = NonNullable<Body<'post', '/api/v1/masterdata/changes'>['parts']>[number]
export type Impact = Answer<'get', '/api/v1/planning/changes/{number}/impact'>

export const CHANGE_STATES = ['draft', 'requested', 'approved', 'effective', 'rejected', 'withdrawn'] as const
export const EFFECTS = ['date', 'use_up', 'immediate'] as const

/** A part as it is sent back with the draft: what is proposed, whole. */
export function partBody(p: ChangePart): PartBody {
  return {
    kind: p.kind as PartBody['kind'], item: p.item, ...(p.kind === 'item' ? { site: p.site, values: p.values } : { version: p.version, ...(p.base ? { base: p.base } : {}), ...(p.kind === 'routing' && p.site ? { site: p.site } : {}) }),
    ...(p.lines ? { lines: p.lines.map((l) => ({ item: l.item, qty: l.qty, role: l.role as 'component', op: l.op, issue: l.issue as 'pick', ...(l.role === 'component' ? { scrap_pct: l.scrap_pct, substitutes: l.substitutes } : l.cost_share_pct ? { cost_share_pct: l.cost_share_pct } : {}) })) } : {}),
    ...(p.ops ? { ops: p.ops.map((o) => ({ op: o.op, name: o.name, work_center: o.work_center, setup_min: o.setup_min, run_min: o.run_min, batch_min: o.batch_min, transfer_lot: o.transfer_lot, split_max: o.split_max, split_min: o.split_min, report: o.report, inspection: o.inspection as 'none', ...(o.piece_rate !== undefined ? { piece_rate: o.piece_rate } : {}), tool: o.tool, skill: o.skill, alternatives: o.alternatives })) } : {}),
  } as PartBody
}

/** The draft as it stands, to be sent with one thing changed. */
export const draftBody = (c: Change) => ({ rev: c.rev, title: c.title, reason: c.reason, effect: c.effect as 'date', date: c.date, use_up: c.use_up?.item ?? '', parts: c.parts.map(partBody) })

/** "parts[2].lines[0].qty" → "lines[0].qty" for the part's own editor. */
export const ownErrors = (errors: Record<string, string>, part: number): Record<string, string> =>
  Object.fromEntries(Object.entries(errors).map(([at, text]) => [at.startsWith(`parts[${part}].`) ? at.slice(`parts[${part}].`.length) : at, text]))
