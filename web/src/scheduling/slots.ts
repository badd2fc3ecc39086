import { useQuery } from '@tanstack/react-query'
import { call } from '@/api/client'
import { keyOf } from '@/api/hooks'
import type { Page, Row } from '@/api/types'

export type Slot = Row<'/api/v1/scheduling/dispatch'>
export const SLOTS = '/api/v1/scheduling/dispatch'
const PAGE = 500
const PAGES = 6

export const orderUrl = (number: string) => `/production/orders/${encodeURIComponent(number)}`
export const OP_STATUSES = ['running', 'ready', 'paused', 'waiting_material', 'waiting_inspection', 'waiting_previous', 'planned'] as const
export const toneOf = (s: { status: string; late_ms: number; conflict: boolean }) => (s.late_ms > 0 || s.conflict ? 'red' as const : s.status === 'waiting_previous' ? 'grey' as const : undefined)

/** All slots of the live schedule by start, up to three thousand; `more` says that there are others. */
export function useSlots(): { slots: Slot[] | undefined; more: boolean; error: unknown; refetch: () => unknown } {
  const { data, error, refetch } = useQuery({
    queryKey: [...keyOf(SLOTS, {}), 'all'],
    queryFn: async ({ signal }) => {
      const slots: Slot[] = []
      let after: string | undefined
      for (let i = 0; i < PAGES; i++) {
        const page: Page<Slot> = await call('GET', SLOTS, { query: { limit: PAGE, sort: 'start_ms', filter: ['state:ne:unplaced'], after }, signal })
        slots.push(...(page.items ?? []))
        after = page.next || undefined
        if (!after) break
      }
      return { slots, more: !!after }
    },
    meta: { live: ['production.released', 'production.cancelled'] },
  })
  return { slots: data?.slots, more: !!data?.more, error, refetch }
}
