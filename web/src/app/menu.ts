import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AREAS, type Area, type Room, type Screen } from '@/kit/screens'
import { can, moduleOn, type Me } from './me'
import { roomsOf } from './rooms'

const texts: Record<string, () => Promise<{ default: Record<string, Record<string, string>> }>> = {
  zh: () => import('virtual:menu/zh'),
  en: () => import('virtual:menu/en'),
}
type Texts = Record<string, Record<string, string>>
const loaded: Record<string, Texts> = {}

/** Loaded with the shell, before it draws. */
export async function loadMenuTexts(lng: string): Promise<void> {
  loaded[lng] ??= (await texts[lng === 'en' ? 'en' : 'zh']!()).default
}

/** Titles of all rooms' screens in the current language. */
export function useTitles(): (room: string, screen: Screen) => string {
  const { i18n } = useTranslation()
  const lng = i18n.language
  const [, redraw] = useState(0)
  useEffect(() => { if (!loaded[lng]) void loadMenuTexts(lng).then(() => redraw((n) => n + 1)) }, [lng])
  return (room, screen) => loaded[lng]?.[room]?.[screen.title] ?? ''
}

export interface Entry { room: Room; screen: Screen }
export const mayOpen = (me: Me | undefined, room: string, screen: Screen): boolean => moduleOn(me, room) && can(me, screen.perm)

/** The menu by area, without what this person may not open or the company has switched off. */
export function menuOf(me: Me | undefined): { area: Area; entries: Entry[] }[] {
  const all = roomsOf('office').flatMap((room) => room.screens.filter((s) => s.menu && mayOpen(me, room.name, s)).map((screen) => ({ room, screen })))
  return AREAS.map((area) => ({ area, entries: all.filter((e) => e.screen.menu?.area === area).sort((a, b) => (a.screen.menu?.order ?? 0) - (b.screen.menu?.order ?? 0)) }))
    .filter((g) => g.entries.length > 0)
}

/** The menu screen under which a detail screen lives: the longest menu path that its own path starts with. */
export function parentOf(path: string): Entry | undefined {
  let best: Entry | undefined
  for (const room of roomsOf('office')) {
    for (const screen of room.screens) {
      if (screen.menu && (path === screen.path || path.startsWith(screen.path + '/')) && screen.path.length > (best?.screen.path.length ?? 0)) best = { room, screen }
    }
  }
  return best
}
