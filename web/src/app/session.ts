import type { QueryClient } from '@tanstack/react-query'
import { call } from '@/api/client'
import { forgetAuthor, keepAuthor } from '@/kit/author'
import { language, languageChosen, rememberLanguage, setLanguage, type Language } from './i18n'
import { fetchMe, ME } from './me'

export interface Session { id: string; device?: string; agent?: string; created_ms?: number; seen_ms?: number; current?: boolean; address?: string }

export const SESSIONS = '/api/v1/me/sessions'

export async function logIn(client: QueryClient, login: string, password: string): Promise<void> {
  await call('POST', '/api/v1/login', { body: { login, password } })
  await welcome(client)
}

export async function logInByBadge(client: QueryClient, badge: string, pin: string): Promise<void> {
  const w = await call<{ login: string; author?: string }>('POST', '/api/v1/login/badge', { body: { badge, pin: pin || undefined } })
  keepAuthor(w.login, w.author)
  await welcome(client)
}

async function welcome(client: QueryClient): Promise<void> {
  await client.resetQueries()
  const me = await client.fetchQuery({ queryKey: [ME], queryFn: fetchMe })
  if (!languageChosen() && (me.locale === 'zh' || me.locale === 'en') && me.locale !== language()) await setLanguage(me.locale)
}

/** Chosen by the person: kept in this browser and in the account, for messages that come later. */
export async function chooseLanguage(l: Language): Promise<void> {
  await setLanguage(l)
  rememberLanguage(l)
  await call('POST', ME, { body: { locale: l } }).catch(() => {}) // not logged in: this browser remembers
}

export const changePassword = (current_password: string, new_password: string) => call('POST', '/api/v1/me/password', { body: { current_password, new_password } })

export async function logOut(client: QueryClient): Promise<void> {
  await call('POST', '/api/v1/logout', { body: {} }).catch(() => {}) // gone already is as good
  forget(client)
}

/** Nothing of this person may stay for the next one at a shared tablet. The outbox stays: its acts have their author. */
export function forget(client: QueryClient): void {
  forgetAuthor()
  client.clear()
  navigator.serviceWorker?.controller?.postMessage('forget')
}

export const revoke = (id: string) => call('DELETE', `${SESSIONS}/{id}`, { path: { id } })
