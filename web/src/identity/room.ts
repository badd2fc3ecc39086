import type { Room } from '@/kit/screens'

const perm = 'identity.read'

export default {
  name: 'identity',
  screens: [
    { path: '/identity/users', page: () => import('./UsersPage'), title: 'users', perm, menu: { area: 'system', icon: 'user', order: 10 } },
    { path: '/identity/users/:login', page: () => import('./UserPage'), title: 'user', perm },
    { path: '/identity/roles', page: () => import('./RolesPage'), title: 'roles', perm, menu: { area: 'system', icon: 'shield', order: 20 } },
    { path: '/identity/roles/:name', page: () => import('./RolePage'), title: 'role', perm },
    { path: '/identity/sessions', page: () => import('./SessionsPage'), title: 'sessions', perm, menu: { area: 'system', icon: 'clock', order: 30 } },
    { path: '/identity/devices', page: () => import('./DevicesPage'), title: 'devices', perm, menu: { area: 'system', icon: 'scan', order: 40 } },
    { path: '/identity/keys', page: () => import('./KeysPage'), title: 'keys', perm: 'identity.keys', menu: { area: 'system', icon: 'key', order: 50 } },
    { path: '/identity/modules', page: () => import('./ModulesPage'), title: 'modules', perm, menu: { area: 'system', icon: 'switch', order: 60 } },
  ],
} satisfies Room
