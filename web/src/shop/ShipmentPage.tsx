import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useNavigate, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import { showInstant } from '@/kit/dates'
import { format } from '@/kit/num'
import { BigButton, BigFacts, Notice, ShopCard, ShopPage, toast } from '@/kit/shop'
import { useMay } from '@/kit/who'
import { at } from './code'
import { ScanAnywhere } from './find'
import { Done, LabelLinks, ReasonSheet, Refused, Wait } from './parts'

/** What left in a shipment, and its papers. */
export default function ShipmentPage() {
  const { t } = useTranslation('floor')
  const { number = '' } = useParams()
  const navigate = useNavigate()
  const may = useMay()
  const fresh = !!(useLocation().state as { fresh?: boolean } | null)?.fresh
  const { data: s, error, refetch } = useGet('/api/v1/sales/shipments/{number}', { path: { number } })
  const undo = useSend('post', '/api/v1/sales/shipments/{number}/undo')
  const [why, setWhy] = useState(false)
  const base = `/api/v1/sales/shipments/${encodeURIComponent(number)}`
  const gone = !!s?.reversed_ms
  return (
    <ShopPage title={t('shop:menu.shipment')} sub={number} back={fresh ? '/m/ship' : () => void navigate(-1)} bar={may('sales.ship') ? <BigButton kind="main" icon="ship" onClick={() => void navigate('/m/ship')}>{t('wares:ship.next')}</BigButton> : undefined}>
      <ScanAnywhere />
      {!s && <Wait error={error} onRetry={() => void refetch()} />}
      {s && fresh && !gone && <Done title={t('wares:ship.gone', { customer: s.customer.name })}><div className="kf-biglot">{s.number}</div></Done>}
      {gone && <Notice tone="amber" icon="undo" title={t('wares:ship.isReversed')} />}
      {s && (
        <>
          {!gone && <LabelLinks pdf={`${base}/packing-list.pdf`} name={t('wares:ship.packing')} />}
          {!gone && <LabelLinks pdf={`${base}/label.pdf`} zpl={`${base}/label.zpl`} name={t('wares:ship.parcel')} />}
          <div className="kw-two">
            <ShopCard><BigFacts items={[[t('wares:ship.order'), s.order], [t('wares:ship.customer'), s.customer.name], [t('wares:ship.address'), s.customer.address], [t('wares:ship.carrier'), s.carrier], [t('wares:ship.waybill'), s.waybill], [t('wares:ship.cartons'), String(s.cartons)], [t('wares:ship.at'), `${showInstant(s.shipped_ms)} · ${s.shipped_by}`]]} /></ShopCard>
            <ShopCard>
              <h3 className="kf-h3">{t('wares:ship.list')}</h3>
              <ul className="kf-mats">
                {(s.lines ?? []).map((l, i) => (
                  <li key={i}><div><b>{l.name}</b><small>{l.item}{l.lot && ` · ${l.lot}`}{l.serials && l.serials.length > 0 && ` · ${l.serials.slice(0, 3).join(' ')}${l.serials.length > 3 ? ' …' : ''}`}</small></div><div className="kf-matqty"><span className="num"><b>{format(l.qty)}</b> {l.uom}</span></div></li>
                ))}
              </ul>
            </ShopCard>
          </div>
          <div className="kf-foot">
            <BigButton small onClick={() => void navigate(at.ship(s.order))}>{s.order}</BigButton>
            {!gone && may('sales.undo') && <BigButton small icon="undo" onClick={() => setWhy(true)}>{t('wares:ship.undo')}</BigButton>}
          </div>
        </>
      )}
      <ReasonSheet open={why} kind="goods" title={t('rep.why')} busy={undo.isPending} onClose={() => setWhy(false)} onChoose={(reason) => { setWhy(false); undo.mutate({ path: { number }, body: { reason } }, { onSuccess: () => toast(t('done.undo')) }) }} />
      <Refused error={undo.error} onClose={() => undo.reset()} />
    </ShopPage>
  )
}
