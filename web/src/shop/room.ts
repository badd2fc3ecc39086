import i18n from 'i18next'
import type { ComponentType } from 'react'
import type { Room } from '@/kit/screens'

/** The start page does without the texts of what lies behind it. */
const withAll = (more: string[]) => (page: Promise<{ default: ComponentType }>) => Promise.all([page, i18n.loadNamespaces(['floor', ...more])]).then(([m]) => m)
const withTexts = withAll([])
const withWares = withAll(['wares'])
const withMore = withAll(['line'])
const withMaterial = withAll(['material'])
const withBack = withAll(['back'])
const withLineside = withAll(['lineside'])

export default {
  name: 'shop',
  face: 'shop',
  screens: [
    { path: '/m', page: () => import('./StartPage'), title: 'start' },
    { path: '/m/station', page: () => withMore(import('./StationPage')), title: 'station', perm: 'production.report', tile: { icon: 'list', order: 10 } },
    { path: '/m/op/:order', page: () => withTexts(import('./OpPage')), title: 'op', perm: 'production.read' },
    { path: '/m/op/:order/:op', page: () => withTexts(import('./OpPage')), title: 'op', perm: 'production.read' },
    { path: '/m/report/:order/:op', page: () => withTexts(import('./ReportPage')), title: 'report', perm: 'production.report' },
    { path: '/m/calls', page: () => withMore(import('./CallsPage')), title: 'calls', perm: 'production.read', tile: { icon: 'alert', order: 12 } },
    { path: '/m/call/:order/:op', page: () => withMore(import('./CallPage')), title: 'call', perm: 'production.call' },
    { path: '/m/board', page: () => withMore(import('./BoardPage')), title: 'board', perm: 'production.release', tile: { icon: 'order', order: 14 } },
    { path: '/m/handover', page: () => withMore(import('./HandoverPage')), title: 'handover', perm: 'production.report' },
    { path: '/m/handover/:number', page: () => withMore(import('./HandoverPage')), title: 'handover', perm: 'production.report' },
    { path: '/m/issue', page: () => withMaterial(import('./IssueListPage')), title: 'issue', perm: 'production.issue', tile: { icon: 'issue', order: 20 } },
    { path: '/m/issue/:order', page: () => withMaterial(import('./IssuePage')), title: 'issue', perm: 'production.issue' },
    { path: '/m/wopick/:number', page: () => withAll(['material', 'wares'])(import('./WorkPickPage')), title: 'pick', perm: 'production.issue' },
    { path: '/m/return/:order', page: () => withLineside(import('./ReturnPage')), title: 'giveBack', perm: 'production.issue' },
    { path: '/m/inspect', page: () => withWares(import('./InspectListPage')), title: 'inspect', perm: 'quality.judge', tile: { icon: 'inspect', order: 30 } },
    { path: '/m/inspect/:number', page: () => withWares(import('./InspectPage')), title: 'inspect', perm: 'quality.read' },
    { path: '/m/receive', page: () => withWares(import('./ReceiveListPage')), title: 'receive', perm: 'production.receive', tile: { icon: 'box', order: 40 } },
    { path: '/m/receive/:order', page: () => withWares(import('./ReceivePage')), title: 'receive', perm: 'production.receive' },
    { path: '/m/assign/:order', page: () => withWares(import('./AssignPage')), title: 'assign', perm: 'production.report' },
    { path: '/m/goods', page: () => withWares(import('./GoodsListPage')), title: 'goods', perm: 'purchasing.receive', tile: { icon: 'receive', order: 50 } },
    { path: '/m/goods/:order', page: () => withWares(import('./GoodsOrderPage')), title: 'goods', perm: 'purchasing.read' },
    { path: '/m/goods/:order/:line', page: () => withWares(import('./GoodsPage')), title: 'goods', perm: 'purchasing.receive' },
    { path: '/m/send/:order', page: () => withWares(import('./SendPage')), title: 'send', perm: 'purchasing.send' },
    { path: '/m/ship', page: () => withWares(import('./ShipListPage')), title: 'ship', perm: 'sales.ship', tile: { icon: 'ship', order: 60 } },
    { path: '/m/ship/:order', page: () => withWares(import('./ShipPage')), title: 'ship', perm: 'sales.read' },
    { path: '/m/pick/:number', page: () => withWares(import('./ShipPickPage')), title: 'pick', perm: 'sales.pick' },
    { path: '/m/shipments/:number', page: () => withWares(import('./ShipmentPage')), title: 'shipment', perm: 'sales.read' },
    { path: '/m/stock', page: () => withWares(import('./StockPage')), title: 'stock', perm: 'inventory.read', tile: { icon: 'search', order: 70 } },
    { path: '/m/putaway', page: () => withAll(['lineside', 'wares'])(import('./PutAwayPage')), title: 'putaway', perm: 'inventory.transfer', tile: { icon: 'receive', order: 52 } },
    { path: '/m/rejects', page: () => withWares(import('./RejectsPage')), title: 'rejects', perm: 'purchasing.return', tile: { icon: 'alert', order: 54 } },
    { path: '/m/supply', page: () => withBack(import('./SupplyPage')), title: 'supply', perm: 'sales.supply', tile: { icon: 'receive', order: 56 } },
    { path: '/m/back', page: () => withBack(import('./BackListPage')), title: 'back', perm: 'sales.take_back', tile: { icon: 'undo', order: 58 } },
    { path: '/m/back/:number', page: () => withBack(import('./BackPage')), title: 'back', perm: 'sales.read' },
    { path: '/m/box', page: () => withLineside(import('./BoxListPage')), title: 'box', perm: 'inventory.transfer', tile: { icon: 'box', order: 82 } },
    { path: '/m/box/:code', page: () => withAll(['lineside', 'wares'])(import('./BoxPage')), title: 'box', perm: 'inventory.read' },
    { path: '/m/count', page: () => withLineside(import('./CountListPage')), title: 'count', perm: 'inventory.count', tile: { icon: 'list', order: 84 } },
    { path: '/m/count/:number', page: () => withAll(['lineside', 'wares'])(import('./CountPage')), title: 'count', perm: 'inventory.read' },
    { path: '/m/line', page: () => withLineside(import('./LinePage')), title: 'line', perm: 'inventory.call', tile: { icon: 'alert', order: 22 } },
    { path: '/m/feed', page: () => withLineside(import('./FeedPage')), title: 'feed', perm: 'inventory.transfer', tile: { icon: 'move', order: 24 } },
    { path: '/m/between', page: () => withLineside(import('./BetweenListPage')), title: 'between', perm: 'inventory.transfer', tile: { icon: 'ship', order: 26 } },
    { path: '/m/between/:number', page: () => withLineside(import('./BetweenPage')), title: 'between', perm: 'inventory.transfer' },
    { path: '/m/lots', page: () => withLineside(import('./LotsPage')), title: 'relot', perm: 'inventory.lots', tile: { icon: 'print', order: 83 } },
    { path: '/m/move', page: () => withWares(import('./MovePage')), title: 'move', perm: 'inventory.transfer', tile: { icon: 'move', order: 80 } },
  ],
} satisfies Room
