import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { ApiError, messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import { readCode } from '@/kit/code'
import { BigButton, Chip, Choices, Notice, NumberBox, NumberPad, ScanBox, Sheet, ShopCard, ShopPage, toast } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { useMay } from '@/kit/who'
import { cmp } from '@/kit/num'
import { at } from './code'
import { useFind } from './find'
import { Refused, Row, Wait } from './parts'
import { ScanSheet } from './ScanSheet'
import { UnitCards } from './UnitCards'
import { linesOf, packed, unitFor, unitsOf, unpromised } from './ticks'

const BESIDE = ['damaged', 'urgent', 'agreed'] as const

/** Pack an order: scan each lot or piece, then let it go. */
export default function ShipPage() {
  const { t } = useTranslation('floor')
  const { order = '' } = useParams()
  const navigate = useNavigate()
  const may = useMay()
  const { find, choice } = useFind()
  const { data: o, error, refetch } = useGet('/api/v1/sales/orders/{number}', { path: { number: order }, live: ['inventory.', 'production.'] })
  const carriers = useGet('/api/v1/masterdata/partners', { query: { filter: ['kinds:like:carrier'], limit: 50 }, staleTime: 600_000, enabled: may('sales.ship') })
  const allocate = useSend('post', '/api/v1/sales/orders/{number}/allocate')
  const ship = useSend('post', '/api/v1/sales/shipments')
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const [carrier, setCarrier] = useState('')
  const [waybill, setWaybill] = useState('')
  const [cartons, setCartons] = useState('')
  const [carton, setCarton] = useState(1) // the one that is being filled
  const [boxOf, setBoxOf] = useState<Readonly<Record<string, number>>>({})
  const [weights, setWeights] = useState<Readonly<Record<number, string>>>({})
  const [sheet, setSheet] = useState<'carrier' | 'waybill' | 'cartons' | 'part' | 'weight' | undefined>()
  const [wrong, setWrong] = useState('')

  const units = o ? unitsOf(o) : []
  const ready = units.filter((u) => u.picked).map((u) => u.key).join('\n')
  // what was scanned at the shelf is ticked already
  useEffect(() => { if (ready) setTicked((was) => new Set([...was, ...ready.split('\n')])) }, [ready])
  const past = ship.error instanceof ApiError && (ship.error.problem.code === 'sales.not_picked' || ship.error.problem.code === 'sales.pick_not_walked')
  const going = units.filter((u) => ticked.has(u.key))
  const cartonOf = (key: string) => boxOf[key] ?? 1
  const toggle = (key: string) => { setBoxOf((b) => ({ ...b, [key]: carton })); if (ticked.has(key) && cartonOf(key) !== carton) return; setTicked((s) => { const n = new Set(s); if (!n.delete(key)) n.add(key); return n }) }
  const packing = packed(going, boxOf, weights)
  const filled = packing.find((c) => c.no === carton)
  const scan = (code: string) => {
    const kind = readCode(code).kind
    if (kind && !['LOT', 'SN', 'ITM'].includes(kind)) return find(code)
    const { unit, twice } = unitFor(units, ticked, code)
    setWrong('')
    if (!unit) { signal('bad'); return setWrong(code) }
    if (twice) return toast(t('wares:ship.twice', { code: readCode(code).number }), 'amber')
    toggle(unit.key)
  }
  const send = (beside?: string) => {
    setSheet(undefined)
    ship.mutate({ body: { order, ...(beside && { beside }), lines: linesOf(going), ...((packing.length > 1 || packing.some((c) => c.weight)) && { packing }), ...(carrier && { carrier }), ...(waybill && { waybill }), ...(cartons && { cartons: Number.parseInt(cartons, 10) }) } }, {
      onError: () => signal('bad'),
      onSuccess: (r) => { signal('ok'); void navigate(at.shipment(r.number), { replace: true, state: { fresh: true } }) },
    })
  }
  const open = (o?.lines ?? []).filter((l) => l.status !== 'cancelled' && l.status !== 'shipped')
  const canAllocate = may('sales.allocate') && open.some((l) => unpromised(l) && cmp(l.free_stock, '0') > 0)
  const all = units.length > 0 && going.length === units.length
  const name = carriers.data?.items?.find((c) => c.code === carrier)?.name
  return (
    <ShopPage title={t('shop:menu.ship')} sub={order} back={() => void navigate(-1)}
      bar={units.length > 0 && may('sales.ship')
        ? <BigButton kind={all ? 'main' : 'warn'} icon="ship" busy={ship.isPending} disabled={going.length === 0} onClick={() => (all ? send() : setSheet('part'))}>{t('wares:ship.send', { n: going.length, all: units.length })}</BigButton>
        : canAllocate && <BigButton kind="main" icon="box" busy={allocate.isPending} onClick={() => allocate.mutate({ path: { number: order } })}>{t('wares:ship.allocate')}</BigButton>}
    >
      {units.length > 0 && <ScanBox compact title={t('wares:ship.scan')} hint={t('wares:ship.hint', { n: going.length, all: units.length })} onScan={scan} />}
      {!o && <Wait error={error} onRetry={() => void refetch()} />}
      {wrong && <div className="kf-wrong" role="alert"><Notice tone="red" icon="alert" title={t('wares:ship.wrong', { code: readCode(wrong).number })}>{t('wares:ship.wrongDo')}</Notice></div>}
      {o && (
        <div className="kw-two">
          <div className="kf-col">
            <ShopCard>
              <div className="kw-no"><span>{o.number}</span><Chip status={o.status} word={o.status === 'ready' ? t('wares:ship.ready') : undefined} /></div>
              <h2>{o.customer.name}</h2>
              <div className="kw-meta"><span>{o.customer.phone}</span><span>{o.customer.address}</span></div>
            </ShopCard>
            {units.length > 0 && may('sales.ship') && (
              <div className="kf-fields">
                <Row icon="ship" label={t('wares:ship.carrier')} value={name} empty={t('wares:ship.noCarrier')} onClick={() => setSheet('carrier')} />
                <Row icon="scan" label={t('wares:ship.waybill')} value={waybill} empty={t('wares:goods.scanOr')} onClick={() => setSheet('waybill')} />
                <Row icon="box" label={t('wares:ship.inHand')} value={`${carton}${weights[carton] ? ` · ${weights[carton]} kg` : ''}${filled ? ` · ${t('wares:ship.things', { n: filled.lines.length })}` : ''}`} onClick={() => setSheet('weight')} />
                {filled && <BigButton small icon="box" onClick={() => setCarton(Math.max(...packing.map((c) => c.no)) + 1)}>{t('wares:ship.nextCarton')}</BigButton>}
                {packing.length <= 1 && <Row icon="box" label={t('wares:ship.cartons')} value={cartons} empty="1" onClick={() => { setCartons(''); setSheet('cartons') }} />}
              </div>
            )}
          </div>
          <div className="kf-col">
            {units.length === 0 && o.status !== 'shipped' && <Notice tone="amber" icon="alert" title={t('wares:ship.nothing')}>{t(canAllocate ? 'wares:ship.nothingAllocate' : 'wares:ship.nothingDo')}</Notice>}
            {o.status === 'shipped' && <Notice tone="green" icon="check" title={t('wares:ship.allGone')} />}
            <UnitCards lines={open} units={units} ticked={ticked} cartonOf={carton > 1 ? cartonOf : undefined} onToggle={may('sales.ship') ? toggle : undefined} />
            {(o.shipments ?? []).map((s) => <Row key={s.number} icon="ship" label={s.number} value={t(s.reversed_ms ? 'wares:ship.reversed' : 'wares:ship.went')} onClick={() => void navigate(at.shipment(s.number))} />)}
          </div>
        </div>
      )}
      <Sheet open={sheet === 'carrier'} title={t('wares:ship.carrier')} onClose={() => setSheet(undefined)}>
        <Choices value={carrier} options={[{ value: '', label: t('wares:ship.noCarrier') }, ...(carriers.data?.items ?? []).map((c) => ({ value: c.code, label: c.name }))]} onChange={(v) => { setCarrier(v); setSheet(undefined) }} />
      </Sheet>
      <ScanSheet open={sheet === 'waybill'} title={t('wares:ship.scanWaybill')} onClose={() => setSheet(undefined)} onScan={(code) => { setWaybill(code); setSheet(undefined) }} onClear={waybill ? () => { setWaybill(''); setSheet(undefined) } : undefined} />
      <Sheet open={sheet === 'cartons'} title={t('wares:ship.cartons')} onClose={() => setSheet(undefined)} bar={<BigButton kind="main" onClick={() => setSheet(undefined)}>{t('kit:ok')}</BigButton>}>
        <NumberBox label={t('wares:ship.cartons')} value={cartons} active />
        <NumberPad value={cartons} onChange={(v) => { if (v.length <= 4) setCartons(v) }} />
      </Sheet>
      <Sheet open={sheet === 'weight'} title={t('wares:ship.weight', { no: carton })} onClose={() => setSheet(undefined)} bar={<BigButton kind="main" onClick={() => setSheet(undefined)}>{t('kit:ok')}</BigButton>}>
        <NumberBox label="kg" value={weights[carton] ?? ''} active />
        <NumberPad value={weights[carton] ?? ''} places={3} onChange={(v) => { if (v.length <= 8) setWeights({ ...weights, [carton]: v }) }} />
      </Sheet>
      <Sheet open={sheet === 'part'} title={t('wares:ship.partTitle')} onClose={() => setSheet(undefined)} bar={<><BigButton onClick={() => setSheet(undefined)}>{t('wares:ship.partScan')}</BigButton><BigButton kind="warn" icon="ship" onClick={() => send()}>{t('wares:ship.partSend', { n: going.length })}</BigButton></>}>
        <Notice tone="amber" icon="alert" title={t('wares:ship.partText', { n: going.length, all: units.length })}>{t('wares:ship.partDo')}</Notice>
      </Sheet>
      {choice}
      <Sheet open={past} title={t('wares:ship.besideTitle')} onClose={() => ship.reset()} bar={<BigButton onClick={() => ship.reset()}>{t('refused.read')}</BigButton>}>
        <Notice tone="amber" icon="alert" title={messageOf(ship.error)} />
        <h3 className="kf-h3">{t('wares:ship.besideWhy')}</h3>
        <Choices options={BESIDE.map((r) => ({ value: t(`wares:ship.beside.${r}`), label: t(`wares:ship.beside.${r}`) }))} onChange={send} />
      </Sheet>
      <Refused error={past ? undefined : ship.error ?? allocate.error} onClose={() => { ship.reset(); allocate.reset() }} onRetry={ship.error ? () => send() : undefined} />
    </ShopPage>
  )
}
