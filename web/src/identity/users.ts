import type { Body, Row } from '@/api/types'
import type { Field } from '@/kit/crud'
import { OUTSIDE, type Role } from './roles'

export type UserRow = Row<'/api/v1/identity/users'>
type New = NonNullable<Body<'post', '/api/v1/identity/users'>>
type Change = NonNullable<Body<'post', '/api/v1/identity/users/{login}'>>
type Values = Pick<Change, 'name' | 'roles' | 'worker' | 'partner' | 'sites' | 'badge' | 'locale'>

const LOCALES = ['zh', 'en'] as const
const isOutside = (v: Record<string, unknown>) => Array.isArray(v.roles) && v.roles.some((r) => OUTSIDE.includes(String(r)))

function values(roles: Role[], titles: Record<string, string>, sites: string[]): Field<Values>[] {
  return [
    { key: 'name', required: true, half: true },
    { key: 'locale', type: 'select', options: LOCALES, words: 'locale', half: true, initial: 'zh' },
    { key: 'roles', type: 'multi', required: true, options: roles.map((r) => r.name), names: titles },
    { key: 'worker', type: 'entity', from: { path: '/api/v1/masterdata/workers', name: (r) => `${String(r.name)} ${String(r.team ?? '')}` }, hidden: isOutside },
    { key: 'partner', type: 'entity', from: { path: '/api/v1/masterdata/partners' }, help: 'identity:help.partner', hidden: (v) => !isOutside(v) },
    ...(sites.length > 1 ? [{ key: 'sites', type: 'multi', options: sites, names: Object.fromEntries(sites.map((s) => [s, s])), help: 'identity:help.sites' } as const] : []),
  ]
}
const badge = { key: 'badge', half: true, help: 'identity:help.badge' } as const

export const newFields = (roles: Role[], titles: Record<string, string>, sites: string[]): Field<New>[] => [
  { key: 'login', required: true, half: true, help: 'identity:help.login' }, { key: 'password', type: 'password', half: true, help: 'identity:help.password' },
  ...values(roles, titles, sites), { ...badge }, { key: 'pin', half: true, help: 'identity:help.pin' },
]
export const editFields = (roles: Role[], titles: Record<string, string>, sites: string[]): Field<Change>[] => [...values(roles, titles, sites), { key: 'badge', help: 'identity:help.badgeKeep' }]

/** Empty texts of a new user are left out. */
export const made = (b: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(b).filter(([, v]) => v !== ''))

/** What was emptied is taken away; an empty badge stays as it is, for nobody is shown the old one. */
export function edited(was: { worker?: string; partner?: string; sites?: string[] | null }, b: Record<string, unknown>): Record<string, unknown> {
  const out = made(b)
  if (was.worker && !out.worker) out.worker = ''
  if (was.partner && !out.partner) out.partner = ''
  if (was.sites?.length && !out.sites) out.sites = []
  return out
}
