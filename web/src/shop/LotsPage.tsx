import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { add, cmp, format, sub } from '@/kit/num'
import { BigButton, BigFacts, Choices, Notice, NumberBox, NumberPad, ScanBox, Sheet, ShopCard, ShopPage } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { useFind } from './find'
import { Done, LabelLinks, Refused, Row, Wait } from './parts'
import { clean } from './quantity'

type Relotted = Answer<'post', '/api/v1/inventory/lots/split'>

/** Scan a lot: a part of it gets a number and a label of its own. Scan a second one: both become one. */
export default function LotsPage() {
  const { t } = useTranslation('lineside')
  const [codes, setCodes] = useState<string[]>([])
  const [from, setFrom] = useState('')
  const [qty, setQty] = useState('')
  const [choosing, setChoosing] = useState(false)
  const [other, setOther] = useState('')
  const [done, setDone] = useState<Relotted | undefined>()
  const { find, choice } = useFind()
  const first = useGet('/api/v1/inventory/scan', { query: { code: codes[0] ?? '' }, enabled: codes.length > 0 })
  const split = useSend('post', '/api/v1/inventory/lots/split')
  const merge = useSend('post', '/api/v1/inventory/lots/merge')
  const s = first.data?.kind === 'lot' ? first.data : undefined
  const heaps = (s?.balances ?? []).filter((b) => b.kind === 'stock' && !b.container)
  const heap = heaps.find((b) => `${b.place}|${b.status}` === from) ?? (heaps.length === 1 ? heaps[0] : undefined)
  const lots = codes.map((c) => readCode(c).number)
  const start = () => { setCodes([]); setFrom(''); setQty(''); setDone(undefined); setOther('') }
  const scan = (code: string) => {
    const c = readCode(code)
    setOther('')
    if (c.kind && c.kind !== 'LOT') return find(code)
    if (codes.includes(code)) return
    if (s && c.item && c.item !== s.item) { signal('bad'); return setOther(c.number) }
    setCodes(s ? [...codes, code] : [code])
  }
  const made = (r: Relotted) => { signal('ok'); setDone(r) }
  const send = () => {
    if (!s || !heap) return
    const where = { item: s.item ?? '', location: heap.place, ...(heap.status === 'hold' && { held: true }) }
    if (codes.length > 1) merge.mutate({ body: { ...where, lots: lots.map((lot) => ({ lot })) } }, { onSuccess: made })
    else split.mutate({ body: { ...where, lot: s.lot, parts: [{ lot: '', qty: clean(qty) }] } }, { onSuccess: made })
  }
  if (done) {
    return (
      <ShopPage title={t('shop:menu.relot')} sub={done.number} back="/m" bar={<BigButton kind="main" onClick={start}>{t('relot.next')}</BigButton>}>
        <Done title={t('relot.done')}><BigFacts items={[[t('relot.lots'), done.from.map((l) => `${l.lot} × ${format(l.qty ?? '0')}`).join('，')], ...done.to.map((l): [string, string] => [t('relot.new'), `${l.lot} × ${format(l.qty ?? '0')} ${done.uom}${l.expires_on ? ` · ${l.expires_on}` : ''}`])]} /></Done>
        {done.to.map((l) => { const q = new URLSearchParams({ item: done.item, lot: l.lot, qty: l.qty ?? '0' }); return <LabelLinks key={l.lot} name={t('relot.label', { lot: l.lot })} pdf={`/api/v1/inventory/labels.pdf?${q}`} zpl={`/api/v1/inventory/labels.zpl?${q}`} /> })}
      </ShopPage>
    )
  }
  const free = heap ? sub(heap.qty, heap.reserved || '0') : undefined
  const merging = codes.length > 1
  const ready = !!heap && (merging || (cmp(clean(qty), '0') > 0 && cmp(clean(qty), free ?? '0') <= 0))
  return (
    <ShopPage title={t('shop:menu.relot')} back="/m" bar={s && <BigButton kind="main" icon="box" busy={split.isPending || merge.isPending} disabled={!ready} onClick={send}>{merging ? t('relot.merge', { n: codes.length }) : t('relot.split', { qty: format(clean(qty)), uom: s.uom ?? '' })}</BigButton>}>
      <ScanBox compact={!!s} title={t(s ? 'relot.scanMore' : 'relot.scan')} hint={t(s ? 'relot.scanMoreHint' : 'relot.hint')} onScan={scan} />
      {codes.length > 0 && !first.data && <Wait error={first.error} onRetry={() => void first.refetch()}><BigButton onClick={start}>{t('relot.again')}</BigButton></Wait>}
      {first.data && !s && <Notice tone="amber" icon="alert" title={t('relot.noLot')} />}
      {other && <Notice tone="red" icon="alert" title={t('relot.other', { lot: other, item: s?.item })} />}
      {s && (
        <div className="kw-two">
          <div className="kf-col">
            <ShopCard><div className="kw-no">{s.item}</div><h2>{s.name}</h2><div className="kf-meta">{lots.map((l) => <b key={l}>{l}</b>)}</div></ShopCard>
            {heaps.length === 0 && <Notice tone="red" icon="alert" title={t('relot.nowhere')} />}
            <div className="kf-fields"><Row icon="box" label={t('relot.at')} value={heap && `${heap.place} · ${format(heap.qty)} ${s.uom ?? ''}`} empty={t('relot.choose')} onClick={heaps.length > 1 ? () => setChoosing(true) : undefined} /></div>
            {merging ? <Notice title={t('relot.mergeNote')} /> : <NumberBox label={t('relot.part')} value={qty} uom={s.uom} active />}
            <BigButton small onClick={start}>{t('relot.again')}</BigButton>
          </div>
          {!merging && <NumberPad value={qty} places={s.decimals} all={free && add('0', free)} onChange={setQty} />}
        </div>
      )}
      <Sheet open={choosing} title={t('relot.at')} onClose={() => setChoosing(false)}>
        <Choices value={from} options={heaps.map((b) => ({ value: `${b.place}|${b.status}`, label: b.place, sub: `${format(b.qty)} ${s?.uom ?? ''}` }))} onChange={(v) => { setFrom(v); setQty(''); setChoosing(false) }} />
      </Sheet>
      {choice}
      <Refused error={split.error ?? merge.error} onClose={() => { split.reset(); merge.reset() }} onRetry={send} />
    </ShopPage>
  )
}

