import { matchPath } from 'react-router'
import type { Room, Screen } from '@/kit/screens'
import { load } from './load'
import { rooms } from './rooms'

export interface Place { room: Room; screen: Screen; params: Record<string, string | undefined> }

/** More fixed parts first: "/sales/orders/new" before "/sales/orders/:number". */
const weight = (path: string) => path.split('/').reduce((n, part) => n * 3 + (part.startsWith(':') ? 1 : part === '*' ? 0 : 2), 0)
const all = rooms.flatMap((room) => room.screens.map((screen) => ({ room, screen }))).sort((a, b) => weight(b.screen.path) - weight(a.screen.path))

/** Which screen an address shows. */
export function placeOf(pathname: string): Place | undefined {
  for (const { room, screen } of all) {
    const m = matchPath(screen.path, pathname)
    if (m) return { room, screen, params: m.params }
  }
  return undefined
}

/** Fetches a screen's code before it is drawn: at start, and when the pointer rests on its link. */
export function preload(pathname: string): void {
  const at = placeOf(pathname)
  if (at) void load(at.room, at.screen).catch(() => {})
}
