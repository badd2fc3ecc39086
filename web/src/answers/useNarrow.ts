import { useSyncExternalStore } from 'react'

const query = () => window.matchMedia('(max-width: 720px)')
const listen = (tell: () => void) => {
  const q = query()
  q.addEventListener('change', tell)
  return () => q.removeEventListener('change', tell)
}

/** A phone, or a window as narrow. */
export const useNarrow = (): boolean => useSyncExternalStore(listen, () => query().matches)
