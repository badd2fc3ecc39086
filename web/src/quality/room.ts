import type { Room } from '@/kit/screens'

export default {
  name: 'quality',
  screens: [
    { path: '/quality/inspections', page: () => import('./InspectionsPage'), title: 'inspections', perm: 'quality.read', menu: { area: 'quality', icon: 'shield', order: 10 } },
    { path: '/quality/inspections/:number', page: () => import('./InspectionPage'), title: 'inspection', perm: 'quality.read' },
    { path: '/quality/incoming', page: () => import('./IncomingPage'), title: 'incoming', perm: 'quality.read', menu: { area: 'quality', icon: 'setting', order: 20 } },
  ],
} satisfies Room
