import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { ApiError } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { cmp, format } from '@/kit/num'
import { BigButton, Choices, Notice, NumberBox, NumberPad, ScanBox, Sheet, ShopCard, ShopPage, toast } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { at, lotCode } from './code'
import { Refused, Wait } from './parts'
import { clean } from './quantity'

type Stop = Answer<'get', '/api/v1/production/picks/{number}'>['stops'][number]

/** A pick list of work orders, walked by warehouse and location: each scan is checked and issued, what is missing is said. */
export default function WorkPickPage() {
  const { t } = useTranslation('floor')
  const { number = '' } = useParams()
  const navigate = useNavigate()
  const { data: p, error, refetch } = useGet('/api/v1/production/picks/{number}', { path: { number }, live: ['production.'] })
  const scan = useSend('post', '/api/v1/production/picks/{number}/scan')
  const short = useSend('post', '/api/v1/production/picks/{number}/short')
  const [missing, setMissing] = useState(0)
  const [part, setPart] = useState<Stop | undefined>()
  const [qty, setQty] = useState('')
  const [last, setLast] = useState('')
  const left = (p?.stops ?? []).filter((s) => cmp(s.left, '0') > 0)
  const done = (p?.stops ?? []).filter((s) => !left.includes(s))
  const now = left[0]
  const take = (code: string, more: { pos?: number; qty?: string; instead?: boolean } = {}) => {
    setLast(code)
    scan.mutate({ path: { number }, body: { code, ...more } }, { onSuccess: () => { setPart(undefined); signal('ok'); toast(t('material:pick.taken')) }, onError: () => signal('bad') })
  }
  const codeOf = (s: Stop) => (s.lot ? lotCode(s.item, s.lot) : s.item)
  const wrongLot = scan.error instanceof ApiError && scan.error.problem.code === 'production.pick_wrong_lot'
  return (
    <ShopPage title={t('material:pick.title')} sub={number} back={() => void navigate(-1)}
      bar={p && left.length === 0 && p.orders[0] ? <BigButton kind="main" icon="issue" onClick={() => void navigate(p.orders.length === 1 ? at.op(p.orders[0]!) : '/m/issue')}>{t('material:pick.goOn')}</BigButton> : undefined}
    >
      {!p && <Wait error={error} onRetry={() => void refetch()} />}
      {p?.status === 'cancelled' && <Notice tone="amber" icon="alert" title={t('material:pick.dropped')} />}
      {p && left.length > 0 && <ScanBox compact title={t('material:pick.scan')} hint={t('wares:wave.left', { n: left.length, all: p.stops.length })} busy={scan.isPending} onScan={(code) => take(code)} />}
      {p && left.length === 0 && p.status !== 'cancelled' && <Notice tone={p.status === 'short' ? 'amber' : 'green'} icon="check" title={t(p.status === 'short' ? 'material:pick.doneShort' : 'material:pick.done')}>{p.orders.join('  ')}</Notice>}
      {p && p.short.length > 0 && <Notice tone="amber" icon="alert" title={t('material:pick.short')}>{p.short.map((s) => `${s.name} ${format(s.qty)} ${s.uom} (${s.order})`).join('；')}</Notice>}
      <div className="kf-list">
        {left.map((s) => (
          <ShopCard key={s.pos} tone={s === now ? 'blue' : undefined}>
            <div className="kf-head">
              <div><div className="kf-biglot">{s.location}</div><h3>{s.name}</h3><div className="kf-meta"><span>{s.item}</span>{s.lot && <b>{s.lot}</b>}{s.why && <span>{t(`issue.reason.${s.why}`, { date: s.expires_on })}</span>}</div></div>
              <div className="kf-left"><b className="num">{format(s.left)}</b><small>{s.uom}</small></div>
            </div>
            <div className="kf-meta">{s.for.filter((f) => cmp(f.left, '0') > 0).map((f) => <span key={f.order}>{f.order} × <b className="num">{format(f.left)}</b> {f.work_center}</span>)}</div>
            {s === now && (
              <div className="kw-row">
                {s.tracking !== 'serial' && <BigButton small kind="main" busy={scan.isPending} onClick={() => take(codeOf(s), { pos: s.pos })}>{t('material:pick.all')}</BigButton>}
                {s.tracking !== 'serial' && <BigButton small onClick={() => { setQty(''); setPart(s) }}>{t('material:pick.part')}</BigButton>}
                <BigButton small onClick={() => setMissing(s.pos)}>{t('wares:wave.missing')}</BigButton>
              </div>
            )}
          </ShopCard>
        ))}
        {done.map((s) => (
          <ShopCard key={s.pos} tone={cmp(s.short, '0') > 0 ? 'amber' : 'green'}>
            <div className="kf-meta"><b>{s.location}</b><span>{s.name}</span><span>{s.lot}</span><span className="num">{format(s.picked)} {s.uom}</span>{s.for.filter((f) => f.others).map((f) => <span key={f.order}>{f.others}</span>)}{cmp(s.short, '0') > 0 && <span className="kf-warn">{t('wares:wave.short', { qty: format(s.short), why: s.for.map((f) => f.reason).filter(Boolean)[0] ?? '' })}</span>}</div>
          </ShopCard>
        ))}
      </div>
      <Sheet open={missing > 0} title={t('wares:wave.why')} onClose={() => setMissing(0)}>
        <Choices options={['empty', 'damaged', 'other'].map((c) => ({ value: t(`wares:wave.reason.${c}`), label: t(`wares:wave.reason.${c}`) }))} onChange={(reason) => { const pos = missing; setMissing(0); short.mutate({ path: { number }, body: { pos, reason } }) }} />
      </Sheet>
      {part && !scan.error && (
        <Sheet open title={part.name} onClose={() => setPart(undefined)} bar={<BigButton kind="main" icon="issue" busy={scan.isPending} disabled={cmp(clean(qty), '0') <= 0} onClick={() => take(codeOf(part), { pos: part.pos, qty: clean(qty) })}>{t('issue.send', { qty: format(clean(qty)), uom: part.uom })}</BigButton>}>
          <NumberBox label={t('fig.qty')} value={qty} uom={part.uom} active />
          <NumberPad value={qty} places={Math.min(part.decimals, 6)} all={part.left} onChange={setQty} />
        </Sheet>
      )}
      <Refused error={scan.error ?? short.error} onClose={() => { scan.reset(); short.reset() }}
        also={wrongLot ? <BigButton kind="warn" onClick={() => { scan.reset(); take(last, { instead: true }) }}>{t('material:pick.instead')}</BigButton> : undefined} />
    </ShopPage>
  )
}
