import { Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import { format, isZero } from '@/kit/num'

/** What still counts on an item, for whoever is about to make it inactive. */
export function OpenUses({ code }: { code: string }) {
  const { t } = useTranslation('masterdata')
  const { data, error } = useGet('/api/v1/masterdata/items/{code}/open-uses', { path: { code }, staleTime: 0 })
  if (error) return <p role="alert">{messageOf(error)}</p>
  if (!data) return <Skeleton active paragraph={{ rows: 2 }} title={false} />
  if (data.kinds.length === 0) return <p className="kw-dim">{t('openUses.none')}</p>
  return (
    <div className="md-openuses">
      <p><b>{t('openUses.some')}</b></p>
      <ul>
        {data.kinds.map((k) => (
          <li key={k.kind}>
            <b>{t(`openUses.kind.${k.kind}`)} <span className="num">{k.n}{k.more && '+'}</span></b>
            <span className="kw-dim">{data.uses.filter((u) => u.kind === k.kind).slice(0, 4).map((u) => `${u.name}${isZero(u.qty) ? '' : ` (${format(u.qty)} ${u.uom})`}`).join(t('openUses.comma'))}{k.n > 4 && ' …'}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
