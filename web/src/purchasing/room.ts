import type { Room } from '@/kit/screens'

const perm = 'purchasing.read'

export default {
  name: 'purchasing',
  screens: [
    { path: '/purchasing/orders', page: () => import('./OrdersPage'), title: 'orders', perm, menu: { area: 'orders', icon: 'cart', order: 30 } },
    { path: '/purchasing/orders/:number', page: () => import('./OrderPage'), title: 'order', perm },
    { path: '/purchasing/requisitions', page: () => import('./RequisitionsPage'), title: 'requisitions', perm: 'purchasing.request', menu: { area: 'orders', icon: 'cart', order: 28 } },
    { path: '/purchasing/changes', page: () => import('./ChangesPage'), title: 'changes', perm: 'purchasing.request', menu: { area: 'orders', icon: 'cart', order: 32 } },
    { path: '/purchasing/receipts', page: () => import('./ReceiptsPage'), title: 'receipts', perm, menu: { area: 'orders', icon: 'box', order: 40 } },
    { path: '/purchasing/sendings', page: () => import('./SendingsPage'), title: 'sendings', perm, menu: { area: 'orders', icon: 'move', order: 50 } },
    { path: '/purchasing/rejects', page: () => import('./RejectsPage'), title: 'rejects', perm, menu: { area: 'orders', icon: 'bell', order: 45 } },
  ],
} satisfies Room
