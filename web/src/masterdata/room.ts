import type { Room } from '@/kit/screens'

export default {
  name: 'masterdata',
  screens: [
    { path: '/masterdata/items', page: () => import('./ItemsPage'), title: 'items', perm: 'masterdata.read', menu: { area: 'master', icon: 'item', order: 10 } },
    { path: '/masterdata/items/:code', page: () => import('./ItemPage'), title: 'item', perm: 'masterdata.read' },
  ],
} satisfies Room
