// A fact as rows to read: "lines[0].qty" → "12". Of a change only what differs is marked.
export interface Leaf { path: string; value: string }
export interface Change { path: string; before?: string; after?: string; same: boolean }

const word = (v: unknown): string => (v === null ? 'null' : typeof v === 'string' ? v : JSON.stringify(v))

/** Every value with the way to it; an empty list or object is a value of its own. */
export function leaves(v: unknown, path = ''): Leaf[] {
  if (Array.isArray(v)) {
    if (v.length === 0) return [{ path, value: '[]' }]
    if (v.every((x) => typeof x !== 'object' || x === null)) return [{ path, value: v.map(word).join(', ') }]
    return v.flatMap((x, i) => leaves(x, `${path}[${i}]`))
  }
  if (typeof v === 'object' && v !== null) {
    const own = Object.entries(v)
    if (own.length === 0) return [{ path, value: '{}' }]
    return own.flatMap(([k, x]) => leaves(x, path ? `${path}.${k}` : k))
  }
  return [{ path, value: word(v) }]
}

/** Before and after side by side, in the order of the newer one. */
export function changes(before: unknown, after: unknown): Change[] {
  const was = new Map(leaves(before ?? {}).map((l) => [l.path, l.value]))
  const is = new Map(leaves(after ?? {}).map((l) => [l.path, l.value]))
  return [...new Set([...is.keys(), ...was.keys()])].filter((p) => p !== '').map((path) => ({ path, before: was.get(path), after: is.get(path), same: was.get(path) === is.get(path) }))
}

/** The parts of a fact that has a state before and after it. */
export function parts(payload: unknown): { before: unknown; after: unknown; rest: Record<string, unknown> } | undefined {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return undefined
  const { before, after, ...rest } = payload as Record<string, unknown>
  return before === undefined && after === undefined ? undefined : { before, after, rest }
}
