import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { dayOf, showTime, type Instant } from './dates'
import { colorOf, type Tone } from './status'
import './timeline.css'

export interface Moment { key: string; at: Instant; title: ReactNode; who?: string; text?: ReactNode; tone?: Tone }

/** What happened, newest first, by day. */
export function Timeline({ items }: { items: Moment[] }) {
  const { t } = useTranslation('kit')
  if (items.length === 0) return <div className="kw-none">{t('timeline.none')}</div>
  let day = ''
  return (
    <ol className="kw-timeline">
      {items.map((m) => {
        const d = dayOf(m.at)
        const head = d !== day
        day = d
        return (
          <li key={m.key}>
            {head && <h4>{d}</h4>}
            <div className="kw-moment">
              <time className="num">{showTime(m.at)}</time>
              <i style={{ background: colorOf(m.tone ?? 'grey') }} />
              <div><b>{m.title}</b>{m.who && <small>{m.who}</small>}{m.text && <p>{m.text}</p>}</div>
            </div>
          </li>
        )
      })}
    </ol>
  )
}
