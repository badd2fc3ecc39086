import { useQuery } from '@tanstack/react-query'
import { call } from '@/api/client'
import { setZone } from '@/kit/dates'
import { setWho } from '@/kit/who'

export interface Me {
  login: string
  name: string
  roles: string[]
  permissions: string[]
  /** Modules switched on for the company; undefined = all. */
  modules?: string[]
  site?: { code: string; name: string; time_zone?: string }
  sites?: { code: string; name: string }[]
  locale?: string
  /** password, badge or key */
  kind?: string
  /** Nothing but changing the password is allowed. */
  must_change?: boolean
}

export interface Meta {
  name?: string
  version?: string
  demo?: boolean
  company?: string
  /** This tablet is enrolled for badges without PIN. */
  badge_only?: boolean
  device?: string
  /** Where a device learns to trust this server; only on plain http. */
  trust_url?: string
  logins?: { login: string; password: string; role: string; name: string; badge?: string; pin?: string }[]
}

export const ME = '/api/v1/me'
export const META = '/api/v1/meta'

export async function fetchMe(): Promise<Me> {
  const me = await call<Me>('GET', ME, { headers: { 'X-Offline': 'keep' } })
  setWho(me)
  setZone(me.site?.time_zone)
  return me
}
export const useMe = () => useQuery<Me>({ queryKey: [ME], queryFn: fetchMe, staleTime: 5 * 60_000, retry: false })
export const useMeta = () => useQuery<Meta>({ queryKey: [META], queryFn: () => call<Meta>('GET', META), staleTime: Infinity })

export function can(me: Me | undefined, perm: string | undefined): boolean {
  return !perm || !!me && (me.permissions.includes('*') || me.permissions.includes(perm))
}
/** What a company may switch off; the rest is always there. */
const SWITCHABLE = new Set(['masterdata', 'inventory', 'quality', 'purchasing', 'production', 'sales', 'planning', 'scheduling'])
export const moduleOn = (me: Me | undefined, room: string): boolean => !me?.modules || !SWITCHABLE.has(room) || me.modules.includes(room)
