import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import i18n from 'i18next'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '@/api/client'
import { messageOf } from '@/api/errors'
import type { Page } from '@/api/types'
import { Timeline } from '../Timeline'

export interface Fact { seq: number; name: string; subject: string; happened_ms: number; actor: string; device: string; reason: string; payload: Record<string, unknown> }

/**
 * The time line of one document from the event log: <History subject={`wo:${number}`} />. The words of "production.reported"
 * stand in that room's locale file under "event": { "reported": "…" }; `tell` adds a line from the fact itself.
 */
export function History({ subject, tell }: { subject: string; tell?: (fact: Fact) => ReactNode }) {
  const { t } = useTranslation('kit')
  const [, redraw] = useState(0)
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery<Page<Fact>>({
    queryKey: ['/api/v1/events', subject],
    queryFn: ({ signal, pageParam }) => call('GET', '/api/v1/events', { query: { subject, after: pageParam as string, limit: 50 }, signal }),
    initialPageParam: '',
    getNextPageParam: (p) => p.next || undefined,
    meta: { live: [''] },
  })
  const facts = data?.pages.flatMap((p) => p.items ?? []) ?? []
  const rooms = [...new Set(facts.map((f) => f.name.split('.')[0]!))].sort().join()
  useEffect(() => { if (rooms) void i18n.loadNamespaces(rooms.split(',')).then(() => redraw((n) => n + 1)) }, [rooms])
  if (error && !data) return <div className="kw-none" role="alert">{messageOf(error)}</div>
  if (!data) return null
  const word = (name: string) => {
    const [room = '', ...what] = name.split('.')
    return t(`${room}:event.${what.join('.')}`, { defaultValue: name })
  }
  return (
    <>
      <Timeline items={facts.map((f) => ({ key: String(f.seq), at: f.happened_ms, title: word(f.name), who: [f.actor, f.device].filter(Boolean).join(' · '), text: [tell?.(f), f.reason].filter(Boolean).length > 0 ? <>{tell?.(f)}{f.reason && <span> {f.reason}</span>}</> : undefined }))} />
      {hasNextPage && <Button size="small" type="link" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('list.more')}</Button>}
    </>
  )
}
