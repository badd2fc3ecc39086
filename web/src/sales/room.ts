import type { Room } from '@/kit/screens'

export default {
  name: 'sales',
  screens: [
    { path: '/sales/orders', page: () => import('./OrdersPage'), title: 'orders', perm: 'sales.read', menu: { area: 'orders', icon: 'orders', order: 10 } },
    { path: '/sales/orders/:number', page: () => import('./OrderPage'), title: 'order', perm: 'sales.read' },
    { path: '/sales/work-rules', page: () => import('./RulesPage'), title: 'rules', perm: 'production.create', menu: { area: 'orders', icon: 'setting', order: 40 } },
    { path: '/sales/picks', page: () => import('./PicksPage'), title: 'picks', perm: 'sales.pick', menu: { area: 'orders', icon: 'list', order: 15 } },
    { path: '/sales/picks/:number', page: () => import('./PickPage'), title: 'pick', perm: 'sales.pick' },
    { path: '/sales/shipments', page: () => import('./ShipmentsPage'), title: 'shipments', perm: 'sales.read', menu: { area: 'orders', icon: 'truck', order: 20 } },
    { path: '/sales/shipments/:number', page: () => import('./ShipmentPage'), title: 'shipment', perm: 'sales.read' },
  ],
} satisfies Room
