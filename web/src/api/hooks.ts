import { useMutation, useQuery, useQueryClient, type UseQueryOptions } from '@tanstack/react-query'
import { useRef } from 'react'
import { call, newKey, type CallOptions, type Method } from './client'
import { ApiError } from './errors'
import type { Answer, Body, PathOf, PathParams, QueryParams } from './types'

/** Query keys are [path, options]; events.ts finds what to refresh by the room in the path, or by meta.live. */
export const keyOf = (path: string, o: Pick<CallOptions, 'path' | 'query'> = {}) => [path, o.path ?? {}, o.query ?? {}] as const

export interface GetOptions<P extends PathOf<'get'>> {
  path?: PathParams<'get', P>
  query?: QueryParams<'get', P>
  /** Event name prefixes that make this data stale, besides those of its own room: ['production.'] */
  live?: string[]
  /** The shop floor: keep the last answer for when the network is gone. */
  keep?: boolean
  enabled?: boolean
  staleTime?: number
  placeholderData?: UseQueryOptions<Answer<'get', P>, Error>['placeholderData']
}

/** Reads and stays fresh: `const { data } = useGet('/api/v1/masterdata/items/{code}', { path: { code } })`. */
export function useGet<P extends PathOf<'get'>>(path: P, o: GetOptions<P> = {}) {
  const options = { path: o.path, query: o.query } as CallOptions
  return useQuery<Answer<'get', P>>({
    queryKey: keyOf(path, options),
    queryFn: ({ signal }) => call('GET', path, { ...options, signal, headers: o.keep ? { 'X-Offline': 'keep' } : undefined }),
    meta: { live: o.live },
    // without a network the kept answer has been looked for already; asking again only makes a person wait
    ...(o.keep && { retry: (n: number, err: Error) => n < 2 && err instanceof ApiError && err.passing && err.status !== 0 }),
    enabled: o.enabled,
    staleTime: o.staleTime,
    placeholderData: o.placeholderData,
  })
}

type WriteMethod = 'post' | 'put' | 'patch' | 'delete'
export interface Sending<M extends WriteMethod, P extends PathOf<M>> {
  path?: PathParams<M, P>
  query?: QueryParams<M, P>
  body?: Body<M, P>
}

/**
 * A command: `const ship = useSend('post', '/api/v1/sales/shipments'); ship.mutate({ body })`.
 * The same input sent again after a failure carries the same key, so a retry never happens twice.
 */
export function useSend<M extends WriteMethod, P extends PathOf<M>>(method: M, path: P) {
  const last = useRef<{ input: string; key: string } | undefined>(undefined)
  const client = useQueryClient()
  return useMutation<Answer<M, P>, Error, Sending<M, P>>({
    mutationFn: async (o) => {
      const input = JSON.stringify([o.path, o.query, o.body])
      if (last.current?.input !== input) last.current = { input, key: newKey() }
      return call<Answer<M, P>>(method.toUpperCase() as Method, path, { ...(o as CallOptions), key: last.current.key })
    },
    onSuccess: () => {
      last.current = undefined
      void refreshRoom(client, path)
    },
    onError: (err) => { if (err instanceof ApiError && !err.passing) last.current = undefined },
  })
}

export const roomOf = (path: string): string => /^\/api\/v1\/([^/?]+)/.exec(path)?.[1] ?? ''

/** After our own command the room's data is stale at once; the event that follows refreshes the others. */
export function refreshRoom(client: ReturnType<typeof useQueryClient>, path: string) {
  const room = roomOf(path)
  return client.invalidateQueries({ predicate: (q) => roomOf(String(q.queryKey[0])) === room })
}
