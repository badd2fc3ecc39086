// Who logged in here lately, so that on a shared tablet a tap and the PIN are enough. A PIN is always asked: the
// list holds badges, and a tablet that asks for none does not offer it.
const REMEMBER = 'kaiwu.recent'

export interface Recent { badge: string; name: string }

export function recent(text = localStorage.getItem(REMEMBER) ?? ''): Recent[] {
  try {
    const list = JSON.parse(text) as Recent[]
    return Array.isArray(list) ? list.filter((r) => typeof r?.badge === 'string' && typeof r.name === 'string').slice(0, 5) : []
  } catch {
    return []
  }
}
/** The latest first, each once, five of them. */
export const withLatest = (list: Recent[], r: Recent): Recent[] => [r, ...list.filter((x) => x.badge !== r.badge)].slice(0, 5)
export const keepRecent = (r: Recent): void => localStorage.setItem(REMEMBER, JSON.stringify(withLatest(recent(), r)))
