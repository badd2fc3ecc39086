import type { Room } from '@/kit/screens'

const perm = 'inventory.read'

export default {
  name: 'inventory',
  screens: [
    { path: '/inventory/stock', page: () => import('./StockPage'), title: 'stock', perm, menu: { area: 'stock', icon: 'box', order: 10 } },
    { path: '/inventory/items/:item', page: () => import('./StockCardPage'), title: 'card', perm },
    { path: '/inventory/places', page: () => import('./PlacesPage'), title: 'places', perm, menu: { area: 'stock', icon: 'tree', order: 12 } },
    { path: '/inventory/putaway', page: () => import('./PutAwayPage'), title: 'putaway', perm, menu: { area: 'stock', icon: 'import', order: 14 } },
    { path: '/inventory/containers', page: () => import('./ContainersPage'), title: 'containers', perm, menu: { area: 'stock', icon: 'lots', order: 35 } },
    { path: '/inventory/containers/:code', page: () => import('./ContainerPage'), title: 'container', perm },
    { path: '/inventory/counts', page: () => import('./CountsPage'), title: 'counts', perm, menu: { area: 'stock', icon: 'check', order: 37 } },
    { path: '/inventory/counts/:number', page: () => import('./CountPage'), title: 'count', perm },
    { path: '/inventory/supply', page: () => import('./SupplyPage'), title: 'supply', perm, menu: { area: 'stock', icon: 'route', order: 15 } },
    { path: '/inventory/supply/calls', page: () => import('./SupplyCallsPage'), title: 'supplyCalls', perm, menu: { area: 'stock', icon: 'bell', order: 16 } },
    { path: '/inventory/transfers', page: () => import('./TransfersPage'), title: 'transfers', perm, menu: { area: 'stock', icon: 'move', order: 17 } },
    { path: '/inventory/transfers/:number', page: () => import('./TransferPage'), title: 'transferOne', perm },
    { path: '/inventory/owed', page: () => import('./OwedPage'), title: 'owed', perm, menu: { area: 'stock', icon: 'move', order: 38 } },
    { path: '/inventory/reasons', page: () => import('./ReasonsPage'), title: 'reasons', perm, menu: { area: 'stock', icon: 'setting', order: 70 } },
    { path: '/inventory/lots', page: () => import('./LotsPage'), title: 'lots', perm, menu: { area: 'stock', icon: 'lots', order: 20 } },
    { path: '/inventory/lots/:item/:lot', page: () => import('./LotPage'), title: 'lot', perm },
    { path: '/inventory/serials', page: () => import('./SerialsPage'), title: 'serials', perm, menu: { area: 'stock', icon: 'label', order: 30 } },
    { path: '/inventory/serials/:item/:serial', page: () => import('./SerialPage'), title: 'serial', perm },
    { path: '/inventory/moves', page: () => import('./MovesPage'), title: 'moves', perm, menu: { area: 'stock', icon: 'move', order: 40 } },
    { path: '/inventory/documents', page: () => import('./DocumentsPage'), title: 'documents', perm, menu: { area: 'stock', icon: 'list', order: 50 } },
    { path: '/inventory/as-of', page: () => import('./AsOfPage'), title: 'asOf', perm, menu: { area: 'stock', icon: 'clock', order: 60 } },
  ],
} satisfies Room
