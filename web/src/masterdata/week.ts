// Working time drawn on a day of 24 hours. A span that passes midnight goes on in the next day's bar.
export interface Span { weekday: number; from: string; to: string }
export interface Bar { from: number; to: number; label: string }

/** "08:30" → 510; "24:00" → 1440. */
export const minutes = (clock: string): number => { const [h = '0', m = '0'] = clock.split(':'); return Number(h) * 60 + Number(m) }

/** Bars of each weekday, Monday first. */
export function bars(week: Span[]): Bar[][] {
  const days: Bar[][] = Array.from({ length: 7 }, () => [])
  for (const s of week) {
    const day = (s.weekday + 6) % 7
    const from = minutes(s.from)
    const to = minutes(s.to)
    const label = `${s.from}–${s.to}`
    if (to > from) days[day]!.push({ from, to, label })
    else {
      days[day]!.push({ from, to: 1440, label })
      if (to > 0) days[(day + 1) % 7]!.push({ from: 0, to, label })
    }
  }
  return days
}

/** Hours of a day's bars with at most one decimal: 11.5. */
export const hours = (list: Bar[]): string => String(Math.round(list.reduce((n, b) => n + b.to - b.from, 0) / 6) / 10)
