import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import en from '@/locales/en/kit.json'
import zh from '@/locales/zh/kit.json'
import { shapeOf, statusCodes, toneOf, type Tone } from './status'

const tokens = fs.readFileSync('src/kit/tokens.css', 'utf8')
const luminance = (hex: string) => {
  const [r, g, b] = [1, 3, 5].map((i) => { const c = parseInt(hex.slice(i, i + 2), 16) / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (a: string, b: string) => { const [x, y] = [luminance(a), luminance(b)].sort((m, n) => n - m) as [number, number]; return (x + 0.05) / (y + 0.05) }

describe('status', () => {
  it('has a word in both languages for every code, and no code twice', () => {
    const codes = statusCodes()
    expect(codes.filter((c) => !(c in zh.status) || !(c in en.status))).toEqual([])
    expect(new Set(codes).size).toBe(codes.length)
  })
  it('keeps red for late, failed, stopped and gives it a shape of its own', () => {
    expect(toneOf('late')).toBe('red')
    expect(toneOf('hold')).toBe('amber')
    expect(toneOf('never-heard-of')).toBe('grey')
    expect(shapeOf('red')).toBe('◆')
    expect(shapeOf('amber')).toBe('■')
  })
  it.each(['light', 'dark'])('has readable chips in %s (4.5:1)', (mode) => {
    const css = mode === 'light' ? tokens.slice(0, tokens.indexOf("[data-theme='dark']")) : tokens.slice(tokens.indexOf("[data-theme='dark']"), tokens.indexOf('.kw-wall {'))
    for (const tone of ['grey', 'blue', 'teal', 'amber', 'red', 'green', 'slate'] satisfies Tone[]) {
      const of = (n: string) => new RegExp(`--${tone}-${n}: (#[0-9a-f]{6})`).exec(css)?.[1] ?? ''
      expect(contrast(of('bg'), of('fg')), `${mode} ${tone}`).toBeGreaterThanOrEqual(4.5)
    }
  })
})
