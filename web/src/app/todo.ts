import { addDays, today } from '@/kit/dates'
import type { Tone } from '@/kit/status'
import { can, moduleOn, type Me } from './me'
import { placeOf } from './places'
import { mayOpen } from './menu'

/** Something that waits for people with a permission: the list it is counted in, and the page that shows it. */
export interface Waiting { key: string; tone: Tone; path: string; filter: string[]; to: string }
interface Kind extends Omit<Waiting, 'to'> { perms: string[]; to: string; /** Also for people from outside. */ outside?: boolean }

const list = (page: string, filter: string[]) => `${page}?${filter.map((f) => `filter=${encodeURIComponent(f)}`).join('&')}`

function kinds(): Kind[] {
  const now = today()
  const of = (key: string, perms: string, tone: Tone, page: string, filter: string[], more: Partial<Kind> = {}): Kind => ({ key, perms: perms.split(' '), tone, path: `/api/v1${page}`, filter, to: list(page, filter), ...more })
  const openLines = 'status:in:open,part_shipped'
  return [
    of('lateOrders', 'sales.create sales.ship', 'red', '/sales/orders', [`due:lt:${now}`, openLines]),
    of('lateWork', 'production.create production.release', 'red', '/production/orders', [`due:lt:${now}`, 'status:in:planned,released,started']),
    of('latePlan', 'scheduling.run', 'red', '/scheduling/orders', ['late_ms:gt:0'], { to: '/scheduling/run' }),
    of('dueSoon', 'sales.create', 'amber', '/sales/orders', [`due:ge:${now}`, `due:le:${addDays(now, 3)}`, openLines]),
    of('toShip', 'sales.ship', 'teal', '/sales/orders', ['allocated:gt:0', openLines]),
    of('toRelease', 'production.release', 'blue', '/production/orders', ['status:eq:planned']),
    of('calls', 'production.answer', 'red', '/production/calls', ['state:in:called,escalated']),
    of('ready', 'production.report', 'blue', '/production/operations', ['status:in:ready,paused'], { to: '/production/ready?show=now' }),
    of('running', 'production.report', 'teal', '/production/operations', ['status:eq:running'], { to: '/production/ready?show=now' }),
    of('short', 'production.issue production.create', 'amber', '/production/operations', ['status:eq:waiting_material'], { to: '/production/ready' }),
    of('toInspect', 'quality.judge', 'amber', '/quality/inspections', ['status:eq:open']),
    of('toReceive', 'production.receive', 'teal', '/production/orders', ['status:eq:completed', 'received:eq:0']),
    of('toUnload', 'purchasing.receive', 'blue', '/purchasing/orders', [`due:le:${now}`, 'open:gt:0']),
    of('lateBuys', 'purchasing.create', 'red', '/purchasing/orders', [`due:lt:${now}`, 'open:gt:0']),
    of('onHold', 'inventory.release', 'amber', '/inventory/stock', ['status:eq:hold']),
    of('expiring', 'inventory.adjust inventory.hold', 'amber', '/inventory/stock', [`expires_on:le:${addDays(now, 30)}`, 'status:eq:available']),
    of('myOrders', 'sales.read', 'blue', '/sales/orders', [openLines], { outside: true }),
    of('myBuys', 'purchasing.read', 'blue', '/purchasing/orders', ['open:gt:0'], { outside: true }),
  ]
}

const OUTSIDE = new Set(['customer', 'supplier'])

/** What may wait for this person: theirs to do, on a page that exists and that they may open. */
export function waitingFor(me: Me | undefined): Waiting[] {
  const outside = !!me?.roles.some((r) => OUTSIDE.has(r))
  return kinds().filter((k) => {
    if (!!k.outside !== outside || !k.perms.some((p) => can(me, p)) || !can(me, `${k.path.split('/')[3]}.read`)) return false
    const place = placeOf(k.to.split('?')[0]!)
    return !!place && moduleOn(me, place.room.name) && mayOpen(me, place.room.name, place.screen)
  })
}
