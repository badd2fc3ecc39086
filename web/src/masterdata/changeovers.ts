// The matrix of changeover minutes as a grid of texts that a person types into.
export interface Cell { from_family: string; to_family: string; minutes: string }
export type Grid = Map<string, string>

export const ANY = '*'
const key = (from: string, to: string): string => `${from}\u0000${to}`
export const at = (g: Grid, from: string, to: string): string => g.get(key(from, to)) ?? ''
export const gridOf = (rows: Cell[]): Grid => new Map(rows.map((r) => [key(r.from_family, r.to_family), r.minutes]))

/** Families of a grid, "any" first. */
export function families(rows: Cell[], more: string[] = []): string[] {
  const all = [...new Set([...rows.flatMap((r) => [r.from_family, r.to_family]), ...more])]
  return all.sort((a, b) => (a === ANY ? -1 : b === ANY ? 1 : a < b ? -1 : 1))
}

/** A typed cell; emptied, the pair takes no time. */
export function put(g: Grid, from: string, to: string, minutes: string): Grid {
  const next = new Map(g)
  if (minutes.trim() === '') next.delete(key(from, to))
  else next.set(key(from, to), minutes.trim())
  return next
}

/** What is pasted from a spreadsheet goes right and down from the cell where it was pasted. */
export function paste(g: Grid, names: string[], from: string, to: string, text: string): Grid {
  const rows = text.replace(/\r?\n$/, '').split(/\r?\n/).map((r) => r.split('\t'))
  const [r0, c0] = [names.indexOf(from), names.indexOf(to)]
  return rows.reduce((next, cells, r) => cells.reduce((x, cell, c) => (names[r0 + r] !== undefined && names[c0 + c] !== undefined ? put(x, names[r0 + r]!, names[c0 + c]!, cell) : x), next), g)
}

export const cellsOf = (g: Grid): Cell[] => [...g].map(([k, minutes]) => { const [from_family = '', to_family = ''] = k.split('\u0000'); return { from_family, to_family, minutes } })
export const sameGrid = (a: Grid, b: Grid): boolean => a.size === b.size && [...a].every(([k, v]) => b.get(k) === v)
