/** What a key does in a table of inputs, so that a list of forty lines is written without a mouse. */
export interface Press { key: string; alt?: boolean; ctrl?: boolean; shift?: boolean; /** The caret stands at this edge of the text, or all of it is selected. */ first?: boolean; last?: boolean }
export type GridAct = { to: [row: number, col: number] } | 'add' | 'insert' | 'remove' | 'up' | 'down' | 'save' | undefined

export function actOf(k: Press, row: number, col: number, rows: number, cols: number): GridAct {
  if (k.ctrl && (k.key === 'Enter' || k.key.toLowerCase() === 's')) return 'save'
  if ((k.ctrl || k.alt) && k.key === 'Delete') return 'remove'
  if (k.key === 'Insert') return 'insert'
  if (k.alt && k.key === 'ArrowUp') return 'up'
  if (k.alt && k.key === 'ArrowDown') return 'down'
  if (k.ctrl || k.alt) return undefined
  switch (k.key) {
    case 'Enter': return k.shift ? (row > 0 ? { to: [row - 1, col] } : undefined) : row + 1 < rows ? { to: [row + 1, col] } : 'add'
    case 'ArrowDown': return row + 1 < rows ? { to: [row + 1, col] } : undefined
    case 'ArrowUp': return row > 0 ? { to: [row - 1, col] } : undefined
    case 'ArrowLeft': return k.first && col > 0 ? { to: [row, col - 1] } : undefined
    case 'ArrowRight': return k.last && col + 1 < cols ? { to: [row, col + 1] } : undefined
    default: return undefined
  }
}

/** The list with one line moved, put in or taken out. */
export function move<T>(list: T[], from: number, to: number): T[] {
  if (to < 0 || to >= list.length || from === to) return list
  const out = [...list]
  out.splice(to, 0, ...out.splice(from, 1))
  return out
}
export const insertAt = <T>(list: T[], at: number, one: T): T[] => [...list.slice(0, at), one, ...list.slice(at)]
export const without = <T>(list: T[], at: number): T[] => list.filter((_, i) => i !== at)

/** A step number between two others: 10 and 20 → 15; behind the last: ten more. */
export function between(before: number, after: number | undefined): number {
  if (after === undefined || after <= before) return before + 10 - (before % 10)
  return after - before > 1 ? before + Math.floor((after - before) / 2) : before
}

/** "A; B" and "A B" as codes. */
export const codesIn = (text: string): string[] => text.split(/[;；，,\s]+/).filter(Boolean)

/** "WC2:1.5; WC3" as other work centers with their minutes; without minutes, those of the step. */
export const pathsIn = (text: string, run: string): { work_center: string; run_min: string }[] => text.split(/[;；]+/).map((x) => x.trim()).filter(Boolean).map((x) => {
  const at = x.lastIndexOf(':')
  return at < 0 ? { work_center: x, run_min: run || '0' } : { work_center: x.slice(0, at).trim(), run_min: x.slice(at + 1).trim() || run || '0' }
})
