import type { Room } from '@/kit/screens'

export default {
  name: 'production',
  screens: [
    { path: '/production/orders', page: () => import('./OrdersPage'), title: 'orders', perm: 'production.read', menu: { area: 'make', icon: 'factory', order: 10 } },
    { path: '/production/orders/:number', page: () => import('./OrderPage'), title: 'order', perm: 'production.read' },
    { path: '/production/ready', page: () => import('./ReadyPage'), title: 'ready', perm: 'production.read', menu: { area: 'make', icon: 'tool', order: 20 } },
    { path: '/production/reports', page: () => import('./ReportsPage'), title: 'reports', perm: 'production.read', menu: { area: 'make', icon: 'check', order: 30 } },
    { path: '/production/variances', page: () => import('./VariancesPage'), title: 'variances', perm: 'production.read', menu: { area: 'make', icon: 'check', order: 40 } },
    { path: '/production/policies', page: () => import('./PoliciesPage'), title: 'policies', perm: 'production.read', menu: { area: 'make', icon: 'tool', order: 50 } },
  ],
} satisfies Room
