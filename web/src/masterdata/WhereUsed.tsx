import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { bomUrl } from '@/kit/links'
import { format } from '@/kit/num'
import { upward } from './tree'
import './masterdata.css'

export type Use = NonNullable<Answer<'get', '/api/v1/masterdata/items/{code}/where-used'>['items']>[number]

/** Everything an item goes into, upward to the finished products, as a tree. */
export function WhereUsed({ code }: { code: string }) {
  const { t } = useTranslation('masterdata')
  const { data, error } = useGet('/api/v1/masterdata/items/{code}/where-used', { path: { code } })
  const rows = useMemo(() => upward(code, data?.items ?? []), [code, data])
  if (error && !data) return <div className="kw-none" role="alert">{messageOf(error)}</div>
  if (!data) return null
  if (rows.length === 0) return <div className="kw-none">{t('item.notUsed')}</div>
  return (
    <div className="kw-sublist">
      <div className="kw-grid md-tree">
        <table>
          <thead><tr><th>{t('f.product')}</th><th>{t('f.name')}</th><th className="kw-right">{t('f.per')}</th><th>{t('f.version')}</th><th>{t('f.effective_from')}</th><th>{t('f.effective_to')}</th><th>{t('used.as')}</th><th /></tr></thead>
          <tbody>
            {rows.map(({ use: u, depth }, i) => (
              <tr key={`${i}|${u.item}|${u.version}`} className={u.today ? undefined : 'md-past'}>
                <td><span className="md-node" style={{ paddingLeft: depth * 20 }}><i className="md-leaf" aria-hidden="true" /><Link to={`${bomUrl(u.item)}?version=${encodeURIComponent(u.version)}`}>{u.item}</Link></span></td>
                <td>{u.name}</td><td className="kw-right num">{format(u.per)}<span className="kw-uom">{u.uom}</span></td><td className="num">{u.version}</td><td className="num">{u.effective_from || '…'}</td><td className="num">{u.effective_to === '9999-12-31' ? '…' : u.effective_to}</td>
                <td>{u.as === 'substitute' ? t('used.substitute', { item: u.of }) : t(`role.${u.as}`)}</td>
                <td>{u.today && <Chip status="active" tone="green" word={t('used.today')} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {data.capped && <p className="md-note kw-dim">{t('item.capped')}</p>}
    </div>
  )
}
