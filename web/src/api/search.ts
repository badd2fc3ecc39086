import { call } from './client'

/** One thing that a number, name or scanned code leads to. */
export interface Hit { kind: string; title: string; sub?: string; url: string }

export async function lookUp(q: string, signal?: AbortSignal): Promise<Hit[]> {
  const found = await call<Hit[] | { items?: Hit[] | null } | null>('GET', '/api/v1/search', { query: { q }, signal })
  return Array.isArray(found) ? found : (found?.items ?? [])
}
