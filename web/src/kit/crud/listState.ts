// What a list shows, as an address: ?q=…&sort=-due&filter=status:in:released,started&cols=number,item&size=100.
// The same text is a saved view, a shared link and the browser's way back.
export type Op = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'in' | 'like'
export interface Filter { col: string; op: Op; value: string }
export interface ListState { q: string; sort: string[]; filters: Filter[]; cols?: string[]; size: number }

export const SIZES = [50, 100, 200] as const
const OPS = new Set<string>(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'in', 'like'])

export function parseFilter(s: string): Filter | undefined {
  const [, col, op, value] = /^([^:]+):([^:]+):([\s\S]*)$/.exec(s) ?? []
  return col && op && OPS.has(op) && value !== undefined ? { col, op: op as Op, value } : undefined
}
export const filterText = (f: Filter): string => `${f.col}:${f.op}:${f.value}`

export function readState(p: URLSearchParams, defaults: Partial<ListState> = {}): ListState {
  const size = Number(p.get('size'))
  const list = (v: string | null) => v?.split(',').filter(Boolean)
  return {
    q: p.get('q') ?? '',
    sort: list(p.get('sort')) ?? defaults.sort ?? [],
    filters: p.has('filter') ? p.getAll('filter').map(parseFilter).filter((f) => f !== undefined) : p.has('all') ? [] : (defaults.filters ?? []),
    cols: list(p.get('cols')) ?? defaults.cols,
    size: (SIZES as readonly number[]).includes(size) ? size : (defaults.size ?? 50),
  }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Only what differs from the defaults, so that a plain list keeps a plain address. Foreign parameters stay. */
export function writeState(s: ListState, defaults: Partial<ListState> = {}, before?: URLSearchParams): URLSearchParams {
  const p = new URLSearchParams()
  before?.forEach((v, k) => { if (!['q', 'sort', 'filter', 'cols', 'size', 'all'].includes(k)) p.append(k, v) })
  if (s.q) p.set('q', s.q)
  if (!same(s.sort, defaults.sort ?? [])) p.set('sort', s.sort.join(','))
  if (!same(s.filters, defaults.filters ?? [])) {
    s.filters.forEach((f) => p.append('filter', filterText(f)))
    if (s.filters.length === 0) p.set('all', '1') // the default filter was taken away
  }
  if (s.cols && !same(s.cols, defaults.cols)) p.set('cols', s.cols.join(','))
  if (s.size !== (defaults.size ?? 50)) p.set('size', String(s.size))
  return p
}

/** The server's query parameters. */
export function serverQuery(s: ListState, fixed: Filter[] = [], after?: string): Record<string, string | number | string[] | undefined> {
  return { limit: s.size, after, q: s.q || undefined, sort: s.sort.join(',') || undefined, filter: [...fixed, ...s.filters].map(filterText) }
}

/** none → ascending → descending → none; with `add` (shift) other sorts stay. */
export function nextSort(sort: string[], col: string, add = false): string[] {
  const now = sort.includes(col) ? 'up' : sort.includes('-' + col) ? 'down' : 'none'
  const rest = add ? sort.filter((s) => s !== col && s !== '-' + col) : []
  return now === 'none' ? [...rest, col] : now === 'up' ? [...rest, '-' + col] : rest
}

export function setFilter(filters: Filter[], col: string, next: Filter[]): Filter[] {
  return [...filters.filter((f) => f.col !== col), ...next]
}
export const values = (f: Filter): string[] => (f.op === 'in' ? f.value.split(',') : [f.value])
export const oneOf = (col: string, vs: string[]): Filter[] => (vs.length === 0 ? [] : vs.length === 1 ? [{ col, op: 'eq', value: vs[0]! }] : [{ col, op: 'in', value: vs.join(',') }])
