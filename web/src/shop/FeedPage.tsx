import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { cmp, format } from '@/kit/num'
import { BigButton, Choices, Notice, NumberBox, NumberPad, ScanBox, Sheet, ShopCard, ShopPage, toast } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { lotCode } from './code'
import { useFind } from './find'
import { Refused, Wait } from './parts'
import { clean } from './quantity'

type Stop = Answer<'get', '/api/v1/inventory/supply/walk'>['stops'][number]
interface Taken { stop: Stop; code: string; qty: string }

/** The keeper's way through the bins for what the line has called: scan the goods, carry them, scan the place. */
export default function FeedPage() {
  const { t } = useTranslation('lineside')
  const { data: w, error, refetch } = useGet('/api/v1/inventory/supply/walk', { query: {}, live: ['inventory.'] })
  const bring = useSend('post', '/api/v1/inventory/supply/calls/{number}/bring')
  const drop = useSend('post', '/api/v1/inventory/supply/calls/{number}/drop')
  const { find, choice } = useFind()
  const [taken, setTaken] = useState<Taken | undefined>()
  const [place, setPlace] = useState('')
  const [missing, setMissing] = useState<Stop | undefined>()
  const [wrong, setWrong] = useState('')
  const stops = w?.stops ?? []
  const now = stops[0]
  const take = (stop: Stop, code?: string) => { setWrong(''); setTaken({ stop, code: code ?? lotCode(stop.item, stop.lot), qty: '' }) }
  const scan = (code: string) => {
    const c = readCode(code)
    setWrong('')
    if (taken && (c.kind === 'LOC' || !c.kind)) return void send(code)
    if (c.kind && !['LOT', 'ITM'].includes(c.kind)) return find(code)
    const item = c.kind === 'ITM' ? c.number : (c.item ?? c.number)
    const stop = stops.find((s) => s.item === item && c.kind === 'LOT' && s.lot === c.number) ?? stops.find((s) => s.item === item && (c.kind !== 'LOT' || !s.lot)) ?? stops.find((s) => !c.kind && s.lot === c.number)
    if (stop) { signal('ok'); return take(stop, code) }
    signal('bad')
    setWrong(c.number)
  }
  const send = (to: string, confirmed?: boolean) => {
    if (!taken) return
    setPlace(to)
    const qty = cmp(clean(taken.qty), '0') > 0 ? clean(taken.qty) : taken.stop.qty
    bring.mutate({ path: { number: taken.stop.call }, body: { code: taken.code, qty, from: taken.stop.from, to, ...(confirmed && { confirmed }) } }, {
      onSuccess: (r) => { signal('ok'); toast(t('supply.brought', { qty: format(qty), uom: taken.stop.uom, name: taken.stop.name, to: r.lines[0]?.to ?? taken.stop.to })); setTaken(undefined) },
      onError: () => signal('bad'),
    })
  }
  return (
    <ShopPage title={t('shop:menu.supply')} back="/m">
      {stops.length > 0 && <ScanBox compact title={t(taken ? 'supply.scanPlace' : 'supply.scanGoods')} hint={taken ? t('supply.scanPlaceHint', { to: taken.stop.to }) : t('supply.hint', { n: stops.length })} busy={bring.isPending} onScan={scan} />}
      {!w && <Wait error={error} onRetry={() => void refetch()} />}
      {wrong && <Notice tone="red" icon="alert" title={t('supply.wrong', { code: wrong })} />}
      {w && stops.length === 0 && w.short.length === 0 && <Notice tone="green" icon="check" title={t('supply.none')}>{t('supply.noneDo')}</Notice>}
      {w && w.short.length > 0 && <Notice tone="amber" icon="alert" title={t('supply.short')}>{w.short.map((s) => `${s.name} ${format(s.qty)} ${s.uom} → ${s.to}`).join('；')}</Notice>}
      <div className="kf-list">
        {stops.map((s) => (
          <ShopCard key={`${s.call}|${s.from}|${s.lot}`} tone={s === now ? 'blue' : undefined}>
            <div className="kf-head">
              <div><div className="kf-biglot">{s.from}</div><h3>{s.name}</h3><div className="kf-meta"><span>{s.item}</span>{s.lot && <b>{s.lot}</b>}<span>→ <b>{s.to}</b></span><span>{s.work_center}</span></div></div>
              <div className="kf-left"><b className="num">{format(s.qty)}</b><small>{s.uom}</small></div>
            </div>
            {s === now && !taken && <div className="kw-row"><BigButton small kind="main" onClick={() => take(s)}>{t('supply.take')}</BigButton><BigButton small onClick={() => setMissing(s)}>{t('supply.drop')}</BigButton></div>}
          </ShopCard>
        ))}
      </div>
      {choice}
      {taken && !bring.error && (
        <Sheet open title={taken.stop.name} onClose={() => setTaken(undefined)} bar={<BigButton kind="main" icon="move" busy={bring.isPending} onClick={() => send(taken.stop.to)}>{t('supply.put', { qty: format(cmp(clean(taken.qty), '0') > 0 ? clean(taken.qty) : taken.stop.qty), uom: taken.stop.uom, to: taken.stop.to })}</BigButton>}>
          <ScanBox compact title={t('supply.scanPlace')} hint={t('supply.scanPlaceHint', { to: taken.stop.to })} busy={bring.isPending} onScan={scan} />
          <NumberBox label={t('supply.qty')} value={taken.qty || taken.stop.qty} uom={taken.stop.uom} active />
          <NumberPad value={taken.qty} places={Math.min(taken.stop.decimals, 6)} all={taken.stop.qty} onChange={(qty) => setTaken({ ...taken, qty })} />
        </Sheet>
      )}
      <Sheet open={!!missing} title={t('supply.why')} onClose={() => setMissing(undefined)}>
        <Choices options={['empty', 'enough', 'other'].map((c) => ({ value: t(`supply.reason.${c}`), label: t(`supply.reason.${c}`) }))} onChange={(reason) => { const s = missing; setMissing(undefined); if (s) drop.mutate({ path: { number: s.call }, body: { reason } }) }} />
      </Sheet>
      <Refused error={bring.error ?? drop.error} onClose={() => { bring.reset(); drop.reset() }} sure={() => { bring.reset(); send(place, true) }} />
    </ShopPage>
  )
}
