/** What a scanned label says: "KW:LOT:M-1178/L2603-0004" → kind LOT, item, number. Anything else is a bare number. */
export interface Scanned { kind: string; item: string; number: string }

const open = (s: string): string => { try { return decodeURIComponent(s) } catch { return s } }

export function readCode(text: string): Scanned {
  const [, kind, rest] = /^KW:([A-Z]+):(.+)$/.exec(text.trim()) ?? []
  if (!kind || !rest) return { kind: '', item: '', number: text.trim() }
  const [first = '', second] = rest.split('/')
  if (kind === 'LOT' || kind === 'SN') return { kind, item: open(first), number: open(second ?? '') }
  return { kind, item: '', number: open(first) }
}
