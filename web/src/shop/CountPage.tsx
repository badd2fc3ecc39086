import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { call } from '@/api/client'
import { ApiError, messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { readCode } from '@/kit/code'
import { cmp, format, isZero } from '@/kit/num'
import { BigButton, BigProgress, Chip, Notice, NumberBox, NumberPad, ScanBox, Sheet, ShopCard, ShopPage, toast } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { both, useEntry } from '@/kit/units'
import { useMay } from '@/kit/who'
import type { Stock } from './picks'
import { Refused, Wait } from './parts'
import { clean } from './quantity'
import { UnitKeys } from './UnitKeys'

type Line = Row<'/api/v1/inventory/counts/{number}/lines'>
interface Counting { item: string; lot: string; name: string; uom: string; decimals: number; location: string; container: string; serial: boolean; book?: string; again: boolean }

/** Count by scan: the place, then the goods, then how many. */
export default function CountPage() {
  const { t } = useTranslation('floor')
  const { number = '' } = useParams()
  const may = useMay()
  const head = useGet('/api/v1/inventory/counts/{number}', { path: { number } })
  const [place, setPlace] = useState('')
  const [box, setBox] = useState('')
  const lines = useGet('/api/v1/inventory/counts/{number}/lines', { path: { number }, query: { sort: 'state,location,item,lot', limit: 500 } })
  const count = useSend('post', '/api/v1/inventory/counts/{number}/lines')
  const [one, setOne] = useState<Counting | undefined>()
  const [qty, setQty] = useState('')
  const [pieces, setPieces] = useState<string[]>([])
  const entry = useEntry(one && !one.serial ? one.item : undefined, { uom: one?.uom, places: one?.decimals ?? 0 })
  const c = head.data
  const open = c?.status === 'open' && may('inventory.count')
  const list = (lines.data?.items ?? []).filter((l) => (!place || l.location === place) && (!box || l.container === box))
  const start = (l: Line) => { setQty(''); setPieces([]); setOne({ item: l.item, lot: l.lot, name: l.name, uom: l.uom, decimals: l.decimals, location: l.location, container: l.container, serial: l.tracking === 'serial', book: l.book, again: l.state === 'counted' }) }
  const look = (code: string) => void call<Stock>('GET', '/api/v1/inventory/scan', { query: { code } }).then((s) => {
    if (s.kind === 'location') { setPlace(s.location ?? ''); return setBox('') }
    if (s.kind === 'container') { setBox(s.container ?? ''); return setPlace(s.location ?? '') }
    const serial = s.tracking === 'serial'
    const known = list.find((l) => l.item === s.item && (serial || l.lot === (s.lot ?? '')))
    if (known) start(known)
    else if (!place) return toast(t('lineside:count.placeFirst'), 'amber')
    else { setQty(''); setPieces([]); setOne({ item: s.item ?? '', lot: serial ? '' : s.lot ?? '', name: s.name ?? '', uom: s.uom ?? '', decimals: s.decimals, location: place, container: box, serial, again: false }) }
    if (s.kind === 'serial' && s.serial) setPieces([s.serial])
  }, (err) => toast(messageOf(err), 'red'))
  // while pieces are counted each scan is one of them
  const piece = (code: string) => { const n = readCode(code).number; setPieces((p) => (p.includes(n) ? p : [...p, n])) }
  const send = (zero = false) => {
    if (!one) return
    const n = zero ? '0' : one.serial ? String(pieces.length) : clean(qty)
    count.mutate({ path: { number }, body: { item: one.item, ...(one.lot && { lot: one.lot }), ...(one.container ? { container: one.container } : { location: one.location }), qty: n, ...(!zero && entry.body), ...(one.serial && !zero && { serials: pieces }), ...(one.again && { again: true }) } }, {
      onSuccess: (r) => { setOne(undefined); signal('ok'); toast(t(r.diff !== undefined && !isZero(r.diff) ? 'lineside:count.saidDiff' : 'lineside:count.said', { left: r.left, diff: format(r.diff ?? '0') }), r.diff !== undefined && !isZero(r.diff) ? 'amber' : undefined) },
    })
  }
  const twice = count.error instanceof ApiError && count.error.code === 'inventory.counted_already'
  return (
    <ShopPage title={t('shop:menu.count')} sub={number} back="/m/count">
      {open && !one && <ScanBox compact title={t(place ? 'lineside:count.scanGoods' : 'lineside:count.scanPlace')} hint={t('lineside:count.hint')} onScan={look} />}
      {!c && <Wait error={head.error} onRetry={() => void head.refetch()} />}
      {c && <ShopCard><div className="kw-no"><span>{c.scope}</span>{c.status !== 'open' ? <Chip status={c.status} /> : c.blind && <span className="kf-tag">{t('lineside:count.blind')}</span>}</div><BigProgress done={String(c.counted)} total={String(c.lines)} /></ShopCard>}
      {c && open && c.lines > 0 && c.counted >= c.lines && <Notice tone="green" icon="check" title={t('lineside:count.full')} />}
      {place && <div className="kw-row"><ShopCard><div className="kw-meta">{box ? t('lineside:box.one') : t('wares:stock.location')}</div><h2>{box || place}</h2></ShopCard><BigButton small onClick={() => { setPlace(''); setBox('') }}>{t('lineside:count.all')}</BigButton></div>}
      {lines.data && list.length === 0 && <Notice title={t('lineside:count.nothing')}>{open && t('lineside:count.nothingDo')}</Notice>}
      <div className="kf-grid kf-wide">
        {list.map((l) => (
          <ShopCard key={l.id} tone={l.state === 'counted' ? 'green' : l.state === 'again' ? 'amber' : undefined} onClick={open ? () => start(l) : undefined}>
            <div className="kf-opcard">
              <div><h3>{l.name}</h3><div className="kf-meta"><b>{l.location}</b><span>{l.item}</span>{l.lot && <b>{l.lot}</b>}{l.container && <span>{l.container}</span>}</div>{l.state === 'counted' && l.entered_uom && <div className="kw-meta"><span>{both(l.counted ?? '0', l.uom, l)}</span></div>}{l.state === 'again' && <div className="kw-meta">{t('lineside:count.again')}</div>}</div>
              <div className="kf-left"><b className="num">{l.counted !== undefined && l.state === 'counted' ? format(l.counted) : '–'}</b><small>{l.book !== undefined ? t('lineside:count.book', { qty: format(l.book), uom: l.uom }) : l.uom}</small></div>
            </div>
          </ShopCard>
        ))}
      </div>
      <Sheet open={!!one} title={one?.name ?? ''} onClose={() => setOne(undefined)}
        bar={<><BigButton onClick={() => send(true)}>{t('lineside:count.zero')}</BigButton><BigButton kind="main" icon="check" busy={count.isPending} disabled={one?.serial ? pieces.length === 0 : qty === '' || cmp(clean(qty), '0') < 0 || entry.own(clean(qty)) === undefined} onClick={() => send()}>{t('lineside:count.save')}</BigButton></>}>
        <div className="kf-meta"><b>{one?.container || one?.location}</b><span>{one?.item}</span>{one?.lot && <b>{one.lot}</b>}{one?.book !== undefined && <span>{t('lineside:count.book', { qty: format(one.book), uom: one.uom })}</span>}</div>
        {one?.again && <Notice tone="amber" icon="alert" title={t('lineside:count.isCounted')} />}
        {one?.serial
          ? <><ScanBox compact title={t('lineside:count.scanPiece')} onScan={piece} /><h3 className="kf-h3">{t('wares:recv.serialsN', { n: pieces.length })}</h3><div className="kf-tags">{pieces.map((s) => <button key={s} type="button" onClick={() => setPieces(pieces.filter((x) => x !== s))}>{s} ×</button>)}</div></>
          : <><NumberBox label={t('lineside:count.really')} value={qty} uom={entry.shown} active /><UnitKeys entry={entry} qty={clean(qty)} onChange={() => setQty('')} /><NumberPad value={qty} places={entry.places} onChange={setQty} /></>}
      </Sheet>
      <Refused error={twice ? undefined : count.error} onClose={() => count.reset()} onRetry={() => send()} />
      <Sheet open={twice} title={t('lineside:count.twice')} onClose={() => count.reset()} bar={<><BigButton onClick={() => { count.reset(); setOne(undefined) }}>{t('lineside:count.leave')}</BigButton><BigButton kind="main" onClick={() => { count.reset(); setOne((o) => o && { ...o, again: true }) }}>{t('lineside:count.countAgain')}</BigButton></>}><p>{messageOf(count.error)}</p></Sheet>
    </ShopPage>
  )
}
