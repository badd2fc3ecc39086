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
