// Dates are the text YYYY-MM-DD, instants milliseconds. No library: the floor loads this.
export const OPEN_END = '9999-12-31'

/** An instant as the server sends it: milliseconds (number or text) or RFC 3339. */
export type Instant = string | number

const two = (n: number) => String(n).padStart(2, '0')
const day = (d: Date) => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`
const clock = (d: Date) => `${two(d.getHours())}:${two(d.getMinutes())}`
const at = (v: Instant) => new Date(typeof v === 'string' && /^\d+$/.test(v) ? Number(v) : v)
const noon = (d: string) => new Date(`${d}T12:00:00`) // far from any change of the clock

export const showDate = (d?: string | null): string => (!d ? '' : d === OPEN_END ? '∞' : d)
export const showInstant = (v?: Instant | null): string => (v === undefined || v === null || v === '' || v === 0 || v === '0' ? '' : `${day(at(v))} ${clock(at(v))}`)
export const showTime = (v: Instant): string => clock(at(v))
export const showSecond = (v: Instant): string => `${day(at(v))} ${clock(at(v))}:${two(at(v).getSeconds())}`
export const dayOf = (v: Instant): string => day(at(v))
export const today = (): string => day(new Date())
export const addDays = (d: string, n: number): string => {
  const x = noon(d)
  x.setDate(x.getDate() + n)
  return day(x)
}
/** Whole days from a to b, negative when b is earlier. */
export const daysBetween = (a: string, b: string): number => Math.round((noon(b).getTime() - noon(a).getTime()) / 86_400_000)
/** First and last millisecond of a day here, for filters on instants. */
export const startOf = (d: string): number => new Date(`${d}T00:00:00`).getTime()
export const endOf = (d: string): number => new Date(`${d}T23:59:59.999`).getTime()
