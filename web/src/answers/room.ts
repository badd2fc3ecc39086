import type { Room } from '@/kit/screens'

const perm = 'planning.read'

export default {
  name: 'answers',
  screens: [
    { path: '/planning/promise', page: () => import('./PromisePage'), title: 'promise', perm: 'planning.promise', menu: { area: 'orders', icon: 'check', order: 5 } },
    { path: '/planning/kits', page: () => import('./KitsPage'), title: 'kits', perm, menu: { area: 'plan', icon: 'board', order: 8.1 } },
    { path: '/planning/unlocks', page: () => import('./UnlocksPage'), title: 'unlocks', perm, menu: { area: 'plan', icon: 'key', order: 8.2 } },
    { path: '/planning/shortages', page: () => import('./ShortagesPage'), title: 'shortages', perm, menu: { area: 'plan', icon: 'cart', order: 8.3 } },
    { path: '/planning/available', page: () => import('./AvailablePage'), title: 'available', perm, menu: { area: 'stock', icon: 'chart', order: 15 } },
    { path: '/planning/available/:item', page: () => import('./AvailablePage'), title: 'available', perm },
  ],
} satisfies Room
