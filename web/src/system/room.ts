import type { Room } from '@/kit/screens'

export default {
  name: 'system',
  screens: [
    { path: '/system/first-steps', page: () => import('./FirstStepsPage'), title: 'firstSteps', perm: 'masterdata.import', menu: { area: 'system', icon: 'check', order: 60 } },
    { path: '/system/audit', page: () => import('./AuditPage'), title: 'audit', perm: 'audit.read', menu: { area: 'system', icon: 'log', order: 70 } },
    { path: '/system/jobs', page: () => import('./JobsPage'), title: 'jobs', perm: 'jobs.manage', menu: { area: 'system', icon: 'job', order: 80 } },
    { path: '/system/parked', page: () => import('./ParkedPage'), title: 'parked', perm: 'events.manage', menu: { area: 'system', icon: 'bell', order: 90 } },
    { path: '/system/doctor', page: () => import('./DoctorPage'), title: 'doctor', perm: 'identity.modules', menu: { area: 'system', icon: 'check', order: 100 } },
  ],
} satisfies Room
