import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cmp, format, isDec, parse } from '@/kit/num'
import { BigButton, Choices, NumberBox, NumberPad, Notice, Sheet } from '@/kit/shop'
import type { Given, OpFloor } from './opfloor'
import './doneat.css'

type Param = OpFloor['params'][number]

const isBeyond = (p: Pick<Param, 'lower' | 'upper'>, v: string): boolean => (p.lower !== undefined && cmp(v, p.lower) < 0) || (p.upper !== undefined && cmp(v, p.upper) > 0)

/** 180 – 200, ≥ 180, ≤ 200. */
const rangeOf = (p: Pick<Param, 'lower' | 'upper'>): string =>
  p.lower !== undefined && p.upper !== undefined ? `${format(p.lower)} – ${format(p.upper)}` : p.lower !== undefined ? `≥ ${format(p.lower)}` : p.upper !== undefined ? `≤ ${format(p.upper)}` : ''

/** Whether a value below zero is possible, so that the pad needs a sign. */
const mayBeNegative = (p: Pick<Param, 'lower' | 'upper'>): boolean => p.lower === undefined ? p.upper === undefined || cmp(p.upper, '0') <= 0 : cmp(p.lower, '0') < 0

const REASONS = ['warm', 'machine', 'material', 'gauge', 'trial'] as const

/** The process parameters of a step, one big field each; a value beyond its limits is said at once and asks why. */
export default function ReadingSheet({ params, when, busy, onClose, onDone }: { params: Param[]; when: 'start' | 'report'; busy?: boolean; onClose: () => void; onDone: (given: Given) => void }) {
  const { t } = useTranslation('lineside')
  const [typed, setTyped] = useState<Record<string, string>>({})
  const [active, setActive] = useState(0)
  const [why, setWhy] = useState(false)
  const [words, setWords] = useState('')
  const p = params[active]!
  const value = (q: Param) => { const v = typed[q.name] ?? ''; return isDec(v) ? v : parse(v) }
  const beyond = params.filter((q) => { const v = value(q); return v !== undefined && isBeyond(q, v) })
  const next = params.findIndex((q, i) => i !== active && value(q) === undefined)
  const give = (reason?: string) => onDone({ readings: params.map((q) => ({ name: q.name, value: value(q)! })), ...(reason && { readings_reason: reason }) })
  const main = () => {
    if (next >= 0) return setActive(next)
    if (beyond.length > 0) return setWhy(true)
    give()
  }
  const set = (v: string) => setTyped({ ...typed, [p.name]: v })
  const hint = [rangeOf(p) && t('reading.range', { range: rangeOf(p), unit: p.unit ?? '' }), p.target !== undefined && t('reading.target', { value: format(p.target), unit: p.unit ?? '' })].filter(Boolean).join(' · ')
  const out = beyond.includes(p)
  if (why) {
    return (
      <Sheet open title={t('reading.why')} onClose={() => setWhy(false)} bar={<BigButton kind="main" icon="check" busy={busy} disabled={!words.trim()} onClick={() => give(words.trim())}>{t('reading.send')}</BigButton>}>
        <Notice tone="red" icon="alert" title={beyond.map((q) => `${q.name} ${format(value(q)!)} ${q.unit ?? ''} (${rangeOf(q)})`).join('；')}>{t('reading.told')}</Notice>
        <Choices options={REASONS.map((r) => ({ value: t(`reading.reason.${r}`), label: t(`reading.reason.${r}`) }))} value={words} onChange={setWords} />
        <label className="kf-when"><span>{t('reading.own')}</span><input type="text" value={words} maxLength={200} onChange={(e) => setWords(e.target.value)} /></label>
      </Sheet>
    )
  }
  return (
    <Sheet open title={t(when === 'start' ? 'reading.atStart' : 'reading.atReport')} onClose={onClose}
      bar={<BigButton kind="main" icon="check" busy={busy} disabled={value(p) === undefined} onClick={main}>{t(next >= 0 ? 'reading.next' : beyond.length > 0 ? 'reading.goWhy' : 'reading.send')}</BigButton>}>
      <div className={params.length > 1 ? 'kf-team' : 'kf-col'}>{params.map((q, i) => <NumberBox key={q.name} label={q.name} value={typed[q.name] ?? ''} uom={q.unit} tone={beyond.includes(q) ? 'bad' : undefined} active={i === active} onClick={() => setActive(i)} />)}</div>
      <p className={out ? 'kf-bad kf-hint' : 'kf-hint'} role={out ? 'alert' : undefined}>{out && <b>{t('reading.beyond')} </b>}{hint || t('reading.noLimits')}</p>
      <NumberPad key={active} value={typed[p.name] ?? ''} places={p.decimals ?? 0} onChange={set} />
      {mayBeNegative(p) && <BigButton small onClick={() => set((typed[p.name] ?? '').startsWith('-') ? typed[p.name]!.slice(1) : `-${typed[p.name] ?? ''}`)}>{t('reading.sign')}</BigButton>}
    </Sheet>
  )
}
