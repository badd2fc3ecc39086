import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { cmp, format, sub } from '@/kit/num'
import { BigButton, Chip, Notice, NumberBox, NumberPad, ScanBox, Sheet, ShopCard, ShopPage, toast } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { useMay } from '@/kit/who'
import { at } from './code'
import { useFind } from './find'
import { Refused, Wait } from './parts'
import { clean } from './quantity'

type Return = Answer<'get', '/api/v1/sales/returns/{number}'>
type Line = Return['lines'][number]

/** Takes returned goods in: scan the lot or each piece, say how many. They are held until somebody has judged them. */
export default function BackPage() {
  const { t } = useTranslation('back')
  const { number = '' } = useParams()
  const navigate = useNavigate()
  const may = useMay()
  const { data: r, error, refetch } = useGet('/api/v1/sales/returns/{number}', { path: { number }, live: ['quality.'] })
  const send = useSend('post', '/api/v1/sales/returns/{number}/receive')
  const [line, setLine] = useState<Line | undefined>()
  const [qty, setQty] = useState('')
  const [pieces, setPieces] = useState<string[]>([])
  const [location, setLocation] = useState('')
  const { find, choice } = useFind()
  const open = (l: Line) => sub(l.qty, l.received)
  const waiting = (r?.lines ?? []).filter((l) => cmp(open(l), '0') > 0)
  const scan = (code: string) => {
    const c = readCode(code)
    if (c.kind === 'LOC') return setLocation(code)
    if (c.kind && !['LOT', 'SN', 'ITM'].includes(c.kind)) return find(code)
    const serial = waiting.find((l) => l.tracking === 'serial')
    if (c.kind === 'SN' || (!c.kind && serial)) return setPieces((p) => (p.includes(c.number) ? p : [...p, c.number]))
    const hit = waiting.find((l) => (c.kind === 'ITM' ? l.item === c.number : c.kind === 'LOT' ? l.item === c.item && l.lot === c.number : l.lot === c.number || l.item === c.number))
    if (!hit) { signal('bad'); return toast(t('floor.notOn', { code: c.number, number }), 'red') }
    setQty('')
    setLine(hit)
  }
  const done = () => { setLine(undefined); setPieces([]); signal('ok'); toast(t('return.receivedDone'), 'green') }
  const take = () => line && send.mutate({ path: { number }, body: { line: line.line, qty: cmp(clean(qty) || '0', '0') > 0 ? clean(qty) : open(line), ...(location && { location }) } }, { onSuccess: done })
  const takePieces = () => { const first = pieces[0]; if (first) send.mutate({ path: { number }, body: { code: first, serials: pieces, ...(location && { location }) } }, { onSuccess: done }) }
  const inspections = (r?.facts ?? []).filter((f) => f.act === 'receive' && !f.undo && !f.undone && f.document)
  const last = inspections[inspections.length - 1]
  return (
    <ShopPage title={t('menu.back')} sub={number} back="/m/back"
      bar={pieces.length > 0 ? <BigButton kind="main" icon="receive" busy={send.isPending} onClick={takePieces}>{t('floor.takePieces', { n: pieces.length })}</BigButton> : r?.status === 'received' && last && may('quality.judge') ? <BigButton kind="main" icon="inspect" onClick={() => void navigate(at.inspect(last.document))}>{t('floor.judge')}</BigButton> : undefined}
    >
      {!r && <Wait error={error} onRetry={() => void refetch()} />}
      {r && (
        <>
          <ShopCard><div className="kf-top"><b className="kf-no">{r.shipment}</b><Chip status={r.status} tone={r.status === 'done' ? 'green' : r.status === 'received' ? 'amber' : 'blue'} word={t(`rstatus.${r.status}`)} /></div><h3>{r.customer_name}</h3><div className="kf-meta"><span>{r.reason}</span></div></ShopCard>
          {waiting.length > 0 && may('sales.take_back') && !r.closed_ms && <ScanBox compact title={t('floor.scanBack')} hint={t('floor.scanBackHint')} onScan={scan} />}
          {location && <Notice title={t('floor.to', { location: readCode(location).number })} />}
          {pieces.length > 0 && <Notice tone="blue" icon="scan" title={t('floor.pieces', { n: pieces.length })}>{pieces.join(', ')}</Notice>}
          {waiting.length === 0 && <Notice tone="green" icon="check" title={t('floor.allHere')}>{r.status === 'received' && t('floor.held')}</Notice>}
          <div className="kf-grid kf-wide">
            {r.lines.map((l) => (
              <ShopCard key={l.id} tone={cmp(open(l), '0') > 0 ? 'blue' : 'green'} onClick={cmp(open(l), '0') > 0 && may('sales.take_back') && !r.closed_ms ? () => { if (l.tracking === 'serial') return toast(t('floor.scanPieces')); setQty(''); setLine(l) } : undefined}>
                <div className="kf-opcard"><div><h3>{l.name}</h3><div className="kf-meta"><span>{l.item}</span>{l.lot && <b>{l.lot}</b>}</div>{l.serials.length > 0 && <div className="kf-meta"><span>{l.serials.join(', ')}</span></div>}</div><div className="kf-left"><b className="num">{format(l.received)} / {format(l.qty)}</b><small>{l.uom}</small></div></div>
              </ShopCard>
            ))}
          </div>
        </>
      )}
      <Sheet open={!!line} title={line?.name ?? ''} onClose={() => setLine(undefined)} bar={<BigButton kind="main" icon="receive" busy={send.isPending} onClick={take}>{t('floor.take', { qty: format(cmp(clean(qty) || '0', '0') > 0 ? clean(qty) : line ? open(line) : '0') })}</BigButton>}>
        <div className="kf-meta"><span>{line?.item}</span>{line?.lot && <b>{line.lot}</b>}</div>
        <NumberBox label={t('f.qty')} value={qty || (line ? open(line) : '')} uom={line?.uom} active />
        <NumberPad value={qty} places={line?.decimals} all={line && open(line)} onChange={setQty} />
        <p className="kf-hint">{t('floor.locationHint')}</p>
      </Sheet>
      {choice}
      <Refused error={send.error} onClose={() => send.reset()} />
    </ShopPage>
  )
}
