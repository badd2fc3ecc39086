import i18n from 'i18next'
import { lazy, type ComponentType, type LazyExoticComponent } from 'react'
import type { Room, Screen } from '@/kit/screens'

/** A screen's code and texts. */
export const load = (room: Room, screen: Screen): Promise<{ default: ComponentType }> => Promise.all([screen.page(), i18n.loadNamespaces(room.name)]).then(([page]) => page)

export const pagesOf = (rooms: Room[]): { path: string; Page: LazyExoticComponent<ComponentType> }[] =>
  rooms.flatMap((room) => room.screens.map((screen) => ({ path: screen.path, Page: lazy(() => load(room, screen)) })))
