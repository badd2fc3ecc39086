import { afterEach, expect, it } from 'vitest'
import { setZone } from './dates'
import { momentOf, wallText } from './moment'

afterEach(() => setZone())
it('reads and writes the clock on the wall, also where the clock is changed that day', () => {
  for (const [zone, text, iso] of [['Asia/Shanghai', '2026-11-26T23:22', '2026-11-26T15:22:00Z'], ['Europe/Berlin', '2026-03-29T01:30', '2026-03-29T00:30:00Z'], ['Europe/Berlin', '2026-03-29T12:00', '2026-03-29T10:00:00Z'], ['America/New_York', '2026-11-01T18:05', '2026-11-01T23:05:00Z']] as const) {
    setZone(zone)
    expect(new Date(momentOf(text)).toISOString()).toBe(iso.replace('Z', '.000Z'))
    expect(momentOf(text.replace('T', ' '))).toBe(momentOf(text))
    expect(wallText(momentOf(text))).toBe(text)
  }
})
