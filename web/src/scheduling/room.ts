import type { Room } from '@/kit/screens'

export default {
  name: 'scheduling',
  screens: [
    { path: '/scheduling/run', page: () => import('./RunPage'), title: 'run', perm: 'scheduling.read', menu: { area: 'plan', icon: 'calendar', order: 10 } },
    { path: '/scheduling/board', page: () => import('./GanttPage'), title: 'board', perm: 'scheduling.read', menu: { area: 'plan', icon: 'board', order: 20 } },
    { path: '/scheduling/drafts', page: () => import('./DraftsPage'), title: 'drafts', perm: 'scheduling.read', menu: { area: 'plan', icon: 'list', order: 25 } },
    { path: '/scheduling/dispatch', page: () => import('./DispatchPage'), title: 'dispatch', perm: 'scheduling.read', menu: { area: 'plan', icon: 'machine', order: 30 } },
    { path: '/scheduling/slots', page: () => import('./SlotsPage'), title: 'slots', perm: 'scheduling.read', menu: { area: 'plan', icon: 'list', order: 40 } },
    { path: '/scheduling/people', page: () => import('./PeoplePage'), title: 'people', perm: 'scheduling.read', menu: { area: 'plan', icon: 'people', order: 42 } },
    { path: '/scheduling/history', page: () => import('./HistoryPage'), title: 'history', perm: 'scheduling.read', menu: { area: 'plan', icon: 'list', order: 45 } },
    { path: '/scheduling/history/:id', page: () => import('./PublicationPage'), title: 'publication', perm: 'scheduling.read' },
  ],
} satisfies Room
