import { Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import { itemUrl } from '@/kit/links'
import { format, isZero } from '@/kit/num'
import { OrderParts } from './OrderParts'
import { SitePick, useSite } from '@/kit/SitePick'
import { Doc } from './words'
import '@/kit/crud/crud.css'
import './answers.css'

/** Which one part would complete the most orders. */
export default function UnlocksPage() {
  const { t } = useTranslation('answers')
  const site = useSite()
  const all = useGet('/api/v1/planning/unlocks', { query: { limit: 100, site }, live: ['inventory.', 'production.', 'purchasing.', 'sales.', 'masterdata.'] })
  const u = all.data
  if (all.error && !u) return <div className="kw-none" role="alert">{messageOf(all.error)}</div>
  if (!u) return <Skeleton active paragraph={{ rows: 8 }} />
  const parts = u.parts ?? []
  const most = Math.max(1, ...parts.map((p) => p.orders))
  return (
    <div className="an-page kw-loaded">
      <div><SitePick /></div>
      <p className="an-lead">{t('unlocks.lead', { complete: u.complete, orders: u.orders })} <span className="kw-dim">{t('unlocks.text')}</span></p>
      {parts.length === 0 ? <div className="kw-none"><b>{t('unlocks.none')}</b></div> : (
        <ol className="an-unlocks">
          {parts.map((p) => (
            <li key={p.item}>
              <div className="an-bar-of" style={{ width: `${(100 * p.orders) / most}%` }} aria-hidden="true" />
              <div className="an-unlock">
                <b className={p.orders > 0 ? 'an-count num' : 'an-count num kw-dim'} title={t('unlocks.orders', { n: p.orders })}>{p.orders}</b>
                <div><Link to={itemUrl(p.item)}>{p.name}</Link> <small className="num">{p.item}</small>{p.from && <> <small>{t('kits.from_site', { site: p.from })} · {isZero(p.there) ? t('kit.noneThere', { site: p.from }) : t('kit.there', { n: format(p.there), site: p.from })}</small></>}
                  <p>{p.orders > 0 ? t('unlocks.by', { qty: format(p.qty), uom: p.uom, n: p.orders }) : t('unlocks.not')} · {t('unlocks.short', { qty: format(p.short), uom: p.uom })}{!isZero(p.coming) && <> · {t('unlocks.coming', { qty: format(p.coming), day: p.next ?? '' })}</>}</p>
                  {(p.first ?? []).length > 0 && <p className="an-docs">{(p.first ?? []).map((o) => <Doc key={o.kind + o.number + o.line} kind={o.kind} number={o.number} line={o.line} />)}{p.orders > (p.first ?? []).length && '…'}</p>}
                </div>
                <span className="kw-grow" />
                {!isZero(p.buy) && p.kind !== 'customer' && p.kind !== 'phantom' && <OrderParts small lines={[{ item: p.item, qty: p.buy, supplier: p.supplier, from: p.from, for: (p.first ?? []).map((o) => o.number) }]}>{t(p.from ? 'unlocks.bring' : 'unlocks.order', { qty: format(p.buy), uom: p.uom, site: p.from })}</OrderParts>}
              </div>
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}
