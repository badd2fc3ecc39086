// Quantities and money are decimal strings with at most six places, as the server sends them. They are counted here
// as BigInt millionths, because 0.1 + 0.2 on a screen that somebody signs must be 0.3.
const PLACES = 6
const ONE = 1_000_000n
const SHAPE = /^-?\d+(\.\d{1,6})?$/

export type Dec = string

export function isDec(s: unknown): s is Dec {
  return typeof s === 'string' && SHAPE.test(s)
}

/** In millionths, for exact arithmetic elsewhere; fromUnits is the way back. */
export function units(s: Dec): bigint {
  if (!isDec(s)) throw new RangeError(`not a decimal: ${s}`)
  const neg = s.startsWith('-')
  const [whole = '0', frac = ''] = (neg ? s.slice(1) : s).split('.')
  const v = BigInt(whole) * ONE + BigInt(frac.padEnd(PLACES, '0'))
  return neg ? -v : v
}

function text(v: bigint): Dec {
  const neg = v < 0n
  const a = neg ? -v : v
  const frac = (a % ONE).toString().padStart(PLACES, '0').replace(/0+$/, '')
  return (neg ? '-' : '') + (a / ONE).toString() + (frac && '.' + frac)
}

export { text as fromUnits }

export const add = (...xs: Dec[]): Dec => text(xs.reduce((sum, x) => sum + units(x), 0n))
export const sub = (a: Dec, b: Dec): Dec => text(units(a) - units(b))
export const neg = (a: Dec): Dec => text(-units(a))
export const cmp = (a: Dec, b: Dec): -1 | 0 | 1 => {
  const d = units(a) - units(b)
  return d < 0n ? -1 : d > 0n ? 1 : 0
}
export const isZero = (a: Dec): boolean => units(a) === 0n
export const min = (a: Dec, b: Dec): Dec => (cmp(a, b) <= 0 ? a : b)
export const max = (a: Dec, b: Dec): Dec => (cmp(a, b) >= 0 ? a : b)

/** Product, rounded half away from zero to six places; for showing only, the server computes what is stored. */
export function mul(a: Dec, b: Dec): Dec {
  const p = units(a) * units(b)
  const half = p < 0n ? -ONE / 2n : ONE / 2n
  return text((p + half) / ONE)
}

/** part ÷ whole as a percentage for bars and labels: 0…100 and a bit above; 0 when whole is 0. Never for bookings. */
export function pct(part: Dec, whole: Dec): number {
  const w = units(whole)
  return w === 0n ? 0 : Number((units(part) * 1000n) / w) / 10
}

/** "1234567.5" → "1,234,567.5"; with places, rounded half away from zero and filled up: money(…, 2). */
export function format(s: Dec | null | undefined, places?: number): string {
  if (s === null || s === undefined || s === '') return ''
  if (!isDec(s)) return String(s)
  let v = units(s)
  if (places !== undefined && places < PLACES) {
    const step = 10n ** BigInt(PLACES - places)
    v = ((v + (v < 0n ? -step / 2n : step / 2n)) / step) * step
  }
  const [whole = '', frac = ''] = text(v).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const tail = places === undefined ? frac : frac.padEnd(places, '0')
  return tail ? `${grouped}.${tail}` : grouped
}

/** What a person typed ("1,200", full-width digits, "。" for the point) as a decimal string; undefined when it is none. */
export function parse(typed: string): Dec | undefined {
  const s = typed.trim().replace(/[０-９．－]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/。/g, '.').replace(/[,，\s]/g, '')
  const t = s.startsWith('.') ? '0' + s : s.endsWith('.') ? s.slice(0, -1) : s
  return isDec(t) ? text(units(t)) : undefined
}
