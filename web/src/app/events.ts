import type { QueryClient } from '@tanstack/react-query'
import { roomOf } from '@/api/hooks'
import { ME } from './me'

interface News { name: string; subject?: string }
type Listener = (news: News) => void
const listeners = new Set<Listener>()

/** For what is not a query: a toast, a bell. Returns the function that stops it. */
export function onNews(fn: Listener): () => void {
  listeners.add(fn)
  return () => listeners.delete(fn)
}

/**
 * Server-sent events name what changed ("production.reported"); queries of that room, and those whose meta.live names
 * its prefix, are fetched again. News are collected for a quarter of a second so that a burst costs one refresh.
 * A hidden tab holds no connection (browsers allow six per server on plain http); when it is seen again the server
 * tells what was missed since the last number. `told` hears whether news arrive now.
 */
export function startEvents(client: QueryClient, told: (live: boolean) => void = () => {}): () => void {
  let source: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let flush: ReturnType<typeof setTimeout> | undefined
  let last = ''
  const rooms = new Set<string>()
  const names = new Set<string>()

  const refresh = () => {
    flush = undefined
    const r = new Set(rooms)
    const n = [...names]
    rooms.clear()
    names.clear()
    void client.invalidateQueries({
      predicate: (q) => {
        if (r.has(roomOf(String(q.queryKey[0])))) return true
        const live = q.meta?.live as string[] | undefined
        return !!live && n.some((name) => live.some((prefix) => name.startsWith(prefix)))
      },
    })
  }
  const hear = (e: MessageEvent<string>) => {
    last = e.lastEventId || last
    let news: News
    try { news = JSON.parse(e.data) as News } catch { return }
    if (!news.name) return
    names.add(news.name)
    rooms.add(news.name.split('.')[0] ?? '')
    flush ??= setTimeout(refresh, 250)
    listeners.forEach((fn) => fn(news))
  }
  const open = () => {
    clearTimeout(retry)
    if (document.hidden || source) return
    source = new EventSource(`/api/v1/events/stream${last && `?after=${last}`}`)
    source.addEventListener('fact', hear)
    source.addEventListener('hello', (e) => { last = e.lastEventId || last; told(true) })
    source.addEventListener('reset', (e) => { last = e.lastEventId || last; void client.invalidateQueries() }) // too much was missed
    source.addEventListener('bye', () => { close(); void client.invalidateQueries({ queryKey: [ME] }); retry = setTimeout(open, 5000) })
    source.onerror = () => {
      told(false)
      if (source?.readyState === EventSource.CLOSED) { source = undefined; retry = setTimeout(open, 5000) }
    }
  }
  const close = () => { source?.close(); source = undefined; clearTimeout(retry) }
  const seen = () => (document.hidden ? close() : open())
  document.addEventListener('visibilitychange', seen)
  open()
  return () => { document.removeEventListener('visibilitychange', seen); clearTimeout(flush); close() }
}
