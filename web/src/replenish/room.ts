import type { Room } from '@/kit/screens'

const perm = 'planning.read'

export default {
  name: 'replenish',
  screens: [
    { path: '/planning/replenish', page: () => import('./ReplenishPage'), title: 'list', perm, menu: { area: 'plan', icon: 'cart', order: 10 } },
    { path: '/planning/levels', page: () => import('./ReplenishLevelsPage'), title: 'levels', perm, menu: { area: 'plan', icon: 'chart', order: 11 } },
    { path: '/planning/slow', page: () => import('./SlowPage'), title: 'slow', perm, menu: { area: 'plan', icon: 'clock', order: 12 } },
  ],
} satisfies Room
