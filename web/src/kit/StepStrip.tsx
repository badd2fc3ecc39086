import { useTranslation } from 'react-i18next'
import { showInstant, type Instant } from './dates'
import { cmp, format, pct, type Dec } from './num'
import { toneOf } from './status'
import './chip.css'
import './steps.css'

export interface Step {
  no: string | number
  name: string
  status: string
  done: Dec
  total: Dec
  scrap?: Dec
  rework?: Dec
  place?: string
  who?: string
  from?: Instant
  to?: Instant
}

const short = (v?: Instant) => showInstant(v).slice(5)

/** The operations of a work order from left to right: how many came through, who did it, when. */
export function StepStrip({ steps, current, onPick }: { steps: Step[]; current?: string | number; onPick?: (no: string | number) => void }) {
  const { t } = useTranslation('kit')
  return (
    <ol className="kw-steps">
      {steps.map((s) => {
        const time = [short(s.from), s.to && s.to !== s.from ? short(s.to).slice(short(s.to).slice(0, 5) === short(s.from).slice(0, 5) ? 6 : 0) : ''].filter(Boolean).join(' – ')
        const inside = (
          <>
            <span className="kw-step-head"><b className="num">{s.no}</b><span title={s.name}>{s.name}</span></span>
            <span className="kw-step-qty num">
              <strong>{format(s.done)}</strong><span> / {format(s.total)}</span>
              {s.scrap && cmp(s.scrap, '0') > 0 && <em className="kw-step-bad">−{format(s.scrap)}</em>}
              {s.rework && cmp(s.rework, '0') > 0 && <em className="kw-step-again">↻{format(s.rework)}</em>}
            </span>
            <span className="kw-step-bar"><i style={{ width: `${Math.min(100, pct(s.done, s.total))}%` }} /></span>
            <span className="kw-step-word">{t(`status.${s.status}`, { defaultValue: s.status })}{s.place && <span> · {s.place}</span>}</span>
            <span className="kw-step-who">{s.who}{s.who && time && ' · '}<span className="num">{time}</span></span>
          </>
        )
        return (
          <li key={s.no} className={`kw-step kw-${s.status === 'waiting_previous' ? 'grey' : toneOf(s.status)}${current === s.no ? ' kw-step-now' : ''}`}>
            {onPick ? <button type="button" onClick={() => onPick(s.no)}>{inside}</button> : <div>{inside}</div>}
          </li>
        )
      })}
    </ol>
  )
}
