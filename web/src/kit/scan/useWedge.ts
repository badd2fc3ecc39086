import { useEffect, useRef } from 'react'
import { Wedge } from './wedge'

const isField = (t: EventTarget | null): boolean => t instanceof HTMLElement && (t.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName))
const stack: { current: (code: string) => void }[] = []
let wedge = new Wedge()

function press(e: KeyboardEvent) {
  // In a field a scan is just fast typing, and the field deals with it.
  if (isField(e.target) && !(e.target as HTMLElement).dataset.scan) return
  const code = wedge.feed(e)
  if (code === undefined) return
  e.preventDefault() // the scanner's Enter must not press the focused button
  e.stopPropagation()
  stack[stack.length - 1]?.current(code)
}

/** Calls onScan for each code of a keyboard-wedge scanner; the latest mounted listener gets it. */
export function useWedge(onScan: (code: string) => void, active = true): void {
  const ref = useRef(onScan)
  ref.current = onScan
  useEffect(() => {
    if (!active) return
    const mine = { current: (c: string) => ref.current(c) }
    if (stack.length === 0) { wedge = new Wedge(); window.addEventListener('keydown', press, true) }
    stack.push(mine)
    return () => {
      stack.splice(stack.indexOf(mine), 1)
      if (stack.length === 0) window.removeEventListener('keydown', press, true)
    }
  }, [active])
}
