import { showInstant, showTime, startOf, type Instant } from './dates'

/** A wall-clock time as an input of date and time wants it: YYYY-MM-DDTHH:MM. */
export const wallText = (v: Instant): string => showInstant(v).replace(' ', 'T')

const minutes = (clock: string): number => Number.parseInt(clock.slice(0, 2), 10) * 60 + Number.parseInt(clock.slice(3, 5), 10)

/** The instant at which the factory's wall shows "YYYY-MM-DD HH:MM" (or with a T), also on a day on which the clock is changed. */
export const momentOf = (text: string): number => {
  const want = minutes(text.slice(11))
  const ms = startOf(text.slice(0, 10)) + want * 60_000
  return ms + (want - minutes(showTime(ms))) * 60_000
}
