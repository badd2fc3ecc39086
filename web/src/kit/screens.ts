import type { ComponentType } from 'react'
import type { ShopIcon } from './shop/icons'

export type Face = 'office' | 'shop' | 'wall'
/** Groups of the office menu, in this order. */
export const AREAS = ['orders', 'plan', 'make', 'stock', 'quality', 'insight', 'master', 'system'] as const
export type Area = (typeof AREAS)[number]

export interface Screen {
  /** "/production/orders" or "/production/orders/:number" */
  path: string
  page: () => Promise<{ default: ComponentType }>
  /** Text in this room's locale file under "menu": title in menu, breadcrumb, tab. */
  title: string
  /** Permission without which the screen is neither listed nor opened. */
  perm?: string
  /** In the office menu when set; `order` sorts inside the area. */
  menu?: { area: Area; icon: IconName; order: number }
  /** On the start page of the floor when set. */
  tile?: { icon: ShopIcon; order: number }
}

/** What a room adds to the application: `export default { name: 'production', screens: [...] } satisfies Room`. */
export interface Room {
  /** Same as the Go room; also the locale file and the module switch. */
  name: string
  face?: Face
  screens: Screen[]
}

/** Icons for menus; the drawings are in app/icons.tsx. */
export type IconName = 'orders' | 'cart' | 'truck' | 'calendar' | 'list' | 'factory' | 'scan' | 'box' | 'lots' | 'move' | 'check' | 'shield' | 'chart' | 'trace' | 'item' | 'tree' | 'route' | 'machine' | 'people' | 'partner' | 'warehouse' | 'clock' | 'user' | 'key' | 'log' | 'import' | 'setting' | 'label' | 'tool' | 'money' | 'board' | 'bell' | 'job' | 'switch'
