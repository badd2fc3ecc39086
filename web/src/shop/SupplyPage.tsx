import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { call } from '@/api/client'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { cmp, format } from '@/kit/num'
import { BigButton, BigFacts, Choices, Notice, NumberBox, NumberPad, ScanBox, Sheet, ShopCard, ShopPage } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { lotCode } from './code'
import { useFind } from './find'
import { Done, Refused, Wait } from './parts'
import type { Stock } from './picks'
import { clean } from './quantity'
import { ScanSheet } from './ScanSheet'

type Supplied = Answer<'post', '/api/v1/sales/supplies'>
interface Going { code: string; item: string; name: string; uom: string; tracking?: string; lot: string; serials: string[]; qty: string }

/** A customer's own material comes in or goes back to him: choose him once, then scan one thing after the other. */
export default function SupplyPage() {
  const { t } = useTranslation('back')
  const [params, setParams] = useSearchParams()
  const kind = params.get('kind') === 'return' ? 'return' : 'receive'
  const customer = params.get('customer') ?? ''
  const partners = useGet('/api/v1/masterdata/partners', { query: { filter: ['kinds:like:customer', 'status:eq:active'], sort: 'name', limit: 200 }, keep: true })
  const send = useSend('post', '/api/v1/sales/supplies')
  const [lines, setLines] = useState<Going[]>([])
  const [now, setNow] = useState<Going | undefined>()
  const [qty, setQty] = useState('')
  const [lotSheet, setLotSheet] = useState(false)
  const [done, setDone] = useState<Supplied | undefined>()
  const [unknown, setUnknown] = useState('')
  const { find, choice } = useFind()
  const put = (next: Record<string, string>) => setParams({ kind, customer, ...next }, { replace: true })
  const name = partners.data?.items?.find((p) => p.code === customer)?.name ?? customer

  const scan = (code: string) => {
    const c = readCode(code)
    if (c.kind && !['ITM', 'LOT', 'SN'].includes(c.kind)) return find(code)
    if (now?.tracking === 'serial' && (!c.kind || c.kind === 'SN')) return setNow({ ...now, serials: now.serials.includes(c.number) ? now.serials : [...now.serials, c.number] })
    setUnknown('')
    void call<Stock>('GET', '/api/v1/inventory/scan', { query: { code } }).then((s) => {
      if (!s.item) return setUnknown(c.number)
      setQty('')
      setNow({ code: c.kind === 'SN' || c.kind === 'LOT' ? code : `KW:ITM:${encodeURIComponent(s.item)}`, item: s.item, name: s.name ?? s.item, uom: s.uom ?? '', tracking: s.tracking, lot: c.kind === 'LOT' ? c.number : (s.lot ?? ''), serials: c.kind === 'SN' ? [c.number] : [], qty: '' })
    }, () => setUnknown(c.number))
  }
  const keep = () => {
    if (!now) return
    setLines([...lines, { ...now, qty: now.serials.length > 0 ? String(now.serials.length) : clean(qty) }])
    setNow(undefined)
  }
  const book = () => send.mutate({ body: { kind, customer, lines: lines.map((l) => ({ code: l.serials.length > 0 ? `KW:ITM:${encodeURIComponent(l.item)}` : l.lot && kind === 'return' ? lotCode(l.item, l.lot) : l.code, ...(cmp(l.qty || '0', '0') > 0 && { qty: l.qty }), ...(l.lot && kind === 'receive' && { lot: l.lot }), ...(l.serials.length > 0 && { serials: l.serials }) })) } }, {
    onSuccess: (s) => { setDone(s); setLines([]); signal('ok') },
  })
  if (done) {
    return (
      <ShopPage title={t('menu.supply')} sub={done.number} back="/m" bar={<BigButton kind="main" onClick={() => setDone(undefined)}>{t('floor.next')}</BigButton>}>
        <Done title={t(`floor.did.${done.kind}`, { customer: done.customer_name })}><BigFacts items={[[t('f.document'), done.number], ...done.lines.map((l): [string, string] => [l.name, `${format(l.qty)} ${l.uom} · ${l.lot} · ${l.location}`])]} /></Done>
        <div className="kf-foot"><a className="kw-big kw-plain kw-small" href={`/api/v1/sales/supplies/${encodeURIComponent(done.number)}/labels.pdf`} target="_blank" rel="noreferrer">{t('supplies.labels')}</a><a className="kw-big kw-plain kw-small" href={`/api/v1/sales/supplies/${encodeURIComponent(done.number)}/document.pdf`} target="_blank" rel="noreferrer">{t('supplies.document')}</a></div>
      </ShopPage>
    )
  }
  return (
    <ShopPage title={t('menu.supply')} sub={customer && name} back="/m" bar={customer && lines.length > 0 ? <BigButton kind="main" busy={send.isPending} icon={kind === 'receive' ? 'receive' : 'ship'} onClick={book}>{t(`floor.book.${kind}`, { n: lines.length })}</BigButton> : undefined}>
      <Choices options={(['receive', 'return'] as const).map((k) => ({ value: k, label: t(`supply.${k}`) }))} value={kind} onChange={(k) => { setLines([]); put({ kind: k }) }} />
      {!customer && (
        <>
          <h2>{t('floor.whose')}</h2>
          {!partners.data && <Wait error={partners.error} onRetry={() => void partners.refetch()} />}
          <div className="kf-grid kf-wide">{(partners.data?.items ?? []).map((p) => <ShopCard key={p.code} onClick={() => put({ customer: p.code })}><h3>{p.name}</h3><div className="kf-meta"><span>{p.code}</span></div></ShopCard>)}</div>
        </>
      )}
      {customer && (
        <>
          <ScanBox compact title={t('floor.scanGoods')} hint={t(`floor.hint.${kind}`)} onScan={scan} />
          {unknown && <Notice tone="amber" icon="alert" title={t('floor.unknown', { code: unknown })}>{t('floor.unknownDo')}</Notice>}
          <div className="kf-grid kf-wide">
            {lines.map((l, i) => (
              <ShopCard key={`${l.code}${i}`} onClick={() => setLines(lines.filter((_, n) => n !== i))}>
                <div className="kf-opcard"><div><h3>{l.name}</h3><div className="kf-meta"><span>{l.item}</span>{l.lot && <b>{l.lot}</b>}{l.serials.length > 0 && <span>{l.serials.join(', ')}</span>}</div><div className="kf-meta"><span>{t('floor.tapAway')}</span></div></div><div className="kf-left"><b className="num">{l.qty ? format(l.qty) : t('floor.all')}</b><small>{l.uom}</small></div></div>
              </ShopCard>
            ))}
          </div>
          <div className="kf-foot"><BigButton small onClick={() => { setLines([]); put({ customer: '' }) }}>{t('floor.other')}</BigButton></div>
        </>
      )}
      <Sheet open={!!now && !lotSheet} title={now?.name ?? ''} onClose={() => setNow(undefined)} bar={<BigButton kind="main" disabled={kind === 'receive' && now?.serials.length === 0 && cmp(clean(qty) || '0', '0') <= 0} onClick={keep}>{t('floor.keep')}</BigButton>}>
        <div className="kf-meta"><span>{now?.item}</span>{now?.lot && <b>{now.lot}</b>}</div>
        {now?.tracking === 'serial' ? <Notice title={t('floor.pieces', { n: now.serials.length })}>{now.serials.join(', ')}</Notice> : <><NumberBox label={t('f.qty')} value={qty} uom={now?.uom} active /><NumberPad value={qty} places={6} onChange={setQty} />{kind === 'return' && <p className="kf-hint">{t('help.allOfLot')}</p>}</>}
        {kind === 'receive' && now?.tracking === 'lot' && <BigButton small icon="scan" onClick={() => setLotSheet(true)}>{now.lot ? t('floor.lotIs', { lot: now.lot }) : t('floor.lot')}</BigButton>}
      </Sheet>
      <ScanSheet open={lotSheet} title={t('floor.lot')} hint={t('help.lot')} onClose={() => setLotSheet(false)} onScan={(code) => { setLotSheet(false); if (now) setNow({ ...now, lot: readCode(code).number }) }} />
      {choice}
      <Refused error={send.error} onClose={() => send.reset()} />
    </ShopPage>
  )
}
