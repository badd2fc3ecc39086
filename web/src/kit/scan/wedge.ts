/**
 * A scanner that types like a keyboard. What tells it from a person: the keys come within 80 ms of each other
 * (35 ms proved too strict on a busy tablet) and Enter follows. A scanner that is set to send a prefix key (F8) first
 * is believed at any speed.
 */
export interface Key { key: string; code: string; timeStamp: number; shiftKey?: boolean; ctrlKey?: boolean }

export const GAP_MS = 80
const PREFIX_GAP_MS = 1000
export const MIN_LENGTH = 4
export const PREFIX = 'F8'

const PUNCT: Record<string, [string, string]> = {
  Minus: ['-', '_'], Equal: ['=', '+'], Slash: ['/', '?'], Period: ['.', '>'], Comma: [',', '<'], Semicolon: [';', ':'], Quote: ["'", '"'],
  BracketLeft: ['[', '{'], BracketRight: [']', '}'], Backslash: ['\\', '|'], Backquote: ['`', '~'], Space: [' ', ' '],
}
const SHIFTED = ')!@#$%^&*('

/** The character of a key, from the physical key when an input method swallows the letter (key = "Process"). */
export function charOf(e: Key): string {
  if (e.ctrlKey) return e.key === ']' || e.code === 'BracketRight' ? '\u001d' : '' // GS1 separator, as most scanners send it
  if (e.key.length === 1) return e.key
  if (e.key !== 'Process' && e.key !== 'Unidentified') return ''
  const letter = /^Key([A-Z])$/.exec(e.code)?.[1]
  if (letter) return e.shiftKey ? letter : letter.toLowerCase()
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(e.code)?.[1]
  if (digit) return e.shiftKey && e.code.startsWith('Digit') ? (SHIFTED[Number(digit)] ?? '') : digit
  return PUNCT[e.code]?.[e.shiftKey ? 1 : 0] ?? ''
}

export class Wedge {
  private buffer = ''
  private last = -Infinity
  private announced = false

  /** Feed every keydown; returns the code when one is complete. */
  feed(e: Key): string | undefined {
    const gap = e.timeStamp - this.last
    if (e.key === PREFIX) {
      this.buffer = ''
      this.announced = true
      this.last = e.timeStamp
      return undefined
    }
    if (e.key === 'Shift' || e.key === 'Control' || e.key === 'Alt' || e.key === 'CapsLock') return undefined
    if (gap > (this.announced ? PREFIX_GAP_MS : GAP_MS)) this.reset()
    this.last = e.timeStamp
    if (e.key === 'Enter' || e.key === 'Tab' || e.code === 'Enter' || e.code === 'NumpadEnter') {
      const code = this.buffer.trim()
      const whole = code.length >= (this.announced ? 1 : MIN_LENGTH)
      this.reset()
      return whole ? code : undefined
    }
    this.buffer += charOf(e)
    return undefined
  }

  private reset() {
    this.buffer = ''
    this.announced = false
  }
}
