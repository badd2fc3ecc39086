import { expect, test } from 'vitest'
import { hoursOf, monthStep, patternsOf, readBreaks, readHolidays, shiftsOf, spansOf, weekOf, type WeekSpan } from './calendar'

const day = (weekday: number, shift = ''): WeekSpan[] => [{ weekday, from: '08:00', to: '12:00', shift }, { weekday, from: '13:00', to: '17:00', shift }]

test('spans with a short gap are one shift with a break, on several weekdays one row', () => {
  expect(patternsOf([...day(1), ...day(2), { weekday: 6, from: '08:00', to: '12:00' }])).toEqual([
    { shift: '', from: '08:00', to: '17:00', breaks: '12:00-13:00', days: [1, 2] },
    { shift: '', from: '08:00', to: '12:00', breaks: '', days: [6] },
  ])
})

test('a named night shift over midnight keeps its break', () => {
  const spans = [{ from: '20:00', to: '00:00', shift: 'N' }, { from: '20:30', to: '20:31', shift: 'x' }].slice(0, 1)
  expect(shiftsOf(spans)).toEqual([{ shift: 'N', from: '20:00', to: '24:00', breaks: '' }])
  expect(spansOf({ shift: 'N', from: '20:00', to: '08:00', breaks: '00:00-00:30 04:00-04:15' })).toEqual([
    { from: '20:00', to: '24:00', shift: 'N' }, { from: '00:30', to: '04:00', shift: 'N' }, { from: '04:15', to: '08:00', shift: 'N' },
  ])
})

test('three unnamed shifts that touch stay three', () => {
  const three = [{ from: '00:00', to: '08:00' }, { from: '08:00', to: '16:00' }, { from: '16:00', to: '24:00' }]
  expect(shiftsOf(three)).toHaveLength(3)
})

test('what is read from a week writes the same week', () => {
  const week = [...day(1, 'A'), ...day(2, 'A'), { weekday: 2, from: '20:00', to: '04:00', shift: 'B' }]
  expect(weekOf(patternsOf(week))).toEqual(week)
})

test('breaks in many spellings, nonsense refused', () => {
  expect(readBreaks('8:00 - 9:00, 12:00~13:30')).toEqual([['08:00', '09:00'], ['12:00', '13:30']])
  expect(readBreaks('noon')).toBeUndefined()
  expect(spansOf({ shift: '', from: '08:00', to: '12:00', breaks: '13:00-14:00' })).toBeUndefined()
})

test('a pasted holiday list', () => {
  const { list, bad } = readHolidays('# 2026\n2026-10-01~2026-10-07 国庆节 休\n2026-10-10 国庆节 补班\n2026年1月1日至3日 元旦\n2026/05/01-05/05, Labour day off\nnonsense\n2026-02-30\n2026-05-09 work')
  expect(list.map((h) => [h.from, h.to, h.work, h.note])).toEqual([
    ['2026-10-01', '2026-10-07', false, '国庆节'], ['2026-10-10', '2026-10-10', true, '国庆节'], ['2026-01-01', '2026-01-03', false, '元旦'],
    ['2026-05-01', '2026-05-05', false, 'Labour day'], ['2026-05-09', '2026-05-09', true, ''],
  ])
  expect(bad).toEqual([6, 7])
})

test('months step over the year', () => {
  expect([monthStep('2026-12', 1), monthStep('2026-01', -1), monthStep('2026-05', 0)]).toEqual(['2027-01', '2025-12', '2026-05'])
  expect(hoursOf(450)).toBe('7.5')
})
