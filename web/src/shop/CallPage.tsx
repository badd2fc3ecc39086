import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { cmp } from '@/kit/num'
import { BigButton, Choices, Glyph, Notice, NumberBox, NumberPad, Sheet, ShopPage, toast } from '@/kit/shop'
import type { Hanging } from '@/kit/shop/outbox'
import { useAct } from './act'
import { at, opCode } from './code'
import { Refused, Wait } from './parts'
import { clean } from './quantity'
import './station.css'

const KINDS = ['material', 'machine', 'quality', 'tool', 'other'] as const
type Kind = (typeof KINDS)[number]
const ASKS: Record<Kind, string> = { material: 'warehouse', machine: 'maintenance', quality: 'quality', tool: 'maintenance', other: 'shift_leader' }

/** Calls for help at an operation: what, which part, a picture, whether the work stops until it is resolved. */
export default function CallPage() {
  const { t } = useTranslation('line')
  const { order = '', op = '' } = useParams()
  const navigate = useNavigate()
  const { data: card, error, refetch } = useGet('/api/v1/production/scan', { query: { code: opCode(order, op) }, keep: true })
  const [asked] = useSearchParams()
  const [kind, setKind] = useState<Kind | undefined>(KINDS.find((k) => k === asked.get('kind')))
  const [item, setItem] = useState('')
  const [qty, setQty] = useState('')
  const [pad, setPad] = useState(false)
  const [text, setText] = useState('')
  const [block, setBlock] = useState(false)
  const [photo, setPhoto] = useState<File | undefined>()
  const send = useAct<Answer<'post', '/api/v1/production/calls'>>()
  const own = (card?.material ?? []).filter((m) => m.role === 'component')
  const all = useGet('/api/v1/production/orders/{number}', { path: { number: order }, enabled: kind === 'material' && !!card && own.length === 0 }) // an operation without parts of its own: the order's
  const parts = own.length ? own : (all.data?.components ?? []).filter((m) => m.role === 'component')
  const part = parts.find((m) => m.item === item)
  const ready = !!kind && (kind !== 'material' || !!item) && (kind !== 'other' || !!text.trim())
  const role = kind ? t(`app:role.${ASKS[kind]}`, { defaultValue: ASKS[kind] }) : ''
  const go = async () => {
    if (!kind) return
    // a lane of its own: a call for help does not wait behind a report that nobody has cleared up
    const what = t('call.outbox', { kind: t(`call.kind.${kind}`), what: part?.name ?? text.trim() })
    const file = photo && { subject: 'call:{id}', label: t('call.photoOutbox', { what }), name: photo.name, type: photo.type, data: await photo.arrayBuffer() }
    const call = (file?: Hanging) => send.run({
      lane: `${order} · ${op}`, path: '/api/v1/production/calls', label: what, file, already: 'production.called_already',
      body: { order, op: Number(op), kind, ...(kind === 'material' && { item, ...(cmp(clean(qty), '0') > 0 && { qty: clean(qty) }) }), ...(text.trim() && { text: text.trim() }), ...(block && { block: true }) },
    })
    // where this device has no room for the picture, the call goes out without it
    const r = await call(file).catch((err: unknown) => { if (!file) throw err; toast(t('call.photoBad'), 'red'); return call() })
    if (r.state === 'refused') return
    if (r.state === 'done') toast(t('call.sent', { role }))
    else toast(t(photo ? 'call.photoLater' : 'call.queued'), 'amber')
    void navigate(at.op(order, op), { replace: true })
  }
  return (
    <ShopPage title={t('call.title')} sub={`${order} · ${card ? `${card.op} ${card.name}` : op}`} back={() => void navigate(-1)}
      bar={<BigButton kind="main" icon="alert" busy={send.busy} disabled={!ready} onClick={() => void go()}>{t('call.send', { role })}</BigButton>}>
      {!card && <Wait error={error} onRetry={() => void refetch()} />}
      <div className="kw-two">
        <div className="kf-col">
          <h3 className="kf-h3">{t('call.what')}</h3>
          <Choices value={kind} options={KINDS.map((k) => ({ value: k, label: t(`call.kind.${k}`) }))} onChange={(k) => setKind(k as Kind)} />
          {kind === 'material' && <><h3 className="kf-h3">{t('call.part')}</h3><Choices value={item} options={parts.map((m) => ({ value: m.item, label: m.name, sub: m.item }))} onChange={setItem} />{card && parts.length === 0 && !all.isFetching && <Notice title={t('call.noParts')}>{t('call.noPartsDo')}</Notice>}</>}
        </div>
        <div className="kf-col">
          {kind === 'material' && item && <NumberBox label={t('call.qty')} value={qty} uom={part?.uom} onClick={() => setPad(true)} />}
          <textarea className="kf-text" value={text} maxLength={500} placeholder={t(kind === 'other' ? 'call.textMust' : 'call.text')} aria-label={t('call.text')} onChange={(e) => setText(e.target.value)} />
          <label className="kw-big kw-big-plain kf-file"><Glyph name={photo ? 'check' : 'camera'} /><span><b>{t(photo ? 'call.photoOn' : 'call.photo')}</b></span><input type="file" accept="image/*" capture="environment" onChange={(e) => setPhoto(e.target.files?.[0])} /></label>
          <label className="kf-check"><input type="checkbox" checked={block} onChange={(e) => setBlock(e.target.checked)} /><span>{t('call.block')}</span></label>
        </div>
      </div>
      <Sheet open={pad} title={t('call.qty')} onClose={() => setPad(false)} bar={<BigButton kind="main" icon="check" onClick={() => setPad(false)}>{t('kit:ok')}</BigButton>}>
        <NumberBox label={part?.name ?? ''} value={qty} uom={part?.uom} active />
        <NumberPad value={qty} places={3} onChange={setQty} />
      </Sheet>
      <Refused error={send.refused} order={order} onClose={send.clear} />
    </ShopPage>
  )
}
