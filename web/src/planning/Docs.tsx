import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Answer } from '@/api/types'
import { format } from '@/kit/num'
import { docUrl } from './plan'

export type Released = Answer<'post', '/api/v1/planning/release'>

/** The documents that a release made, each with where it came from. */
export function Docs({ made }: { made: Released }) {
  const { t } = useTranslation('planning')
  return (
    <ul className="pn-docs">
      {made.documents.map((d) => {
        const to = docUrl(d.kind, d.number)
        const sales = [...new Set(d.sources.flatMap((s) => (s.kind === 'sales_order' ? [s.number] : (s.top ?? '').split(', '))).filter((s) => s && s !== '…'))]
        return (
          <li key={d.number}>
            <small>{t(`entry.${d.kind}`)}</small>
            {to ? <Link to={to}>{d.number}</Link> : <b>{d.number}</b>}
            {d.item && <span>{d.item} × {format(d.qty)}</span>}
            <span className="kw-dim">{t('release.from', { list: d.from.join(', ') })}{sales.length > 0 && ` · ${t('release.for', { list: sales.slice(0, 4).join(', ') + (sales.length > 4 ? ' …' : '') })}`}</span>
          </li>
        )
      })}
    </ul>
  )
}
