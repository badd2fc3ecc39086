import i18n from 'i18next'
import { networkError, problemOf } from './errors'

/** A key that makes a command happen once. Not randomUUID: that is missing on plain http. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')
}

let onSignedOut = () => {}
/** The shell says where to go when the server no longer knows us. */
export function whenSignedOut(fn: () => void): void { onSignedOut = fn }

const OFFSET = 'kaiwu.clock'
let offset = Number(globalThis.localStorage?.getItem(OFFSET) ?? 0) || 0
/** Now by the server's clock, as far as this device has learnt it: a tablet's own clock may be an hour off. */
export const serverNow = (): number => Date.now() + offset

function learnClock(answer: Response, kept: boolean): void {
  const at = Date.parse(answer.headers.get('Date') ?? '')
  if (kept || !at) return // an answer out of the cache tells an old time
  const is = at - Date.now()
  if (Math.abs(is - offset) < 2_000) return
  offset = Math.abs(is) < 2_000 ? 0 : is
  localStorage.setItem(OFFSET, String(offset))
}

/** The one door to the server: adds language, cross-site proof and idempotency key, throws ApiError on refusal. */
export async function send(request: Request): Promise<Response> {
  const h = request.headers
  h.set('Accept-Language', i18n.language || 'zh')
  h.set('X-Requested-With', 'kaiwu')
  if (request.method !== 'GET' && !h.has('Idempotency-Key')) h.set('Idempotency-Key', newKey())
  let answer: Response
  try {
    answer = await fetch(request)
  } catch (err) {
    if (request.signal.aborted) throw err
    throw networkError()
  }
  learnClock(answer, h.has('X-Offline'))
  if (answer.ok) return answer
  const problem = await problemOf(answer)
  if (answer.status === 401 && !request.url.includes('/login')) onSignedOut()
  throw problem
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export interface CallOptions {
  path?: Record<string, string | number>
  query?: Record<string, string | number | boolean | string[] | undefined | null>
  body?: unknown
  key?: string
  signal?: AbortSignal
  headers?: Record<string, string>
}

/** "/x/{code}" with its parameters and query filled in. */
export function url(path: string, o: CallOptions = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, k: string) => encodeURIComponent(String(o.path?.[k] ?? '')))
  const q = new URLSearchParams()
  for (const [k, v] of Object.entries(o.query ?? {})) {
    if (Array.isArray(v)) v.forEach((x) => q.append(k, x))
    else if (v !== undefined && v !== null && v !== '') q.set(k, String(v))
  }
  const s = q.toString()
  return s ? `${filled}?${s}` : filled
}

/** An untyped call, for the kit, which works on any list or form. Pages use useGet, useSend, or api of typed.ts. */
export async function call<T = unknown>(method: Method, path: string, o: CallOptions = {}): Promise<T> {
  const form = o.body instanceof FormData
  const answer = await send(new Request(new URL(url(path, o), location.origin), {
    method,
    signal: o.signal,
    headers: { Accept: 'application/json', ...(o.body !== undefined && !form ? { 'Content-Type': 'application/json' } : {}), ...(o.key ? { 'Idempotency-Key': o.key } : {}), ...o.headers },
    body: form ? (o.body as FormData) : o.body === undefined ? undefined : JSON.stringify(o.body),
  }))
  if (answer.status === 204 || answer.headers.get('Content-Length') === '0') return undefined as T
  return (await answer.json()) as T
}

/** A file from the server (export, PDF) as a blob with its name. */
export async function download(path: string, o: CallOptions & { method?: Method } = {}): Promise<{ blob: Blob; name: string }> {
  const answer = await send(new Request(new URL(url(path, o), location.origin), {
    method: o.method ?? 'GET',
    headers: o.body === undefined ? {} : { 'Content-Type': 'application/json', ...(o.key ? { 'Idempotency-Key': o.key } : {}) },
    body: o.body === undefined ? undefined : JSON.stringify(o.body),
  }))
  const d = answer.headers.get('Content-Disposition') ?? ''
  const name = /filename\*=UTF-8''([^;]+)/i.exec(d)?.[1] ?? /filename="?([^";]+)/i.exec(d)?.[1] ?? path.split('/').pop() ?? 'file'
  return { blob: await answer.blob(), name: decodeURIComponent(name) }
}
