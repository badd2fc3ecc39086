import { useEffect } from 'react'
import { useSearchParams } from 'react-router'

/** ?location=RM/A-1, as search and other pages link here, becomes a filter that is seen and can be taken away. False until it has. */
export function useAsFilter(names: string[]): boolean {
  const [params, setParams] = useSearchParams()
  const given = names.filter((n) => params.get(n))
  const pending = given.length > 0
  useEffect(() => {
    if (!pending) return
    setParams((p) => {
      for (const n of given) { p.append('filter', `${n}:eq:${p.get(n)}`); p.delete(n) }
      return p
    }, { replace: true })
  })
  return !pending
}
