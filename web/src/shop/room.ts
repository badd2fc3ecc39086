import type { Room } from '@/kit/screens'

export default {
  name: 'shop',
  face: 'shop',
  screens: [
    { path: '/m', page: () => import('./StartPage'), title: 'start' },
    { path: '/m/station', page: () => import('./StationPage'), title: 'station', perm: 'production.report', tile: { icon: 'list', order: 10 } },
    { path: '/m/op/:order', page: () => import('./OpPage'), title: 'op', perm: 'production.read' },
    { path: '/m/op/:order/:op', page: () => import('./OpPage'), title: 'op', perm: 'production.read' },
    { path: '/m/report/:order/:op', page: () => import('./ReportPage'), title: 'report', perm: 'production.report' },
    { path: '/m/issue', page: () => import('./IssueListPage'), title: 'issue', perm: 'production.issue', tile: { icon: 'issue', order: 20 } },
    { path: '/m/issue/:order', page: () => import('./IssuePage'), title: 'issue', perm: 'production.issue' },
    { path: '/m/return/:order', page: () => import('./ReturnPage'), title: 'giveBack', perm: 'production.issue' },
    { path: '/m/inspect', page: () => import('./InspectListPage'), title: 'inspect', perm: 'quality.judge', tile: { icon: 'inspect', order: 30 } },
    { path: '/m/inspect/:number', page: () => import('./InspectPage'), title: 'inspect', perm: 'quality.read' },
    { path: '/m/receive', page: () => import('./ReceiveListPage'), title: 'receive', perm: 'production.receive', tile: { icon: 'box', order: 40 } },
    { path: '/m/receive/:order', page: () => import('./ReceivePage'), title: 'receive', perm: 'production.receive' },
    { path: '/m/goods', page: () => import('./GoodsListPage'), title: 'goods', perm: 'purchasing.receive', tile: { icon: 'receive', order: 50 } },
    { path: '/m/goods/:order', page: () => import('./GoodsOrderPage'), title: 'goods', perm: 'purchasing.read' },
    { path: '/m/goods/:order/:line', page: () => import('./GoodsPage'), title: 'goods', perm: 'purchasing.receive' },
    { path: '/m/send/:order', page: () => import('./SendPage'), title: 'send', perm: 'purchasing.send' },
    { path: '/m/ship', page: () => import('./ShipListPage'), title: 'ship', perm: 'sales.ship', tile: { icon: 'ship', order: 60 } },
    { path: '/m/ship/:order', page: () => import('./ShipPage'), title: 'ship', perm: 'sales.read' },
    { path: '/m/shipments/:number', page: () => import('./ShipmentPage'), title: 'shipment', perm: 'sales.read' },
    { path: '/m/stock', page: () => import('./StockPage'), title: 'stock', perm: 'inventory.read', tile: { icon: 'search', order: 70 } },
    { path: '/m/move', page: () => import('./MovePage'), title: 'move', perm: 'inventory.transfer', tile: { icon: 'move', order: 80 } },
  ],
} satisfies Room
