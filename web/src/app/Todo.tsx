import { CheckOutlined } from '@ant-design/icons'
import { useQueries } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { call } from '@/api/client'
import type { Page } from '@/api/types'
import { format } from '@/kit/num'
import type { Me } from './me'
import { waitingFor } from './todo'
import '@/kit/chip.css'

/** What waits for me: how many, and one press to see them. Counted again now and then, not with every event. */
export function Todo({ me }: { me: Me }) {
  const { t } = useTranslation('app')
  const kinds = waitingFor(me)
  const counts = useQueries({
    queries: kinds.map((k) => ({
      queryKey: ['count', k.path, k.filter],
      queryFn: ({ signal }: { signal: AbortSignal }) => call<Page<unknown>>('GET', k.path, { query: { limit: 1, filter: k.filter }, signal }),
      staleTime: 5_000, refetchInterval: 30_000, retry: false,
    })),
  })
  if (kinds.length === 0) return null
  return (
    <section className="kw-todo" aria-label={t('todo.title')}>
      {kinds.map((k, i) => {
        const page = counts[i]?.data
        const n = page?.total
        return (
          <Link key={k.key} to={k.to} className={`kw-${k.tone}${n ? '' : ' kw-todo-none'}`}>
            <b className="num">{n === undefined ? (counts[i]?.error ? '–' : ' ') : n === 0 ? <CheckOutlined /> : `${format(String(n))}${page?.total_capped ? '+' : ''}`}</b>
            <span>{t(`todo.${k.key}`)}</span>
            <small>{t(n === 0 ? 'todo.nothing' : `todo.hint.${k.key}`)}</small>
          </Link>
        )
      })}
    </section>
  )
}
