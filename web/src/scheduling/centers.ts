import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { call } from '@/api/client'
import { keyOf, useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { pct } from '@/kit/num'
import { useMay } from '@/kit/who'
import { hoursOf, type Center } from './board/layout'

type Calendar = Answer<'get', '/api/v1/masterdata/calendars/{code}'>

/** Work centers with the load of the live schedule and, for those who may read master data, their working hours. */
export function useCenters(from: number, to: number): Center[] | undefined {
  const may = useMay()
  const reads = may('masterdata.read')
  const loads = useGet('/api/v1/scheduling/loads', { query: { limit: 500, sort: 'work_center' } })
  const list = useGet('/api/v1/masterdata/work-centers', { query: { limit: 500, sort: 'code' }, enabled: reads })
  const codes = [...new Set((list.data?.items ?? []).map((c) => c.calendar).filter(Boolean))]
  const calendars = useQueries({
    queries: codes.map((code) => ({
      queryKey: keyOf('/api/v1/masterdata/calendars/{code}', { path: { code } }),
      queryFn: ({ signal }: { signal: AbortSignal }) => call<Calendar>('GET', '/api/v1/masterdata/calendars/{code}', { path: { code }, signal }),
      staleTime: 10 * 60_000,
    })),
    combine: (all) => all.map((x) => x.data),
  })
  return useMemo(() => {
    if (!loads.data || (reads && list.isPending)) return undefined
    const hours = new Map(calendars.flatMap((c) => (c ? [[c.code, hoursOf(c.week, c.time_zone, from, to)] as const] : [])))
    const calendarOf = new Map((list.data?.items ?? []).map((c) => [c.code, c.calendar]))
    return loads.data.items.map((l) => ({
      code: l.work_center, name: l.name,
      load: l.available_ms > 0 ? Math.round(pct(String(l.busy_ms), String(l.available_ms))) : undefined,
      hours: hours.get(calendarOf.get(l.work_center) ?? '') ?? [],
    }))
  }, [loads.data, list.data, list.isPending, reads, calendars, from, to])
}
