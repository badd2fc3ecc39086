import type { Room } from '@/kit/screens'

export default {
  name: 'back',
  screens: [
    { path: '/sales/complaints', page: () => import('./ComplaintsPage'), title: 'complaints', perm: 'sales.read', menu: { area: 'quality', icon: 'bell', order: 60 } },
    { path: '/sales/complaints/:number', page: () => import('./ComplaintPage'), title: 'complaint', perm: 'sales.read' },
    { path: '/sales/returns', page: () => import('./ReturnsPage'), title: 'returns', perm: 'sales.read', menu: { area: 'quality', icon: 'import', order: 62 } },
    { path: '/sales/returns/:number', page: () => import('./ReturnPage'), title: 'return', perm: 'sales.read' },
    { path: '/sales/supplies', page: () => import('./SuppliesPage'), title: 'supplies', perm: 'sales.read', menu: { area: 'stock', icon: 'partner', order: 60 } },
    { path: '/sales/supplies/:number', page: () => import('./SupplyPage'), title: 'supply', perm: 'sales.read' },
    { path: '/sales/supplies-statement', page: () => import('./StatementPage'), title: 'statement', perm: 'sales.read' },
    { path: '/production/rework', page: () => import('./ReworkPage'), title: 'rework', perm: 'production.rework', menu: { area: 'make', icon: 'tool', order: 32 } },
  ],
} satisfies Room
