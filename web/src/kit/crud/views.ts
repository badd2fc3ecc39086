// Saved views of a list: name → address text, per person and list, in this browser. Shared with others as a link.
import { me } from '../who'

export interface View { name: string; query: string }
const at = (list: string) => `kaiwu.views.${me()}.${list}`

export function savedViews(list: string): View[] {
  try {
    return JSON.parse(localStorage.getItem(at(list)) ?? '[]') as View[]
  } catch {
    return []
  }
}
export function saveView(list: string, view: View): void {
  localStorage.setItem(at(list), JSON.stringify([...savedViews(list).filter((v) => v.name !== view.name), view]))
}
export function dropView(list: string, name: string): void {
  localStorage.setItem(at(list), JSON.stringify(savedViews(list).filter((v) => v.name !== name)))
}

export const savedCols = (list: string): string[] | undefined => localStorage.getItem(`${at(list)}.cols`)?.split(',')
export const saveCols = (list: string, cols: string[] | undefined): void => {
  if (cols) localStorage.setItem(`${at(list)}.cols`, cols.join(','))
  else localStorage.removeItem(`${at(list)}.cols`)
}
