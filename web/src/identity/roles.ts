import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'

export type Roles = Answer<'get', '/api/v1/identity/roles'>
export type Role = NonNullable<Roles['items']>[number]

/** All roles with the words for them: default ones are translated, the company's own carry their title. */
export function useRoles() {
  const { t } = useTranslation(['app', 'identity'])
  const { data } = useGet('/api/v1/identity/roles')
  const items = data?.items ?? []
  const titles = Object.fromEntries(items.map((r) => [r.name, r.title || t(`app:role.${r.name}`, { defaultValue: r.name })]))
  return { items, perms: data?.perms ?? [], titles, word: (name: string) => titles[name] ?? t(`app:role.${name}`, { defaultValue: name }) }
}

export const OUTSIDE = ['supplier', 'customer']

const ORDER = ['sales', 'purchasing', 'planning', 'scheduling', 'production', 'quality', 'inventory', 'masterdata', 'see', 'identity', 'audit', 'events', 'jobs', 'backup', 'metrics']
const GROUP: Record<string, string> = { audit: 'system', events: 'system', jobs: 'system', backup: 'system', metrics: 'system' }

/** Permissions by room in the order of the menu; what keeps the system running stands together at the end. */
export function groups(perms: string[]): { group: string; perms: string[] }[] {
  const out = new Map<string, string[]>()
  const place = (p: string) => { const i = ORDER.indexOf(p.split('.')[0]!); return i < 0 ? ORDER.length : i }
  for (const p of [...perms].sort((a, b) => place(a) - place(b) || rank(a) - rank(b) || (a < b ? -1 : 1))) {
    const room = p.split('.')[0]!
    const g = GROUP[room] ?? room
    out.set(g, [...(out.get(g) ?? []), p])
  }
  return [...out].map(([group, list]) => ({ group, perms: list }))
}
/** Reading first: nothing else is of use without it. */
const rank = (p: string) => (p.endsWith('.read') ? 0 : 1)
