// Who is at this screen: set by the shell, needed below it (saved views, author of queued acts, buttons by permission).
import { useSyncExternalStore } from 'react'

interface Who { login: string; name: string; permissions: readonly string[] }
let who: Who = { login: '', name: '', permissions: [] }
const listeners = new Set<() => void>()

export function setWho(w: Who): void {
  who = w
  listeners.forEach((fn) => fn())
}
export const me = (): string => who.login
export const myName = (): string => who.name
export const may = (perm: string | undefined): boolean => !perm || who.permissions.includes('*') || who.permissions.includes(perm)

const subscribe = (fn: () => void) => { listeners.add(fn); return () => { listeners.delete(fn) } }
/** `const may = useMay(); may('masterdata.write') && <Button…>` */
export function useMay(): typeof may {
  useSyncExternalStore(subscribe, () => who)
  return may
}
