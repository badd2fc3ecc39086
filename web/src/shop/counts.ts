import { useGet } from '@/api/hooks'
import { today } from '@/kit/dates'
import { useMay } from '@/kit/who'
import { codesOf, useStation } from './station'

const STALE = 30_000

/** How much waits behind each tile of the start page, by the tile's screen; undefined = not known or not this person's. */
export function useCounts(): Record<string, number | undefined> {
  const may = useMay()
  const at = codesOf(useStation().mine)
  const station = useGet('/api/v1/production/floor', { query: { at }, enabled: !!at && may('production.read'), staleTime: STALE, keep: true })
  const calls = useGet('/api/v1/production/calls/open', { enabled: may('production.read'), staleTime: STALE })
  const issue = useGet('/api/v1/production/operations', { query: { filter: ['status:eq:waiting_material', 'report:eq:true'], limit: 1 }, enabled: may('production.issue') && !at, staleTime: STALE })
  const inspect = useGet('/api/v1/quality/inspections', { query: { filter: ['status:eq:open'], limit: 1 }, enabled: may('quality.judge'), staleTime: STALE })
  const receive = useGet('/api/v1/production/receivable', { enabled: may('production.receive'), staleTime: STALE, live: ['quality.'] })
  const goods = useGet('/api/v1/purchasing/orders', { query: { filter: ['open:gt:0', `due:le:${today()}`], limit: 1 }, enabled: may('purchasing.receive'), staleTime: STALE })
  const ship = useGet('/api/v1/sales/orders', { query: { filter: ['allocated:gt:0', 'status:in:open,part_shipped'], limit: 1 }, enabled: may('sales.ship'), staleTime: STALE })
  const putaway = useGet('/api/v1/inventory/putaway', { query: { limit: 1 }, enabled: may('inventory.transfer'), staleTime: STALE })
  const rejects = useGet('/api/v1/purchasing/rejects', { query: { limit: 1 }, enabled: may('purchasing.return') && may('purchasing.read'), staleTime: STALE })
  const count = useGet('/api/v1/inventory/counts', { query: { filter: ['status:eq:open'], limit: 1 }, enabled: may('inventory.count'), staleTime: STALE })
  return {
    putaway: putaway.data?.total,
    rejects: rejects.data?.total,
    count: count.data?.total,
    station: station.data?.ready,
    calls: calls.data && (may('production.answer') ? calls.data.mine : calls.data.items.length),
    issue: at ? station.data?.ops?.filter((o) => o.status === 'waiting_material').length : issue.data?.total,
    inspect: inspect.data?.total,
    receive: receive.data?.filter((r) => r.receivable !== '0').length,
    goods: goods.data?.total,
    ship: ship.data?.total,
  }
}
