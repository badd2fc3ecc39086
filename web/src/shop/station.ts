import { useGet } from '@/api/hooks'

// The work centers that this device stands at: chosen once, whoever logs in. An enrolled tablet is bound on the
// server; any other device remembers it by itself.
const REMEMBER = 'kaiwu.station'

export interface Station { code: string; name: string }

export function keptStation(text = localStorage.getItem(REMEMBER) ?? ''): Station[] {
  try {
    const s = JSON.parse(text) as Station | Station[] // one of them, in earlier versions
    return (Array.isArray(s) ? s : [s]).filter((x) => typeof x?.code === 'string')
  } catch {
    return []
  }
}
export const keepStation = (s: Station[]): void => (s.length ? localStorage.setItem(REMEMBER, JSON.stringify(s)) : localStorage.removeItem(REMEMBER))

export const codesOf = (s: Station[]): string => s.map((x) => x.code).join(',')
export const nameOf = (s: Station[]): string => s.map((x) => x.name).join('、')

/** Where this device stands, and who decides about it: the server when the tablet is enrolled. */
export function useStation(): { mine: Station[]; enrolled: boolean; device: string } {
  const { data } = useGet('/api/v1/production/my-station', { staleTime: 5 * 60_000, keep: true })
  const server = data?.enrolled && data.centers.length > 0
  return { mine: server ? data.centers : keptStation(), enrolled: !!data?.enrolled, device: data?.device ?? '' }
}
