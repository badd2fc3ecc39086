import type { Room } from '@/kit/screens'

const perm = 'planning.read'

export default {
  name: 'planning',
  screens: [
    { path: '/planning/plan', page: () => import('./PlanPage'), title: 'plan', perm, menu: { area: 'plan', icon: 'chart', order: 1 } },
    { path: '/planning/plan/compare', page: () => import('./ComparePage'), title: 'compare', perm },
    { path: '/planning/messages', page: () => import('./MessagesPage'), title: 'messages', perm, menu: { area: 'plan', icon: 'bell', order: 2 } },
    { path: '/planning/orders', page: () => import('./OrdersPage'), title: 'orders', perm, menu: { area: 'plan', icon: 'list', order: 3 } },
    { path: '/planning/items', page: () => import('./ItemsPage'), title: 'items', perm, menu: { area: 'plan', icon: 'item', order: 4 } },
    { path: '/planning/items/:code', page: () => import('./ItemPage'), title: 'item', perm },
    { path: '/planning/items/:code/trace', page: () => import('./TracePage'), title: 'trace', perm },
    { path: '/planning/firm', page: () => import('./FirmPage'), title: 'firm', perm, menu: { area: 'plan', icon: 'check', order: 5 } },
    { path: '/planning/firm/:number', page: () => import('./FirmOrderPage'), title: 'firmOrder', perm },
    { path: '/planning/forecast', page: () => import('./ForecastPage'), title: 'forecast', perm: 'sales.forecast', menu: { area: 'plan', icon: 'chart', order: 7 } },
    { path: '/planning/substitutes', page: () => import('./SwapsPage'), title: 'swaps', perm, menu: { area: 'plan', icon: 'switch', order: 4.5 } },
    { path: '/planning/scenarios', page: () => import('./ScenariosPage'), title: 'scenarios', perm, menu: { area: 'plan', icon: 'list', order: 8 } },
    { path: '/planning/scenarios/:number', page: () => import('./ScenarioPage'), title: 'scenario', perm },
    { path: '/planning/demands', page: () => import('./DemandsPage'), title: 'demands', perm, menu: { area: 'plan', icon: 'orders', order: 6 } },
  ],
} satisfies Room
