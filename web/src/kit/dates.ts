// Dates are the text YYYY-MM-DD, instants milliseconds. No library: the floor loads this.
export const OPEN_END = '9999-12-31'

/** An instant as the server sends it: milliseconds (number or text) or RFC 3339. */
export type Instant = string | number

const two = (n: number) => String(n).padStart(2, '0')

// A factory's times are shown by the clock on its own wall, wherever somebody reads them.
let wall: Intl.DateTimeFormat | undefined
const formatIn = (zone?: string) => new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' })
/** The site's time zone (IANA); without one, the browser's. */
export function setZone(zone?: string): void {
  try { wall = formatIn(zone) } catch { wall = undefined }
}
const msOf = (v: Instant) => (typeof v === 'string' && !/^\d+$/.test(v) ? new Date(v).getTime() : Number(v))
/** The wall clock at an instant, as a date whose UTC fields are the wall's. */
const at = (v: Instant) => {
  const ms = msOf(v)
  if (!Number.isFinite(ms)) return new Date(Number.NaN)
  const part: Record<string, number> = {}
  for (const x of (wall ??= formatIn()).formatToParts(ms)) part[x.type] = Number(x.value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second))
}
/** The instant at which the wall shows a date and time, to the second. */
const instantOf = (text: string) => {
  const want = Date.parse(`${text}Z`)
  let ms = want - (at(want).getTime() - want)
  ms += want - at(ms).getTime() // once more, for the hour in which the clock is changed
  return ms
}
const day = (d: Date) => `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`
const clock = (d: Date) => `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`
const noon = (d: string) => new Date(`${d}T12:00:00Z`)

export const showDate = (d?: string | null): string => (!d ? '' : d === OPEN_END ? '∞' : d)
export const showInstant = (v?: Instant | null): string => (v === undefined || v === null || v === '' || v === 0 || v === '0' ? '' : `${day(at(v))} ${clock(at(v))}`)
export const showTime = (v: Instant): string => clock(at(v))
export const showSecond = (v: Instant): string => `${day(at(v))} ${clock(at(v))}:${two(at(v).getUTCSeconds())}`
export const dayOf = (v: Instant): string => day(at(v))
export const today = (): string => day(at(Date.now()))
export const addDays = (d: string, n: number): string => {
  const x = noon(d)
  x.setUTCDate(x.getUTCDate() + n)
  return day(x)
}
/** Whole days from a to b, negative when b is earlier. */
export const daysBetween = (a: string, b: string): number => Math.round((noon(b).getTime() - noon(a).getTime()) / 86_400_000)
/** The instant of a date and a wall clock (HH:MM). */
export const instantAt = (d: string, time: string): number => instantOf(`${d}T${time}:00`)
/** First and last millisecond of a day here, for filters on instants. */
export const startOf = (d: string): number => instantOf(`${d}T00:00:00`)
export const endOf = (d: string): number => instantOf(`${d}T23:59:59`) + 999
