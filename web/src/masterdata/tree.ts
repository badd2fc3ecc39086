import type { Answer } from '@/api/types'

export type Node = NonNullable<Answer<'get', '/api/v1/masterdata/boms/{code}'>['lines']>[number]

/** The number of each line among its siblings' path: "1", "1.2", "1.2.1"; unique in the tree. */
export function paths(lines: Node[]): string[] {
  const at: number[] = []
  return lines.map((l) => {
    at.length = l.level
    at[l.level - 1] = l.line
    return at.slice(0, l.level).join('.')
  })
}

/** Which lines are seen when some parents are folded. */
export function visible(lines: Node[], all: string[], folded: ReadonlySet<string>): number[] {
  const out: number[] = []
  let hideBelow = Infinity
  lines.forEach((l, i) => {
    if (l.level > hideBelow) return
    hideBelow = folded.has(all[i]!) ? l.level : Infinity
    out.push(i)
  })
  return out
}

interface Up { item: string; of: string; as: string; level: number }

/** Uses as a tree: under each product what that product goes into. What stands in two branches is opened in the first alone. */
export function upward<U extends Up>(code: string, uses: U[]): { use: U; depth: number }[] {
  const by = new Map<string, U[]>()
  for (const u of uses) {
    const key = u.level === 1 ? code : u.of // a substitute names the item of its line
    by.set(key, [...(by.get(key) ?? []), u])
  }
  const out: { use: U; depth: number }[] = []
  const open = new Set([code])
  const walk = (at: string, depth: number) => {
    for (const u of (by.get(at) ?? []).filter((x) => (depth === 0) === (x.level === 1))) {
      out.push({ use: u, depth })
      if (open.has(u.item)) continue
      open.add(u.item)
      walk(u.item, depth + 1)
    }
  }
  walk(code, 0)
  return out
}
