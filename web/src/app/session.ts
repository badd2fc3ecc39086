import type { QueryClient } from '@tanstack/react-query'
import { call } from '@/api/client'
import { fetchMe, ME } from './me'

export interface Session { id: string; device?: string; created_ms?: number; seen_ms?: number; current?: boolean; address?: string }

export const SESSIONS = '/api/v1/me/sessions'

export async function logIn(client: QueryClient, login: string, password: string): Promise<void> {
  await call('POST', '/api/v1/login', { body: { login, password } })
  await client.resetQueries()
  await client.fetchQuery({ queryKey: [ME], queryFn: fetchMe })
}

export async function logInByBadge(client: QueryClient, badge: string, pin: string): Promise<void> {
  await call('POST', '/api/v1/login/badge', { body: { badge, pin } })
  await client.resetQueries()
  await client.fetchQuery({ queryKey: [ME], queryFn: fetchMe })
}

export async function logOut(client: QueryClient): Promise<void> {
  await call('POST', '/api/v1/logout', { body: {} }).catch(() => {}) // gone already is as good
  forget(client)
}

/** Nothing of this person may stay for the next one at a shared tablet. The outbox stays: its acts have their author. */
export function forget(client: QueryClient): void {
  client.clear()
  navigator.serviceWorker?.controller?.postMessage('forget')
}

export const revoke = (id: string) => call('DELETE', `${SESSIONS}/{id}`, { path: { id } })
