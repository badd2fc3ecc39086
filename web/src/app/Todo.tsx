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
  const all = kinds.map((k, i) => ({ ...k, n: counts[i]?.data?.total, more: counts[i]?.data?.total_capped, failed: !!counts[i]?.error }))
  const done = all.filter((k) => k.n === 0)
  return (
    <section className="kw-todo" aria-label={t('office:todo.title')}>
      {all.filter((k) => k.n !== 0).map((k) => (
        <Link key={k.key} to={k.to} className={`kw-${k.tone}`}>
          <b className="num">{k.n === undefined ? (k.failed ? '–' : ' ') : `${format(String(k.n))}${k.more ? '+' : ''}`}</b>
          <span>{t(`office:todo.${k.key}`)}</span>
          <small>{t(`office:todo.hint.${k.key}`)}</small>
        </Link>
      ))}
      {done.length > 0 && <p><CheckOutlined /> {t('office:todo.nothing')}{done.map((k) => <Link key={k.key} to={k.to}>{t(`office:todo.${k.key}`)}</Link>)}</p>}
    </section>
  )
}
