import { useTranslation } from 'react-i18next'
import { OPEN_END } from '@/kit/dates'
import { cmp, format } from '@/kit/num'
import { BigButton, Chip, Notice, ShopCard } from '@/kit/shop'
import type { PickLine } from './picks'

type Lot = NonNullable<PickLine['lots']>[number]

/** A component to bring: how much is missing, which lot first and why. */
export function PickCard({ line: l, onTake, onAsk }: { line: PickLine; onTake?: () => void; onAsk?: () => void }) {
  const { t } = useTranslation('floor')
  const first = l.lots?.[0]
  const rest = l.lots?.slice(1) ?? []
  const keeps = (x: Lot) => (x.expires_on && x.expires_on !== OPEN_END ? x.expires_on : '')
  const why = (x: Lot) => [t(`issue.reason.${x.why}`, { date: keeps(x) }), x.why !== 'first_expiry' && keeps(x) && t('issue.until', { date: keeps(x) })].filter(Boolean).join(' · ')
  return (
    <ShopCard tone={onTake ? (first ? 'blue' : 'red') : 'green'}>
      <div className="kf-head">
        <div><h3>{l.name}</h3><div className="kf-meta"><span>{l.item}</span><span>{t('op.no', { op: l.op })}</span></div></div>
        <div className="kf-left"><b className="num">{format(onTake ? l.open : l.issued)}</b><small>{t(onTake ? 'issue.open' : 'issue.issued')} {l.uom}</small></div>
      </div>
      {onTake && cmp(l.issued, '0') > 0 && <div className="kf-meta"><span>{t('issue.of', { issued: format(l.issued), required: format(l.required) })}</span></div>}
      {onTake && first && (
        <button type="button" className="kf-lot" onClick={onTake}>
          <span><b>{first.lot || t('issue.noLot')}</b><small>{first.location}</small></span>
          <span className="kf-why"><b className="num">{format(first.qty)} {l.uom}</b><small>{why(first)}</small></span>
        </button>
      )}
      {onTake && rest.slice(0, 2).map((x) => <div key={`${x.lot}|${x.location}`} className="kf-meta"><span>{x.lot || t('issue.noLot')} · {x.location}</span><span className="num">{format(x.qty)} {l.uom}</span><span>{why(x)}</span></div>)}
      {onTake && rest.length > 2 && <div className="kf-meta"><span>{t('issue.moreLots', { n: rest.length - 2 })}</span></div>}
      {onTake && !first && <Notice tone="red" icon="alert" title={t('issue.noStock', { name: l.name })}>{t('issue.noStockDo')}</Notice>}
      {onTake && onAsk && cmp(l.available, l.open) < 0 && <BigButton small onClick={onAsk}>{t('material:sub.ask')}</BigButton>}
      {!onTake && <Chip status="complete" word={t('mat.state.complete')} />}
    </ShopCard>
  )
}
