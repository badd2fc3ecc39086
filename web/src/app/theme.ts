import { create } from 'zustand'

export type Theme = 'light' | 'dark'
const REMEMBER = 'kaiwu.theme'

function initial(): Theme {
  const saved = localStorage.getItem(REMEMBER)
  return saved === 'dark' || saved === 'light' ? saved : 'light'
}
const apply = (t: Theme) => { document.documentElement.dataset.theme = t }

export const useTheme = create<{ theme: Theme; set: (t: Theme) => void }>((set) => ({
  theme: initial(),
  set: (theme) => { localStorage.setItem(REMEMBER, theme); apply(theme); set({ theme }) },
}))

export const startTheme = () => apply(useTheme.getState().theme)
export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
