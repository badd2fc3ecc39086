import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'
import { cmp, format } from '@/kit/num'
import { Notice, Sheet, ShopCard } from '@/kit/shop'
import { Wait } from './parts'

/** What a report would draw: each part, how much, from which lot and shelf, and what is not there. */
export default function Draws({ order, op, good, scrap, rework, onClose }: { order: string; op: number; good: string; scrap: string; rework: string; onClose: () => void }) {
  const { t } = useTranslation('line')
  const { data, error, refetch } = useGet('/api/v1/production/orders/{number}/report', { path: { number: order }, query: { op, good, scrap, rework } })
  return (
    <Sheet open title={t('step:draws.title')} onClose={onClose}>
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {data && data.lines.length === 0 && <Notice tone="blue" title={t('step:draws.nothing')} />}
      {data?.lines.map((l, i) => (
        <ShopCard key={i}>
          <div className="kf-head"><div><h2>{l.name}</h2><div className="kw-meta"><span>{l.item}</span></div></div><div className="kf-left"><b className="num">{format(l.qty)}</b><small>{l.uom}</small></div></div>
          {l.draws.map((d, j) => <div key={j} className="kf-row"><span>{[d.lot, d.location || t('step:draws.atOrder')].filter(Boolean).join(' · ')}</span><b className="num">{format(d.qty)}</b></div>)}
          {cmp(l.short, '0') > 0 && <Notice tone="red" icon="alert" title={t('step:draws.short', { qty: format(l.short), uom: l.uom })} />}
        </ShopCard>
      ))}
    </Sheet>
  )
}
