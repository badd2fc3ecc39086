import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cmp, format, isDec, parse } from '@/kit/num'
import { BigButton, Choices, NumberBox, NumberPad, Notice, Sheet } from '@/kit/shop'
import type { Given, Measure, OpFloor } from './opfloor'
import './doneat.css'

type Param = OpFloor['params'][number]

const isBeyond = (p: Pick<Param, 'lower' | 'upper'>, v: string): boolean => (p.lower !== undefined && cmp(v, p.lower) < 0) || (p.upper !== undefined && cmp(v, p.upper) > 0)

/** 180 – 200, ≥ 180, ≤ 200. */
const rangeOf = (p: Pick<Param, 'lower' | 'upper'>): string =>
  p.lower !== undefined && p.upper !== undefined ? `${format(p.lower)} – ${format(p.upper)}` : p.lower !== undefined ? `≥ ${format(p.lower)}` : p.upper !== undefined ? `≤ ${format(p.upper)}` : ''

/** Whether a value below zero is possible, so that the pad needs a sign. */
const mayBeNegative = (p: Pick<Param, 'lower' | 'upper'>): boolean => p.lower === undefined ? p.upper === undefined || cmp(p.upper, '0') <= 0 : cmp(p.lower, '0') < 0

const REASONS = ['warm', 'machine', 'material', 'gauge', 'trial'] as const

const FEW = 6

/** The process parameters of a step, one big field each, and piece by piece where single pieces are measured; a value beyond its limits is said at once and asks why. */
export default function ReadingSheet({ pages, when, serials, busy, onClose, onDone }: { pages: Measure[]; when: 'start' | 'report'; serials?: boolean; busy?: boolean; onClose: () => void; onDone: (given: Given) => void }) {
  const { t } = useTranslation('lineside')
  const [typed, setTyped] = useState<Record<string, string>>({})
  const [serial, setSerial] = useState<Record<number, string>>({})
  const [page, setPage] = useState(0)
  const [active, setActive] = useState(0)
  const [why, setWhy] = useState(false)
  const [words, setWords] = useState('')
  const { piece, params } = pages[page]!
  const p = params[active]!
  const key = (at: number, q: Param) => `${at}|${q.name}`
  const valueAt = (at: number, q: Param) => { const v = typed[key(at, q)] ?? ''; return isDec(v) ? v : parse(v) }
  const value = (q: Param) => valueAt(page, q)
  const bad = (at: number, q: Param) => { const v = valueAt(at, q); return v !== undefined && isBeyond(q, v) }
  const beyond = pages.flatMap((m, at) => m.params.filter((q) => bad(at, q)).map((q) => ({ q, at, piece: m.piece })))
  const next = params.findIndex((q, i) => i !== active && value(q) === undefined)
  const gap = pages.findIndex((m, at) => at !== page && m.params.some((q) => valueAt(at, q) === undefined))
  const go = (to: number) => { setPage(to); setActive(Math.max(pages[to]!.params.findIndex((q) => valueAt(to, q) === undefined), 0)) }
  const give = (reason?: string) => onDone({ readings: pages.flatMap((m, at) => m.params.map((q) => ({ name: q.name, value: valueAt(at, q)!, ...(m.piece > 0 && serial[at]?.trim() && { serial: serial[at].trim() }) }))), ...(reason && { readings_reason: reason }) })
  const main = () => {
    if (next >= 0) return setActive(next)
    if (gap >= 0) return go(gap)
    if (beyond.length > 0) return setWhy(true)
    give()
  }
  const set = (v: string) => setTyped({ ...typed, [key(page, p)]: v })
  const hint = [rangeOf(p) && t('reading.range', { range: rangeOf(p), unit: p.unit ?? '' }), p.target !== undefined && t('reading.target', { value: format(p.target), unit: p.unit ?? '' })].filter(Boolean).join(' · ')
  const out = bad(page, p)
  const count = pages.filter((m) => m.piece > 0).length
  const nth = pages.slice(0, page + 1).filter((m) => m.piece > 0).length
  if (why) {
    const holds = beyond.some(({ q }) => q.beyond === 'hold_order') ? 'order' : beyond.some(({ q }) => q.beyond === 'hold_op') ? 'op' : undefined
    return (
      <Sheet open title={t('reading.why')} onClose={() => setWhy(false)} bar={<BigButton kind="main" icon="check" busy={busy} disabled={!words.trim()} onClick={() => give(words.trim())}>{t('reading.send')}</BigButton>}>
        <Notice tone="red" icon="alert" title={beyond.slice(0, FEW).map(({ q, at, piece: no }) => `${q.name} ${format(valueAt(at, q)!)} ${q.unit ?? ''} (${rangeOf(q)})${no > 0 ? ` #${no}` : ''}`).join('; ') + (beyond.length > FEW ? ' …' : '')}>{t(holds === 'op' ? 'reading.holdsOp' : holds === 'order' ? 'reading.holdsOrder' : 'reading.told')}</Notice>
        <Choices options={REASONS.map((r) => ({ value: t(`reading.reason.${r}`), label: t(`reading.reason.${r}`) }))} value={words} onChange={setWords} />
        <label className="kf-when"><span>{t('reading.own')}</span><input type="text" value={words} maxLength={200} onChange={(e) => setWords(e.target.value)} /></label>
      </Sheet>
    )
  }
  return (
    <Sheet open title={piece > 0 ? t('reading.ofPiece', { n: nth, of: count, no: piece }) : t(when === 'start' ? 'reading.atStart' : 'reading.atReport')} onClose={onClose}
      bar={<>{page > 0 && <BigButton onClick={() => go(page - 1)}>{t('reading.back')}</BigButton>}<BigButton kind="main" icon="check" busy={busy} disabled={value(p) === undefined} onClick={main}>{t(next >= 0 ? 'reading.next' : gap >= 0 ? (pages[gap]!.piece > 0 ? 'reading.nextPiece' : 'reading.next') : beyond.length > 0 ? 'reading.goWhy' : 'reading.send')}</BigButton></>}>
      {count > 1 && piece > 0 && <div className="kf-steps" role="progressbar" aria-valuemin={0} aria-valuemax={count} aria-valuenow={nth}><i style={{ width: `${(nth / count) * 100}%` }} /></div>}
      <div className={params.length > 1 ? 'kf-team' : 'kf-col'}>{params.map((q, i) => <NumberBox key={q.name} label={q.name} value={typed[key(page, q)] ?? ''} uom={q.unit} tone={bad(page, q) ? 'bad' : undefined} active={i === active} onClick={() => setActive(i)} />)}</div>
      <p className={out ? 'kf-bad kf-hint' : 'kf-hint'} role={out ? 'alert' : undefined}>{out && <b>{t('reading.beyond')} </b>}{hint || t('reading.noLimits')}</p>
      {piece > 0 && serials && <label className="kf-when"><span>{t('reading.serial')}</span><input type="text" value={serial[page] ?? ''} maxLength={100} placeholder={t('reading.serialHint')} onChange={(e) => setSerial({ ...serial, [page]: e.target.value })} /></label>}
      <NumberPad key={`${page}|${active}`} value={typed[key(page, p)] ?? ''} places={p.decimals ?? 0} onChange={set} />
      {mayBeNegative(p) && <BigButton small onClick={() => { const v = typed[key(page, p)] ?? ''; set(v.startsWith('-') ? v.slice(1) : `-${v}`) }}>{t('reading.sign')}</BigButton>}
    </Sheet>
  )
}
