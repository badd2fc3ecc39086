import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import { readCode } from '@/kit/code'
import { cmp, format } from '@/kit/num'
import { both } from '@/kit/units'
import { BigButton, Chip, Notice, ScanBox, ShopCard, ShopPage, toast } from '@/kit/shop'
import { at } from './code'
import { useFind } from './find'
import type { ToSend } from './SendSheet'
import { Refused, Wait } from './parts'

const SendSheet = lazy(() => import('./SendSheet'))

/** Components to a subcontractor: scan lot by lot, or send all that is needed, first expiry first. */
export default function SendPage() {
  const { t } = useTranslation('floor')
  const { order = '' } = useParams()
  const navigate = useNavigate()
  const { find, choice } = useFind()
  const { data: o, error, refetch } = useGet('/api/v1/purchasing/orders/{number}', { path: { number: order }, live: ['inventory.'] })
  const send = useSend('post', '/api/v1/purchasing/sendings')
  const lines = (o?.lines ?? []).filter((l) => l.components && l.components.length > 0 && cmp(l.open, '0') > 0)
  const [chosen, setChosen] = useState<ToSend | undefined>() // what was scanned, before it is said how much of it
  const go = (line: number, what?: { item: string; qty?: string; uom?: string }) => send.mutate({ body: { order, line, ...what } }, {
    onSuccess: (r) => { setChosen(undefined); toast(t('done.send', { what: (r.lines ?? []).map((x) => `${x.name} ${both(x.qty, x.uom, r.lines?.length === 1 ? x : {})}`).join('，') })) },
  })
  const scan = (code: string) => {
    const c = readCode(code)
    if (c.kind && !['LOT', 'SN', 'ITM'].includes(c.kind)) return find(code)
    const of = (l: (typeof lines)[number]) => l.components?.find((x) => x.item === (c.item || c.number))
    const line = lines.find((l) => cmp(of(l)?.to_send ?? '0', '0') > 0) ?? lines.find(of) ?? lines[0]
    const part = line && of(line)
    if (!line) return
    if (part && c.kind !== 'SN') setChosen({ line: line.line, code, part })
    else go(line.line, { item: code }) // a piece is one; what nobody knows is the server's to tell
  }
  return (
    <ShopPage title={t('shop:menu.send')} sub={`${order}${o?.supplier_name ? ` · ${o.supplier_name}` : ''}`} back={at.goods(order)}>
      {lines.length > 0 && <ScanBox compact title={t('wares:send.scan')} hint={t('wares:send.hint')} busy={send.isPending} onScan={scan} />}
      {!o && <Wait error={error} onRetry={() => void refetch()} />}
      {o && lines.length === 0 && <Notice tone="green" icon="check" title={t('wares:send.none')} />}
      {lines.map((l) => {
        const missing = l.components?.some((c) => cmp(c.to_send, '0') > 0)
        return (
          <ShopCard key={l.line}>
            <div className="kf-head"><div><h3>{l.name}</h3><div className="kf-meta"><span>{l.item}</span></div></div><div className="kf-left"><b className="num">{format(l.open)}</b><small>{t('wares:goods.open')} {l.uom}</small></div></div>
            <ul className="kf-mats">
              {l.components?.map((c) => (
                <li key={c.item}>
                  <div><b>{c.name}</b><small>{c.item} · {t('wares:send.there', { qty: format(c.there) })}</small></div>
                  <div className="kf-matqty"><span className="num"><b>{format(c.to_send)}</b> {c.uom}</span><Chip status={cmp(c.to_send, '0') > 0 ? 'missing' : 'complete'} word={t(cmp(c.to_send, '0') > 0 ? 'wares:send.toSend' : 'mat.state.complete')} /></div>
                </li>
              ))}
            </ul>
            {missing && <BigButton kind="main" icon="ship" busy={send.isPending} onClick={() => go(l.line)}>{t('wares:send.all')}</BigButton>}
          </ShopCard>
        )
      })}
      <div className="kf-foot"><BigButton small onClick={() => void navigate(at.goods(order))}>{t('wares:send.back')}</BigButton></div>
      {choice}
      {chosen && !send.error && <Suspense><SendSheet chosen={chosen} busy={send.isPending} onClose={() => setChosen(undefined)} onSend={(qty, unit) => go(chosen.line, { item: chosen.code, qty, ...unit })} /></Suspense>}
      <Refused error={send.error} order={order} onClose={() => send.reset()} />
    </ShopPage>
  )
}
