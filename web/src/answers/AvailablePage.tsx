import { Skeleton } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import { Card, EntitySelect } from '@/kit/crud'
import { itemUrl, stockCardUrl } from '@/kit/links'
import { cmp, format, isZero } from '@/kit/num'
import { Qty } from '@/kit/Qty'
import { Doc } from './words'
import '@/kit/crud/crud.css'
import './answers.css'

const DateField = lazy(() => import('@/kit/crud/DateField'))

/** What of an item may still be promised: what an order takes is gone the moment it is entered. */
export default function AvailablePage() {
  const { t } = useTranslation('answers')
  const { item } = useParams()
  const go = useNavigate()
  const [date, setDate] = useState('')
  const got = useGet('/api/v1/planning/available/{item}', { path: { item: item ?? '' }, query: { date: date || undefined }, enabled: !!item, live: ['inventory.', 'production.', 'purchasing.', 'sales.'] })
  const a = item ? got.data : undefined
  return (
    <div className="an-page kw-loaded">
      <div className="an-form an-card">
        <label><span>{t('c.item')}</span><EntitySelect path="/api/v1/masterdata/items" chosen={item} onChange={(v) => void go(v ? `/planning/available/${encodeURIComponent(v)}` : '/planning/available')} placeholder={t('available.choose')} /></label>
        <label className="an-short"><span>{t('available.date')}</span><Suspense fallback={null}><DateField value={date} onChange={setDate} /></Suspense></label>
        {a && <span className="an-links"><Link to={itemUrl(a.item)}>{t('available.item')}</Link><Link to={stockCardUrl(a.item)}>{t('available.card')}</Link></span>}
      </div>
      {!item ? <div className="kw-none"><b>{t('available.choose')}</b><span>{t('available.text')}</span></div> : got.error ? <div className="kw-none" role="alert">{messageOf(got.error)}</div> : !a ? <Skeleton active /> : (
        <>
          <div className="an-figures" aria-label={a.name}>
            <Figure label={t('available.onHand')} value={a.on_hand} uom={a.uom} />
            <Figure label={t('available.reserved')} value={a.reserved} uom={a.uom} sign="−" />
            <Figure label={t('available.promised')} value={a.promised} uom={a.uom} sign="−" />
            {!isZero(a.expired) && <Figure label={t('available.expired')} value={a.expired} uom={a.uom} sign="−" />}
            <Figure label={t('available.free')} value={a.free} uom={a.uom} sign="=" main />
            <Figure label={t('available.freeAt', { day: a.date })} value={a.free_at} uom={a.uom} main />
            <Figure label={t('available.coming')} value={a.coming} uom={a.uom} />
            <Figure label={t('available.wanted')} value={a.wanted} uom={a.uom} />
            {!isZero(a.held) && <Figure label={t('available.held')} value={a.held} uom={a.uom} />}
          </div>
          <div className="kw-panels">
            <Card title={t('available.takers')} flush>
              {(a.takers ?? []).length === 0 ? <div className="kw-none">{t('available.nobody')}</div> : (
                <div className="an-scroll"><table className="an-table">
                  <thead><tr><th>{t('c.orderNo')}</th><th>{t('c.due')}</th><th className="kw-right">{t('c.need')}</th><th className="kw-right">{t('available.reserved')}</th><th className="kw-right">{t('available.fromStock')}</th><th className="kw-right">{t('available.later')}</th></tr></thead>
                  <tbody>{(a.takers ?? []).map((x) => (
                    <tr key={x.kind + x.number + x.line}>
                      <td><Doc kind={x.kind} number={x.number} line={x.line} />{x.for && <small>{t('available.for', { item: x.for })}</small>}</td><td className="num">{x.due}</td>
                      <td className="kw-right num">{format(x.need)}</td><td className="kw-right num">{isZero(x.reserved) ? '' : format(x.reserved)}</td><td className="kw-right num">{isZero(x.stock) ? '' : format(x.stock)}</td><td className={`kw-right num${isZero(x.later) ? '' : ' kw-late'}`}>{isZero(x.later) ? '' : format(x.later)}</td>
                    </tr>))}</tbody>
                </table></div>
              )}
            </Card>
            <Card title={t('available.days')} flush>
              <div className="an-scroll"><table className="an-table">
                <thead><tr><th>{t('c.day')}</th><th className="kw-right">{t('available.comes')}</th><th className="kw-right">{t('available.goes')}</th><th className="kw-right">{t('available.left')}</th><th className="kw-right">{t('available.freeShort')}</th></tr></thead>
                <tbody>{(a.days ?? []).map((d) => (
                  <tr key={d.day}><td className="num">{d.day}</td><td className="kw-right num">{isZero(d.comes) ? '' : `+${format(d.comes)}`}</td><td className="kw-right num">{isZero(d.wanted) ? '' : `−${format(d.wanted)}`}</td><td className={`kw-right num${cmp(d.left, '0') < 0 ? ' kw-late' : ''}`}>{format(d.left)}</td><td className="kw-right num"><b>{format(d.free)}</b></td></tr>))}</tbody>
              </table></div>
            </Card>
          </div>
        </>
      )}
    </div>
  )
}

function Figure({ label, value, uom, sign, main }: { label: string; value: string; uom: string; sign?: string; main?: boolean }) {
  return <div className={main ? 'an-figure an-main' : 'an-figure'}><span>{label}</span><b>{sign && <i>{sign}</i>}<Qty value={value} uom={uom} /></b></div>
}
