import { useEffect, useState } from 'react'
import i18n from 'i18next'
import { useTranslation } from 'react-i18next'
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { ApiError, messageOf } from '@/api/errors'
import { call } from '@/api/client'
import type { Answer } from '@/api/types'
import { language, setLanguage } from '@/app/i18n'
import { dayOf, setZone, showInstant } from '@/kit/dates'
import { cmp, format, pct } from '@/kit/num'
import './portal.css'

type Shown = Answer<'post', '/api/v1/sales/link'>
const STEPS = ['open', 'in_work', 'ready', 'shipped'] as const
const stepOf = (status: string): number => (status === 'part_shipped' ? 2 : Math.max(STEPS.indexOf(status as 'open'), status === 'closed' ? 3 : 0))

/** What a customer sees of his own order, by a link and without a log-in. */
export default function CustomerOrderPage() {
  const { t } = useTranslation('portal')
  const { token = '' } = useParams()
  const [ready, setReady] = useState(false)
  useEffect(() => { void i18n.loadNamespaces('portal').then(() => setReady(true)) }, [])
  // the token travels in the body, so that no log keeps it
  const order = useQuery({ queryKey: ['/api/v1/sales/link', token], queryFn: async ({ signal }) => { const shown = await call<Shown>('POST', '/api/v1/sales/link', { body: { token }, signal }); setZone(shown.time_zone || undefined); return shown /* days as the seller writes them */ }, staleTime: 60_000 })
  const o = order.data
  useEffect(() => { document.title = o ? `${o.number} · ${o.seller}` : document.title }, [o])
  if (!ready) return null
  return (
    <main className="po-page">
      <header className="po-head">
        <b>{o?.seller ?? ''}</b>
        <button type="button" onClick={() => void setLanguage(language() === 'zh' ? 'en' : 'zh')}>{t('otherLanguage')}</button>
      </header>
      {order.error && (
        <section className="po-card po-dead" role="alert">
          <h1>{t(order.error instanceof ApiError && order.error.passing ? 'later' : 'dead')}</h1>
          <p>{messageOf(order.error)}</p>
          {order.error instanceof ApiError && order.error.passing && <button type="button" onClick={() => void order.refetch()}>{t('again')}</button>}
        </section>
      )}
      {o && (
        <>
          <section className="po-card">
            <small>{t('order')}</small>
            <h1>{o.number}</h1>
            <p>{o.customer} · {t('ordered', { date: dayOf(o.ordered_ms) })}</p>
            {o.status === 'cancelled'
              ? <p className="po-cancelled">{t('status.cancelled')}</p>
              : (
                  <ol className="po-steps">
                    {STEPS.map((s, i) => <li key={s} className={i < stepOf(o.status) || o.status === 'shipped' ? 'po-done' : i === stepOf(o.status) ? 'po-now' : ''} aria-current={i === stepOf(o.status) ? 'step' : undefined}><i /><span>{t(`step.${s}`)}</span></li>)}
                  </ol>
                )}
            {o.status === 'part_shipped' && <p className="po-note">{t('status.part_shipped')}</p>}
          </section>
          {o.lines.map((l) => (
            <section key={l.line} className="po-card">
              <div className="po-line"><h2>{l.name}</h2><b className="num">{format(l.qty)} <small>{l.uom}</small></b></div>
              <small>{l.item}{l.price_each && ` · ${t('price', { price: format(l.price_each) })}`}</small>
              {l.status !== 'cancelled' && <div className="po-bar"><i style={{ width: `${pct(l.shipped, l.qty)}%` }} className="po-shipped" /><i style={{ width: `${pct(l.ready, l.qty)}%` }} className="po-ready" /></div>}
              <p className="po-facts">
                <span>{t(`status.${l.status}`)}</span>
                {cmp(l.shipped, '0') > 0 && <span>{t('shipped', { qty: format(l.shipped) })}</span>}
                {cmp(l.ready, '0') > 0 && <span>{t('ready', { qty: format(l.ready) })}</span>}
                {!['shipped', 'closed', 'cancelled'].includes(l.status) && <span>{t('due', { date: l.due })}</span>}
                {l.expected_ms > 0 && !['shipped', 'closed', 'cancelled'].includes(l.status) && <span>{t('expected', { date: dayOf(l.expected_ms) })}</span>}
              </p>
            </section>
          ))}
          {o.shipments.map((s) => (
            <section key={s.number} className="po-card">
              <div className="po-line"><h2>{t('parcel', { n: s.cartons })}</h2><span className="num">{showInstant(s.shipped_ms)}</span></div>
              <p>{s.carrier || t('ownTransport')}{s.waybill && <> · <b className="num po-waybill">{s.waybill}</b></>}</p>
            </section>
          ))}
          <footer className="po-foot">{t('until', { date: dayOf(o.expires_ms) })}</footer>
        </>
      )}
    </main>
  )
}
