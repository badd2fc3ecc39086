import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { ApiError, messageOf } from '@/api/errors'
import { today } from '@/kit/dates'
import { format, type Dec } from '@/kit/num'
import { BigButton, Choices, Glyph, Notice, Sheet, type ShopIcon } from '@/kit/shop'
import { useMay } from '@/kit/who'
import { remedyOf, type Remedy } from './remedy'
import './floor.css'

const NEEDS: Record<Remedy['text'], string> = { issue: 'production.issue', previous: 'production.read', next: 'production.read', inspect: 'quality.judge', send: 'purchasing.send' }

/** The server's refusal, large, with the way to what helps. */
export function Refused({ error, order, onClose, onRetry, sure, allow, also }: { error?: Error | null; order?: string; onClose: () => void; onRetry?: () => void; sure?: () => void; allow?: () => void; also?: ReactNode }) {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const may = useMay()
  const problem = error instanceof ApiError ? error.problem : undefined
  const help = problem && remedyOf(problem, order)
  const passing = error instanceof ApiError && error.passing
  return (
    <Sheet open={!!error} title={t(passing ? 'refused.notSent' : 'refused.title')} onClose={onClose}
      bar={(
        <>
          <BigButton onClick={onClose}>{t('refused.read')}</BigButton>
          {passing && onRetry && <BigButton kind="main" onClick={onRetry}>{t('kit:retry')}</BigButton>}
          {sure && problem?.code === 'production.short_ask' && <BigButton kind="main" onClick={sure}>{t('refused.sure')}</BigButton>}
          {sure && problem?.code === 'inventory.owe_ask' && <BigButton kind="main" onClick={sure}>{t('refused.take')}</BigButton>}
          {also}
          {allow && (problem?.code === 'production.skill_missing' || problem?.code === 'production.over_not_yours') && <BigButton kind="main" icon="user" onClick={allow}>{t('refused.allow')}</BigButton>}
          {help && may(NEEDS[help.text]) && <BigButton kind="main" onClick={() => void navigate(help.to)}>{t(`refused.${help.text}`)}</BigButton>}
        </>
      )}
    >
      <div className="kf-refused" role="alert"><Glyph name="alert" size={44} /><p>{messageOf(error)}</p></div>
      {problem?.errors && problem.errors.length > 0 && <ul className="kf-faults">{problem.errors.map((e, i) => <li key={i}>{e.message}</li>)}</ul>}
    </Sheet>
  )
}

/** What a page shows while it has nothing, or cannot get it. */
export function Wait({ error, onRetry, children }: { error?: Error | null; onRetry?: () => void; children?: ReactNode }) {
  const { t } = useTranslation('floor')
  const [late, setLate] = useState(false)
  useEffect(() => { const timer = setTimeout(() => setLate(true), 300); return () => clearTimeout(timer) }, [])
  if (!error) return late ? <div className="kf-skeleton" aria-busy="true"><i /><i /><i /></div> : null
  return (
    <>
      <Notice tone="red" icon="alert" title={messageOf(error)} />
      {children}
      {onRetry && <BigButton onClick={onRetry}>{t('kit:retry')}</BigButton>}
    </>
  )
}

/** A line that opens something: its name, what is in it now. */
export function Row({ label, value, icon, onClick, empty }: { label: string; value?: ReactNode; icon?: ShopIcon; onClick?: () => void; empty?: string }) {
  const inside = <>{icon && <Glyph name={icon} size={26} />}<span>{label}</span><b className={value ? '' : 'kf-empty'}>{value || empty}</b></>
  return onClick ? <button type="button" className="kf-row kf-tap" onClick={onClick}>{inside}</button> : <div className="kf-row">{inside}</div>
}

/** Figures side by side, as on a scoreboard. */
export function Figures({ items }: { items: { label: string; value: Dec; tone?: 'good' | 'bad' | 'warn' }[] }) {
  return <div className="kf-figs">{items.map((f) => <div key={f.label} className={f.tone ? `kf-${f.tone}` : ''}><span>{f.label}</span><b className="num">{format(f.value)}</b></div>)}</div>
}

/** The day something is due; red with a word when that day has gone. */
export function Due({ date, late: said }: { date?: string; late?: boolean }) {
  const { t } = useTranslation('floor')
  if (!date) return null
  const late = said ?? date < today() // the server counts by the production day: a night shift is not late at midnight
  return <span className={`num${late ? ' kf-late' : ''}`}>{t(late ? 'due.late' : 'due.on', { date: date.slice(5) })}</span>
}

/** Why something is taken back or exceeded: tiles, not typing. */
export function ReasonSheet({ open, title, kind, busy, onClose, onChoose }: { open: boolean; title: string; kind: 'undo' | 'goods' | 'over'; busy?: boolean; onClose: () => void; onChoose: (reason: string) => void }) {
  const { t } = useTranslation('floor')
  const of = kind === 'goods' ? 'undo' : kind
  const codes = kind === 'undo' ? ['count', 'order', 'kind', 'twice', 'try', 'other'] : kind === 'goods' ? ['count', 'lot', 'place', 'twice', 'try', 'other'] : ['scrapped', 'bad', 'lost', 'rework', 'pack', 'other']
  return (
    <Sheet open={open} title={title} onClose={onClose}>
      <Choices options={codes.map((c) => ({ value: t(`reason.${of}.${c}`), label: t(`reason.${of}.${c}`) }))} onChange={(r) => { if (!busy) onChoose(r) }} />
    </Sheet>
  )
}

/** What was booked, readable from a step away. */
export function Done({ tone = 'green', title, children }: { tone?: 'green' | 'amber' | 'red'; title: ReactNode; children?: ReactNode }) {
  return (
    <section className={`kf-done kf-done-${tone}`} role="status">
      <header><Glyph name={({ green: 'check', amber: 'cloud', red: 'alert' } as const)[tone]} size={44} /><h2>{title}</h2></header>
      {children}
    </section>
  )
}

/** How many labels: one for every box. */
export function Copies({ value, onChange }: { value: number; onChange: (n: number) => void }) {
  const { t } = useTranslation('floor')
  return (
    <div className="kw-row kf-copies" role="group" aria-label={t('label.copies')}>
      <BigButton small disabled={value <= 1} onClick={() => onChange(value - 1)}>−</BigButton>
      <div className="kf-row"><span>{t('label.copies')}</span><b className="num">{value}</b></div>
      <BigButton small disabled={value >= 200} onClick={() => onChange(value + 1)}>+</BigButton>
    </div>
  )
}

/** Labels as PDF for the office printer and ZPL for the label printer. */
export function LabelLinks({ pdf, zpl, name }: { pdf: string; zpl?: string; name?: string }) {
  const { t } = useTranslation('floor')
  return (
    <div className="kw-row kf-papers">
      <a className="kw-big kw-big-plain" href={pdf} target="_blank" rel="noreferrer"><Glyph name="print" /><span><b>{name ?? t('label.pdf')}</b></span></a>
      {zpl && <a className="kw-big kw-big-plain" href={zpl} download><Glyph name="print" /><span><b>{t('label.zpl')}</b></span></a>}
    </div>
  )
}
