import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useGet } from '@/api/hooks'
import { cmp, format } from '@/kit/num'
import { Notice, ShopCard, ShopPage } from '@/kit/shop'
import { Wait } from './parts'

/** Transfers between sites that wait for somebody to send or receive. */
export default function BetweenListPage() {
  const { t } = useTranslation('lineside')
  const navigate = useNavigate()
  const { data, error, refetch } = useGet('/api/v1/inventory/site-transfers', { query: { filter: ['status:in:open,on_the_way'], sort: 'due,number', limit: 200 }, live: ['inventory.'] })
  return (
    <ShopPage title={t('shop:menu.between')} back="/m">
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {data && data.items.length === 0 && <Notice tone="green" icon="check" title={t('between.none')} />}
      <div className="kf-grid kf-wide">
        {(data?.items ?? []).map((r) => {
          const coming = cmp(r.in_transit, '0') > 0
          return (
            <ShopCard key={r.id} tone={coming ? 'blue' : undefined} onClick={() => void navigate(`/m/between/${encodeURIComponent(r.number)}`)}>
              <div className="kf-opcard"><div><h3>{r.name}</h3><div className="kf-meta"><span>{r.number}</span><b>{r.from} → {r.to}</b><span>{coming ? r.due : r.ship_on}</span></div></div><div className="kf-left"><b className="num">{format(coming ? r.in_transit : r.qty)}</b><small>{r.uom}</small></div></div>
            </ShopCard>
          )
        })}
      </div>
    </ShopPage>
  )
}
