import { useTranslation } from 'react-i18next'
import { OPEN_END } from '@/kit/dates'
import { cmp, format } from '@/kit/num'
import { Chip, Notice, ShopCard } from '@/kit/shop'
import type { PickLine } from './picks'

/** A component to bring: how much is missing, which lot first and why. */
export function PickCard({ line: l, onTake }: { line: PickLine; onTake?: () => void }) {
  const { t } = useTranslation('floor')
  const first = l.lots?.[0]
  const more = (l.lots?.length ?? 0) - 1
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
          <span className="kf-why"><b className="num">{format(first.qty)} {l.uom}</b><small>{first.expires_on && first.expires_on !== OPEN_END ? t('issue.fefo', { date: first.expires_on }) : t('issue.fifo')}{more > 0 && ` · ${t('issue.moreLots', { n: more })}`}</small></span>
        </button>
      )}
      {onTake && !first && <Notice tone="red" icon="alert" title={t('issue.noStock', { name: l.name })}>{t('issue.noStockDo')}</Notice>}
      {!onTake && <Chip status="complete" word={t('mat.state.complete')} />}
    </ShopCard>
  )
}
