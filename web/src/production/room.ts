import type { Room } from '@/kit/screens'

export default {
  name: 'production',
  screens: [
    { path: '/production/orders', page: () => import('./OrdersPage'), title: 'orders', perm: 'production.read', menu: { area: 'make', icon: 'factory', order: 10 } },
    { path: '/production/orders/:number', page: () => import('./OrderPage'), title: 'order', perm: 'production.read' },
    { path: '/production/ready', page: () => import('./ReadyPage'), title: 'ready', perm: 'production.read', menu: { area: 'make', icon: 'tool', order: 20 } },
    { path: '/production/board', page: () => import('./BoardPage'), title: 'board', perm: 'production.read', menu: { area: 'make', icon: 'board', order: 22 } },
    { path: '/production/calls', page: () => import('./CallsPage'), title: 'calls', perm: 'production.read', menu: { area: 'make', icon: 'bell', order: 24 } },
    { path: '/production/handovers', page: () => import('./HandoversPage'), title: 'handovers', perm: 'production.read', menu: { area: 'make', icon: 'people', order: 40 } },
    { path: '/production/handovers/:number', page: () => import('./HandoverPage'), title: 'handover', perm: 'production.read' },
    { path: '/production/floor-setup', page: () => import('./FloorSetupPage'), title: 'floorSetup', perm: 'production.read', menu: { area: 'make', icon: 'setting', order: 90 } },
    { path: '/production/picks', page: () => import('./PicksPage'), title: 'picks', perm: 'production.read', menu: { area: 'make', icon: 'list', order: 26 } },
    { path: '/production/picks/:number', page: () => import('./PickPage'), title: 'pick', perm: 'production.read' },
    { path: '/production/substitutes', page: () => import('./SubstitutesPage'), title: 'substitutes', perm: 'production.read', menu: { area: 'make', icon: 'switch', order: 28 } },
    { path: '/production/changes', page: () => import('./ChangesPage'), title: 'changes', perm: 'production.read', menu: { area: 'make', icon: 'switch', order: 29 } },
    { path: '/production/changes/:change', page: () => import('./ChangePage'), title: 'change', perm: 'production.read' },
    { path: '/production/reports', page: () => import('./ReportsPage'), title: 'reports', perm: 'production.read', menu: { area: 'make', icon: 'check', order: 30 } },
    { path: '/production/readings', page: () => import('./ReadingsPage'), title: 'readings', perm: 'production.read', menu: { area: 'make', icon: 'check', order: 32 } },
    { path: '/production/held', page: () => import('./HeldPage'), title: 'held', perm: 'production.read', menu: { area: 'make', icon: 'bell', order: 25 } },
    { path: '/production/variances', page: () => import('./VariancesPage'), title: 'variances', perm: 'production.read', menu: { area: 'make', icon: 'check', order: 40 } },
    { path: '/production/policies', page: () => import('./PoliciesPage'), title: 'policies', perm: 'production.read', menu: { area: 'make', icon: 'tool', order: 50 } },
  ],
} satisfies Room
