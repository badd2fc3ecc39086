import type { EntitySource } from '@/kit/crud'
import type { Tone } from '@/kit/status'

const at = (path: string) => (number: string) => `${path}/${encodeURIComponent(number)}`
export const complaintUrl = at('/sales/complaints')
export const returnUrl = at('/sales/returns')
export const supplyUrl = at('/sales/supplies')
export const inspectionUrl = at('/quality/inspections')
export const statementUrl = (customer: string) => `/sales/supplies-statement?customer=${encodeURIComponent(customer)}`

export const customers: EntitySource = { path: '/api/v1/masterdata/partners', filters: [{ col: 'kinds', op: 'like', value: 'customer' }] }
export const items: EntitySource = { path: '/api/v1/masterdata/items' }
export const theirs: EntitySource = { path: '/api/v1/masterdata/items', filters: [{ col: 'kind', op: 'eq', value: 'customer' }] }
export const made: EntitySource = { path: '/api/v1/masterdata/items', filters: [{ col: 'kind', op: 'eq', value: 'make' }] }
export const places: EntitySource = { path: '/api/v1/masterdata/locations', name: (r) => String(r.warehouse ?? '') }
export const centers: EntitySource = { path: '/api/v1/masterdata/work-centers' }

/** Numbers as somebody types them: with commas, blanks or one to a line. */
export const pieces = (text: unknown): string[] => String(text ?? '').split(/[\s,;]+/).filter(Boolean)
/** Leaves out what is empty. */
export const filled = (body: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(body).filter(([, v]) => v !== undefined && v !== '' && !(Array.isArray(v) && v.length === 0)))

/** Where a return stands: waiting for goods, for a judgement, for a decision. */
export const RETURN_TONES: Record<string, Tone> = { expected: 'grey', part_received: 'teal', received: 'amber', inspected: 'blue', done: 'green', cancelled: 'slate' }
