import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import { cmp, format, sub } from '@/kit/num'
import { BigButton, Choices, Notice, ScanBox, Sheet, ShopCard, ShopPage, toast } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { at } from './code'
import { Refused, Wait } from './parts'

/** A pick list walked by warehouse and location: each scan is checked, what is missing is said. */
export default function ShipPickPage() {
  const { t } = useTranslation('floor')
  const { number = '' } = useParams()
  const navigate = useNavigate()
  const { data: p, error, refetch } = useGet('/api/v1/sales/picks/{number}', { path: { number } })
  const scan = useSend('post', '/api/v1/sales/picks/{number}/scan')
  const short = useSend('post', '/api/v1/sales/picks/{number}/short')
  const [missing, setMissing] = useState(0)
  const left = (p?.lines ?? []).filter((l) => cmp(sub(sub(l.qty, l.picked), l.short), '0') > 0)
  const done = (p?.lines ?? []).filter((l) => !left.includes(l))
  const now = left[0]
  const take = (code: string, pos?: number) => scan.mutate({ path: { number }, body: { code, ...(pos && { pos }) } }, { onSuccess: () => { signal('ok'); toast(t('wares:wave.taken')) }, onError: () => signal('bad') })
  return (
    <ShopPage title={t('wares:wave.title')} sub={number} back={() => void navigate(-1)}
      bar={p && left.length === 0 && p.orders[0] ? <BigButton kind="main" icon="ship" onClick={() => void navigate(p.orders.length === 1 ? at.ship(p.orders[0]!) : '/m/ship')}>{t('wares:wave.ship')}</BigButton> : undefined}
    >
      {!p && <Wait error={error} onRetry={() => void refetch()} />}
      {p?.status === 'cancelled' && <Notice tone="amber" icon="alert" title={t('wares:wave.dropped')} />}
      {p && left.length > 0 && p.status !== 'cancelled' && <ScanBox compact title={t('wares:wave.scan')} hint={t('wares:wave.left', { n: left.length, all: p.lines.length })} busy={scan.isPending} onScan={(code) => take(code)} />}
      {p && left.length === 0 && <Notice tone={p.status === 'short' ? 'amber' : 'green'} icon="check" title={t(p.status === 'short' ? 'wares:wave.doneShort' : 'wares:wave.done')}>{p.orders.join('  ')}</Notice>}
      <div className="kf-list">
        {left.map((l) => (
          <ShopCard key={l.pos} tone={l === now ? 'blue' : undefined}>
            <div className="kf-head">
              <div><div className="kf-biglot">{l.location}</div><h3>{l.name}</h3><div className="kf-meta"><span>{l.item}</span>{l.lot && <b>{l.lot}</b>}<span>{l.order}/{l.line}</span><span>{l.customer}</span></div></div>
              <div className="kf-left"><b className="num">{format(sub(sub(l.qty, l.picked), l.short))}</b><small>{l.uom}</small></div>
            </div>
            {l.serials && l.serials.length > 0 && <div className="kf-units">{l.serials.map((s) => <span key={s} className="kf-piece" aria-pressed={l.taken?.includes(s)}>{s}</span>)}</div>}
            {l === now && p?.status !== 'cancelled' && <div className="kw-row">{(!l.serials || l.serials.length === 0) && <BigButton small icon="check" busy={scan.isPending} onClick={() => take(l.lot ? `KW:LOT:${encodeURIComponent(l.item)}/${encodeURIComponent(l.lot)}` : l.item, l.pos)}>{t('wares:wave.without')}</BigButton>}<BigButton small icon="alert" onClick={() => setMissing(l.pos)}>{t('wares:wave.missing')}</BigButton></div>}
          </ShopCard>
        ))}
        {done.map((l) => (
          <ShopCard key={l.pos} tone={cmp(l.short, '0') > 0 ? 'amber' : 'green'}>
            <div className="kf-meta"><b>{l.location}</b><span>{l.name}</span><span>{l.lot}</span><span className="num">{format(l.picked)} {l.uom}</span>{cmp(l.short, '0') > 0 && <span className="kf-warn">{t('wares:wave.short', { qty: format(l.short), why: l.why })}</span>}</div>
          </ShopCard>
        ))}
      </div>
      <Sheet open={missing > 0} title={t('wares:wave.why')} onClose={() => setMissing(0)}>
        <Choices options={['empty', 'damaged', 'other'].map((c) => ({ value: t(`wares:wave.reason.${c}`), label: t(`wares:wave.reason.${c}`) }))} onChange={(why) => { const pos = missing; setMissing(0); short.mutate({ path: { number }, body: { pos, why } }) }} />
      </Sheet>
      <Refused error={scan.error ?? short.error} onClose={() => { scan.reset(); short.reset() }} />
    </ShopPage>
  )
}
