import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { call } from '@/api/client'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import { readCode } from '@/kit/code'
import { add, cmp, format, sub } from '@/kit/num'
import { BigButton, Chip, Choices, Notice, NumberBox, NumberPad, ScanBox, Sheet, ShopCard, ShopPage, toast } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { useEntry } from '@/kit/units'
import { useMay } from '@/kit/who'
import { at, lotCode } from './code'
import type { Stock } from './picks'
import { LabelLinks, ReasonSheet, Refused, Wait } from './parts'
import { clean } from './quantity'
import { ScanSheet } from './ScanSheet'
import { UnitKeys } from './UnitKeys'

interface Goods { code: string; item?: string; name: string; uom: string; decimals: number; serial: boolean; most: string; from?: string }

/** One container by its label: scan a place and all of it is there; scan goods and they go in. */
export default function BoxPage() {
  const { t } = useTranslation('floor')
  const { code = '' } = useParams()
  const navigate = useNavigate()
  const may = useMay()
  const { data: c, error, refetch } = useGet('/api/v1/inventory/containers/{code}', { path: { code } })
  const move = useSend('post', '/api/v1/inventory/containers/{code}/move')
  const fill = useSend('post', '/api/v1/inventory/containers/{code}/fill')
  const out = useSend('post', '/api/v1/inventory/containers/{code}/takeout')
  const merge = useSend('post', '/api/v1/inventory/containers/{code}/merge')
  const undo = useSend('post', '/api/v1/inventory/undos')
  const [goods, setGoods] = useState<Goods | undefined>()
  const [qty, setQty] = useState('')
  const [sheet, setSheet] = useState<'move' | 'merge' | 'out' | 'into' | 'undo' | 'which' | undefined>()
  const [which, setWhich] = useState<Goods[]>([])
  const [taking, setTaking] = useState<{ item: string; lot: string; qty: string; uom: string; name: string; decimals: number; held: boolean } | undefined>()
  const [last, setLast] = useState('')
  const entry = useEntry(goods?.serial ? undefined : goods?.item ?? taking?.item, { uom: goods?.uom ?? taking?.uom, places: goods?.decimals ?? taking?.decimals ?? 3 })
  const edit = may('inventory.transfer')
  const did = (r: { number: string }, words: string) => { setLast(r.number); setGoods(undefined); setTaking(undefined); setSheet(undefined); setQty(''); toast(words); signal('ok') }
  const carry = (place: string) => move.mutate({ path: { code }, body: { to: place } }, { onSuccess: (r) => did(r, t('lineside:box.moved', { code, location: readCode(place).number })) })
  const look = (text: string) => void call<Stock>('GET', '/api/v1/inventory/scan', { query: { code: text } }).then((s) => {
    if (s.kind === 'location' || s.kind === 'container') return
    const made = (from: string, most: string): Goods => ({ code: text, item: s.item, name: s.name ?? '', uom: s.uom ?? '', decimals: s.decimals, serial: s.kind === 'serial', most, from })
    const heaps = new Map<string, string>()
    for (const b of (s.balances ?? []).filter((b) => b.kind === 'stock' && !b.container && b.status === 'available')) heaps.set(b.place, add(heaps.get(b.place) ?? '0', sub(b.qty, b.reserved || '0')))
    const list = [...heaps].map(([place, most]) => made(place, most)).sort((a, b) => Number(b.from === c?.location) - Number(a.from === c?.location))
    if (list.length === 0) return toast(t('lineside:box.noGoods', { name: s.name }), 'amber')
    if (list.length === 1 || list[0]?.from === c?.location) return setGoods(list[0])
    setWhich(list)
    setSheet('which')
  }, (err) => toast(messageOf(err), 'red'))
  const scan = (text: string) => {
    const k = readCode(text)
    if (k.kind === 'LOC') return edit && carry(text)
    if (k.kind === 'BOX') return void navigate(at.box(k.number))
    if (edit) look(text)
  }
  const typed = cmp(clean(qty), '0') > 0
  const n = goods?.serial ? '1' : typed ? entry.own(clean(qty)) : goods?.most
  const put = () => goods && n && fill.mutate({ path: { code }, body: { item: goods.code, from: goods.from, ...(goods.serial ? {} : typed ? { qty: clean(qty), ...entry.body } : { qty: n }) } }, { onSuccess: (r) => did(r, t('lineside:box.filled', { name: goods.name, qty: format(n), uom: goods.uom })) })
  const part = taking && (typed ? entry.own(clean(qty)) : taking.qty)
  const take = (into?: string) => taking && part && out.mutate({ path: { code }, body: { item: taking.item, ...(taking.lot && { lot: taking.lot }), ...(typed ? { qty: clean(qty), ...entry.body } : { qty: part }), ...(taking.held && { held: true }), ...(into && { into }) } }, { onSuccess: (r) => did(r, t('lineside:box.taken', { name: taking.name, qty: format(part), uom: taking.uom })) })
  const error1 = move.error ?? fill.error ?? out.error ?? merge.error ?? undo.error
  const labels = `/api/v1/inventory/container-labels`
  const query = `?code=${encodeURIComponent(code)}`
  return (
    <ShopPage title={t('lineside:box.title')} sub={code} back="/m/box" bar={edit && c && <><BigButton icon="box" disabled={c.contents.length === 0} onClick={() => setSheet('merge')}>{t('lineside:box.merge')}</BigButton><BigButton kind="main" icon="move" busy={move.isPending} onClick={() => setSheet('move')}>{t('lineside:box.move')}</BigButton></>}>
      <ScanBox compact title={t('lineside:box.scan')} hint={t('lineside:box.hint')} onScan={scan} />
      {!c && <Wait error={error} onRetry={() => void refetch()} />}
      {c && (
        <>
          <ShopCard><div className="kw-no"><span>{c.code}</span><span className="kf-tag">{t(`lineside:box.kind.${c.kind}`)}</span></div><h2>{c.location}</h2>{c.note && <div className="kw-meta">{c.note}</div>}</ShopCard>
          {c.contents.length === 0 && <Notice title={t('lineside:box.empty')}>{t('lineside:box.emptyDo')}</Notice>}
          <div className="kf-grid kf-wide">
            {c.contents.map((l) => (
              <ShopCard key={`${l.item}|${l.lot}|${l.status}`} onClick={edit && l.tracking !== 'serial' ? () => { setTaking({ item: l.item, lot: l.lot, qty: l.qty, uom: l.uom, name: l.name, decimals: l.decimals, held: l.status === 'hold' }); setQty(''); setSheet('out') } : () => void navigate(at.stock(lotCode(l.item, l.lot)))}>
                <div className="kf-opcard"><div><h3>{l.name}</h3><div className="kf-meta"><span>{l.item}</span>{l.lot && <b>{l.lot}</b>}{l.status !== 'available' && <Chip status={l.status === 'hold' ? 'held' : l.status} />}</div></div><div className="kf-left"><b className="num">{format(l.qty)}</b><small>{l.uom}</small></div></div>
              </ShopCard>
            ))}
          </div>
          <LabelLinks pdf={`${labels}.pdf${query}`} zpl={`${labels}.zpl${query}`} />
          {last && may('inventory.undo') && <div className="kf-foot"><BigButton small icon="undo" onClick={() => setSheet('undo')}>{t('lineside:box.undo', { number: last })}</BigButton></div>}
        </>
      )}
      <Sheet open={!!goods} title={t('lineside:box.put', { name: goods?.name })} onClose={() => setGoods(undefined)} bar={<BigButton kind="main" icon="box" busy={fill.isPending} disabled={!n || cmp(n, '0') <= 0} onClick={put}>{t('lineside:box.putDo', { qty: format(n ?? '0'), uom: goods?.uom })}</BigButton>}>
        {goods?.from && goods.from !== c?.location && <Notice tone="amber" icon="move" title={t('lineside:box.comes', { from: goods.from, to: c?.location })} />}
        {!goods?.serial && <><NumberBox label={t('fig.qty')} value={typed || entry.uom ? qty : (goods?.most ?? '')} uom={entry.shown} active /><UnitKeys entry={entry} qty={clean(qty)} onChange={() => setQty('')} /><NumberPad value={qty} places={entry.places} all={entry.typed(goods?.most)} onChange={setQty} /></>}
      </Sheet>
      <Sheet open={sheet === 'which'} title={t('lineside:box.fromWhere')} onClose={() => setSheet(undefined)}><Choices options={which.map((g) => ({ value: g.from ?? '', label: g.from, sub: `${format(g.most)} ${g.uom}` }))} onChange={(v) => { setGoods(which.find((g) => g.from === v)); setSheet(undefined) }} /></Sheet>
      <Sheet open={sheet === 'out' && !!taking} title={t('lineside:box.takeOut', { name: taking?.name })} onClose={() => { setSheet(undefined); setTaking(undefined) }}
        bar={<><BigButton icon="box" disabled={!part} onClick={() => setSheet('into')}>{t('lineside:box.split')}</BigButton><BigButton kind="main" icon="out" busy={out.isPending} disabled={!part} onClick={() => take()}>{t('lineside:box.loose', { qty: format(part ?? '0') })}</BigButton></>}>
        <NumberBox label={t('fig.qty')} value={typed || entry.uom ? qty : (taking?.qty ?? '')} uom={entry.shown} active /><UnitKeys entry={entry} qty={clean(qty)} onChange={() => setQty('')} /><NumberPad value={qty} places={entry.places} all={entry.typed(taking?.qty)} onChange={setQty} />
      </Sheet>
      <ScanSheet open={sheet === 'into'} title={t('lineside:box.scanOther')} onClose={() => setSheet('out')} onScan={(text) => take(text)} />
      <ScanSheet open={sheet === 'move'} title={t('wares:move.scanTo')} onClose={() => setSheet(undefined)} onScan={carry} />
      <ScanSheet open={sheet === 'merge'} title={t('lineside:box.scanOther')} onClose={() => setSheet(undefined)} onScan={(text) => merge.mutate({ path: { code }, body: { into: text } }, { onSuccess: (r) => { did(r, t('lineside:box.merged', { into: readCode(text).number })); void navigate(at.box(readCode(text).number)) } })} />
      <ReasonSheet open={sheet === 'undo'} kind="goods" title={t('rep.why')} busy={undo.isPending} onClose={() => setSheet(undefined)} onChoose={(reason) => undo.mutate({ body: { number: last, reason } }, { onSuccess: () => { setSheet(undefined); setLast(''); toast(t('done.undo')) } })} />
      <Refused error={error1} onClose={() => { move.reset(); fill.reset(); out.reset(); merge.reset(); undo.reset() }} />
    </ShopPage>
  )
}
