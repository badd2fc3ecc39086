import type { Room } from '@/kit/screens'

const perm = 'masterdata.read'

export default {
  name: 'masterdata',
  screens: [
    { path: '/masterdata/items', page: () => import('./ItemsPage'), title: 'items', perm, menu: { area: 'master', icon: 'item', order: 10 } },
    { path: '/masterdata/items/:code', page: () => import('./ItemPage'), title: 'item', perm },
    { path: '/masterdata/boms', page: () => import('./BomsPage'), title: 'boms', perm, menu: { area: 'master', icon: 'tree', order: 20 } },
    { path: '/masterdata/boms/:code', page: () => import('./BomPage'), title: 'bom', perm },
    { path: '/masterdata/routings', page: () => import('./RoutingsPage'), title: 'routings', perm, menu: { area: 'master', icon: 'route', order: 30 } },
    { path: '/masterdata/routings/:code', page: () => import('./RoutingPage'), title: 'routing', perm },
    { path: '/masterdata/substitutes', page: () => import('./GeneralSubsPage'), title: 'generalSubs', perm, menu: { area: 'master', icon: 'switch', order: 25 } },
    { path: '/masterdata/changes', page: () => import('./ChangesPage'), title: 'changes', perm, menu: { area: 'master', icon: 'switch', order: 35 } },
    { path: '/masterdata/changes/:number', page: () => import('./ChangePage'), title: 'change', perm },
    { path: '/masterdata/work-centers', page: () => import('./WorkCentersPage'), title: 'workCenters', perm, menu: { area: 'master', icon: 'machine', order: 40 } },
    { path: '/masterdata/work-centers/:code', page: () => import('./WorkCenterPage'), title: 'workCenter', perm },
    { path: '/masterdata/calendars', page: () => import('./CalendarsPage'), title: 'calendars', perm, menu: { area: 'master', icon: 'clock', order: 50 } },
    { path: '/masterdata/calendars/:code', page: () => import('./CalendarPage'), title: 'calendar', perm },
    { path: '/masterdata/warehouses', page: () => import('./WarehousesPage'), title: 'warehouses', perm, menu: { area: 'master', icon: 'warehouse', order: 60 } },
    { path: '/masterdata/warehouses/:code', page: () => import('./WarehousePage'), title: 'warehouse', perm },
    { path: '/masterdata/partners', page: () => import('./PartnersPage'), title: 'partners', perm, menu: { area: 'master', icon: 'partner', order: 70 } },
    { path: '/masterdata/partners/:code', page: () => import('./PartnerPage'), title: 'partner', perm },
    { path: '/masterdata/workers', page: () => import('./WorkersPage'), title: 'workers', perm, menu: { area: 'master', icon: 'people', order: 80 } },
    { path: '/masterdata/workers/:code', page: () => import('./WorkerPage'), title: 'worker', perm },
    { path: '/masterdata/machines', page: () => import('./MachinesPage'), title: 'machines', perm, menu: { area: 'master', icon: 'machine', order: 42 } },
    { path: '/masterdata/machines/:code', page: () => import('./MachinePage'), title: 'machine', perm },
    { path: '/masterdata/tools', page: () => import('./ToolsPage'), title: 'tools', perm, menu: { area: 'master', icon: 'tool', order: 44 } },
    { path: '/masterdata/tools/:code', page: () => import('./ToolPage'), title: 'tool', perm },
    { path: '/masterdata/teams', page: () => import('./TeamsPage'), title: 'teams', perm, menu: { area: 'master', icon: 'people', order: 82 } },
    { path: '/masterdata/skills', page: () => import('./SkillsPage'), title: 'skills', perm, menu: { area: 'master', icon: 'check', order: 84 } },
    { path: '/masterdata/settings', page: () => import('./SettingsPage'), title: 'settings', perm, menu: { area: 'master', icon: 'setting', order: 95 } },
    { path: '/masterdata/dictionary', page: () => import('./DictionaryPage'), title: 'dictionary', perm, menu: { area: 'master', icon: 'list', order: 92 } },
    { path: '/masterdata/dictionary/:noun', page: () => import('./DictionaryNounPage'), title: 'dictionaryNoun', perm },
    { path: '/masterdata/dictionary/:noun/:field', page: () => import('./DictionaryFieldPage'), title: 'dictionaryField', perm },
    { path: '/masterdata/import', page: () => import('./ImportPage'), title: 'import', perm: 'masterdata.import', menu: { area: 'master', icon: 'import', order: 90 } },
  ],
} satisfies Room
