import type { Room } from '@/kit/screens'

const perm = 'planning.read'

export default {
  name: 'replenish',
  screens: [
    { path: '/planning/replenish', page: () => import('./ReplenishPage'), title: 'list', perm, menu: { area: 'plan', icon: 'cart', order: 8 } },
    { path: '/planning/levels', page: () => import('./ReplenishLevelsPage'), title: 'levels', perm, menu: { area: 'plan', icon: 'chart', order: 9 } },
  ],
} satisfies Room
