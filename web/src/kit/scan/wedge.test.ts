import { describe, expect, it } from 'vitest'
import { charOf, Wedge, type Key } from './wedge'

const key = (k: string, timeStamp: number, more: Partial<Key> = {}): Key => ({ key: k, code: k.length === 1 && /[a-z]/i.test(k) ? `Key${k.toUpperCase()}` : /\d/.test(k) ? `Digit${k}` : k, timeStamp, ...more })
function type(w: Wedge, text: string, gap: number, start = 1000): string | undefined {
  let at = start
  for (const c of text) { w.feed(key(c, at)); at += gap }
  return w.feed(key('Enter', at))
}

describe('keyboard wedge', () => {
  it('takes a fast burst that ends with Enter', () => expect(type(new Wedge(), 'MO2611-10231', 12)).toBe('MO2611-10231'))
  it('takes a slow scanner on a busy tablet', () => expect(type(new Wedge(), 'LOT-7', 79)).toBe('LOT-7'))
  it('leaves a typing person alone', () => expect(type(new Wedge(), 'hello', 140)).toBeUndefined())
  it('needs four characters', () => expect(type(new Wedge(), 'abc', 10)).toBeUndefined())
  it('believes a prefix key at any speed and length', () => {
    const w = new Wedge()
    w.feed(key('F8', 900))
    expect(type(w, 'A1', 400, 1000)).toBe('A1')
  })
  it('does not join an old key press to a scan', () => {
    const w = new Wedge()
    w.feed(key('x', 100))
    expect(type(w, '6901234', 10, 1000)).toBe('6901234')
  })
  it('starts afresh after each code', () => {
    const w = new Wedge()
    expect(type(w, 'AAAA', 10, 0)).toBe('AAAA')
    expect(type(w, 'BBBB', 10, 60)).toBe('BBBB')
  })
  it('ignores modifier keys inside a code', () => {
    const w = new Wedge()
    w.feed(key('Shift', 1000, { code: 'ShiftLeft' }))
    w.feed(key('A', 1005)); w.feed(key('Shift', 1008, { code: 'ShiftLeft' })); w.feed(key('B', 1012)); w.feed(key('1', 1020)); w.feed(key('2', 1025))
    expect(w.feed(key('Enter', 1030))).toBe('AB12')
  })
  it('reads the physical keys when an input method swallows the letters', () => {
    expect(charOf({ key: 'Process', code: 'KeyM', timeStamp: 0, shiftKey: true })).toBe('M')
    expect(charOf({ key: 'Process', code: 'Digit3', timeStamp: 0 })).toBe('3')
    expect(charOf({ key: 'Process', code: 'Minus', timeStamp: 0 })).toBe('-')
    expect(charOf({ key: 'Process', code: 'Minus', timeStamp: 0, shiftKey: true })).toBe('_')
  })
  it('keeps the GS1 separator', () => expect(charOf({ key: ']', code: 'BracketRight', timeStamp: 0, ctrlKey: true })).toBe('\u001d'))
})
