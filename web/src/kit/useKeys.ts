import { useEffect, useRef } from 'react'

/** Single-letter keys of a page: useKeys({ s: ship }). Not while somebody types or a drawer is open. */
export function useKeys(keys: Record<string, (() => void) | undefined | false>): void {
  const ref = useRef(keys)
  ref.current = keys
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const el = e.target as HTMLElement
      if (e.ctrlKey || e.metaKey || e.altKey || el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) || document.querySelector('.ant-modal-wrap:not([style*="none"]),.ant-drawer-open')) return
      const act = ref.current[e.key]
      if (act) { e.preventDefault(); act() }
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}
