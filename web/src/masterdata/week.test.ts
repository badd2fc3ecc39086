import { expect, test } from 'vitest'
import { bars, hours } from './week'

test('a night shift goes on in the next day, from Sunday into Monday', () => {
  const days = bars([{ weekday: 1, from: '08:00', to: '12:00' }, { weekday: 7, from: '22:00', to: '06:00' }])
  expect(days[0]!.map((b) => [b.from, b.to])).toEqual([[480, 720], [0, 360]])
  expect(days[6]!.map((b) => [b.from, b.to])).toEqual([[1320, 1440]])
  expect(hours(days[0]!)).toBe('10')
})
test('midnight at the end leaves nothing for the next day', () => {
  const days = bars([{ weekday: 3, from: '16:30', to: '00:00' }])
  expect(days[3]).toEqual([])
  expect(hours(days[2]!)).toBe('7.5')
})
