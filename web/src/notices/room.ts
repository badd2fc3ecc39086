import type { Room } from '@/kit/screens'

export default {
  name: 'notices',
  screens: [
    { path: '/notices', page: () => import('./NoticesPage'), title: 'list', menu: { area: 'insight', icon: 'bell', order: 1 } },
    { path: '/notices/settings', page: () => import('./NoticeSettingsPage'), title: 'settings' },
    { path: '/system/mail', page: () => import('./MailPage'), title: 'mail', perm: 'mail.manage', menu: { area: 'system', icon: 'setting', order: 84 } },
    { path: '/system/mail/sent', page: () => import('./MailsPage'), title: 'sent', perm: 'mail.manage' },
  ],
} satisfies Room
