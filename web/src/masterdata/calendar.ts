// The week as people speak of it: shifts with breaks on some weekdays. The calendar itself keeps plain spans.
import { minutes } from './week'

export interface WeekSpan { weekday: number; from: string; to: string; shift?: string }
export interface DaySpan { from: string; to: string; shift?: string }
/** A shift as it is worked on some weekdays: breaks are "12:00-13:00 17:30-18:00". */
export interface Pattern { shift: string; from: string; to: string; breaks: string; days: number[] }

const LONGEST_BREAK = 120 // between spans without a name; a longer gap separates two shifts
const clock = (m: number): string => { const x = m > 1440 ? m - 1440 : m; return `${String(Math.floor(x / 60)).padStart(2, '0')}:${String(x % 60).padStart(2, '0')}` }
const end = (s: DaySpan): number => { const [a, b] = [minutes(s.from), minutes(s.to)]; return b <= a ? b + 1440 : b }

/** The shifts of one day: spans of one name are one shift; unnamed ones when a short gap lies between them. */
export function shiftsOf(spans: DaySpan[]): Omit<Pattern, 'days'>[] {
  const out: { shift: string; from: number; to: number; breaks: string[] }[] = []
  for (const s of [...spans].sort((a, b) => minutes(a.from) - minutes(b.from))) {
    const [from, to, name] = [minutes(s.from), end(s), s.shift ?? '']
    const last = [...out].reverse().find((x) => x.shift === name)
    const gap = last ? from - last.to : -1
    if (last && gap > 0 && (name !== '' || gap <= LONGEST_BREAK)) {
      last.breaks.push(`${clock(last.to)}-${clock(from)}`)
      last.to = to
    } else out.push({ shift: name, from, to, breaks: [] })
  }
  return out.map((x) => ({ shift: x.shift, from: clock(x.from), to: clock(x.to), breaks: x.breaks.join(' ') }))
}

/** Equal shifts of several weekdays are one row. */
export function patternsOf(week: WeekSpan[]): Pattern[] {
  const out: Pattern[] = []
  for (let day = 1; day <= 7; day++) {
    for (const s of shiftsOf(week.filter((x) => x.weekday === day))) {
      const same = out.find((p) => p.shift === s.shift && p.from === s.from && p.to === s.to && p.breaks === s.breaks && !p.days.includes(day))
      if (same) same.days.push(day)
      else out.push({ ...s, days: [day] })
    }
  }
  return out
}

/** "8:00 - 12:30、13:00-14:00" as pairs; undefined when it says something else. */
export function readBreaks(text: string): [string, string][] | undefined {
  const rest = text.replace(/(\d{1,2}):(\d{2})\s*[-~\u2013\u81f3]\s*(\d{1,2}):(\d{2})/g, '')
  if (/[^\s,;\u3001\uff0c\uff1b]/.test(rest)) return undefined
  return [...text.matchAll(/(\d{1,2}):(\d{2})\s*[-~\u2013\u81f3]\s*(\d{1,2}):(\d{2})/g)].map((m) => [`${m[1]!.padStart(2, '0')}:${m[2]}`, `${m[3]!.padStart(2, '0')}:${m[4]}`])
}

/** The spans of a shift: its time less its breaks; undefined when a break lies outside of it. */
export function spansOf(p: Omit<Pattern, 'days'>): DaySpan[] | undefined {
  const breaks = readBreaks(p.breaks)
  if (!breaks || !/^\d\d:\d\d$/.test(p.from) || !/^\d\d:\d\d$/.test(p.to)) return undefined
  const [from, to] = [minutes(p.from), end(p)]
  const out: DaySpan[] = []
  let at = from
  for (const [a, b] of breaks.map(([x, y]) => { const s = minutes(x) < from ? minutes(x) + 1440 : minutes(x); const e = minutes(y) <= s ? (minutes(y) < from ? minutes(y) + 1440 : minutes(y)) : minutes(y); return [s, e] as const }).sort((x, y) => x[0] - y[0])) {
    if (a <= at || b <= a || b >= to) return undefined
    out.push({ from: clock(at), to: clock(a), shift: p.shift.trim() })
    at = b
  }
  out.push({ from: clock(at), to: clock(to), shift: p.shift.trim() })
  return out
}

export function weekOf(patterns: Pattern[]): WeekSpan[] | undefined {
  const out: WeekSpan[] = []
  for (const p of patterns) {
    const spans = spansOf(p)
    if (!spans) return undefined
    for (const weekday of p.days) out.push(...spans.map((s) => ({ weekday, ...s })))
  }
  return out.sort((a, b) => a.weekday - b.weekday || minutes(a.from) - minutes(b.from))
}

export interface Holiday { from: string; to: string; work: boolean; note: string; line: number }

const DATE = '(\\d{4})\\s*[-/.\\u5e74]\\s*(\\d{1,2})\\s*[-/.\\u6708]\\s*(\\d{1,2})\\s*\\u65e5?'
const RANGE = new RegExp(`^${DATE}(?:\\s*(?:~|-|\\u2013|\\u2014|\\u81f3|\\u5230|to)+\\s*(?:(?:(\\d{4})\\s*[-/.\\u5e74])?\\s*(\\d{1,2})\\s*[-/.\\u6708])?\\s*(\\d{1,2})\\s*\\u65e5?)?[\\s,;:\\uff0c\\uff1a\\u3001]*(.*)$`, 'i')
const WORK = /\u8865?\u73ed|\u4e0a\u73ed|\bwork(ing)?\b/i
const FREE = /\u653e\u5047|\u4f11\u606f|\u4f11|\b(off|closed|holiday)\b/i

const isDate = (d: string): boolean => { const x = new Date(`${d}T00:00:00Z`); return !Number.isNaN(x.getTime()) && x.toISOString().slice(0, 10) === d }

/**
 * A pasted list, one line each: "2026-10-01~10-07 National day off", "2026-10-10 work". Lines that begin with # or are
 * empty are passed over; `bad` are the numbers of lines that nobody understands.
 */
export function readHolidays(text: string): { list: Holiday[]; bad: number[] } {
  const list: Holiday[] = []
  const bad: number[] = []
  text.split(/\r?\n/).forEach((raw, i) => {
    const s = raw.trim()
    if (!s || s.startsWith('#')) return
    const m = RANGE.exec(s)
    const iso = (y: string, mo: string, d: string) => `${y}-${mo.padStart(2, '0')}-${d.padStart(2, '0')}`
    const from = m && iso(m[1]!, m[2]!, m[3]!)
    const to = m && (m[6] ? iso(m[4] ?? m[1]!, m[5] ?? m[2]!, m[6]) : from)
    if (!m || !from || !to || to < from || !isDate(from) || !isDate(to)) return bad.push(i + 1)
    const rest = m[7] ?? ''
    const work = WORK.test(rest)
    list.push({ from, to, work, note: rest.replace(work ? WORK : FREE, '').replace(/^[\s,;()\uff08\uff09]+|[\s,;()\uff08\uff09]+$/g, ''), line: i + 1 })
  })
  return { list, bad }
}

/** "2026-05" and a step of months. */
export function monthStep(month: string, n: number): string {
  const k = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + n
  return `${Math.floor(k / 12)}-${String((k % 12) + 1).padStart(2, '0')}`
}

/** Minutes as hours with at most one decimal. */
export const hoursOf = (min: number): string => String(Math.round(min / 6) / 10)
