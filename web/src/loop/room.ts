import type { Room } from '@/kit/screens'

const perm = 'scheduling.read'

export default {
  name: 'loop',
  screens: [
    { path: '/scheduling/repairs', page: () => import('./RepairsPage'), title: 'repairs', perm, menu: { area: 'plan', icon: 'tool', order: 50 } },
    { path: '/scheduling/repairs/:id', page: () => import('./RepairPage'), title: 'repair', perm },
    { path: '/scheduling/times', page: () => import('./TimesPage'), title: 'times', perm, menu: { area: 'plan', icon: 'clock', order: 60 } },
    { path: '/scheduling/times/:id', page: () => import('./TimePage'), title: 'time', perm },
    { path: '/scheduling/time-decisions', page: () => import('./DecisionsPage'), title: 'decisions', perm },
  ],
} satisfies Room
