import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { format, isDec, pct, type Dec } from '../num'
import { colorOf, type Tone } from '../status'
import { Glyph, type ShopIcon } from './icons'

export interface ButtonProps { children: ReactNode; sub?: ReactNode; icon?: ShopIcon; kind?: 'main' | 'plain' | 'good' | 'warn' | 'bad'; busy?: boolean; disabled?: boolean; onClick?: () => void; type?: 'button' | 'submit'; pressed?: boolean; small?: boolean }
export function BigButton({ children, sub, icon, kind = 'plain', busy, disabled, onClick, type = 'button', pressed, small }: ButtonProps) {
  return (
    <button type={type} className={`kw-big kw-big-${kind}${small ? ' kw-big-small' : ''}`} disabled={disabled || busy} aria-busy={busy} aria-pressed={pressed} onClick={onClick}>
      {busy ? <span className="kw-spinner" /> : icon && <Glyph name={icon} />}
      <span><b>{children}</b>{sub && <small>{sub}</small>}</span>
    </button>
  )
}

/** The one row of main actions, always in reach of the thumb. */
export function ActionBar({ children }: { children: ReactNode }) {
  return <div className="kw-actionbar">{children}</div>
}

export function ShopCard({ children, onClick, tone }: { children: ReactNode; onClick?: () => void; tone?: Tone }) {
  const style = tone ? { borderLeft: `6px solid ${colorOf(tone)}` } : undefined
  return onClick ? <button type="button" className="kw-shopcard kw-tap" style={style} onClick={onClick}>{children}</button> : <section className="kw-shopcard" style={style}>{children}</section>
}

/** done / total with the rest, as on a scoreboard. */
export function BigProgress({ done, total, uom, tone = 'teal' }: { done: Dec; total: Dec; uom?: string; tone?: Tone }) {
  const { t } = useTranslation('kit')
  const rest = Math.max(0, 100 - pct(done, total))
  return (
    <div className="kw-bigprogress">
      <div className="kw-bigbar"><i style={{ width: `${100 - rest}%`, background: colorOf(tone) }} /></div>
      <div><b className="num">{format(done)}</b><span className="num"> / {format(total)}{uom && <small> {uom}</small>}</span><em>{Math.floor(pct(done, total))}%</em></div>
      <span hidden>{t('progress')}</span>
    </div>
  )
}

export function BigFacts({ items }: { items: [label: string, value: ReactNode][] }) {
  return <dl className="kw-bigfacts">{items.filter(([, v]) => v !== undefined && v !== null && v !== '').map(([l, v]) => <div key={l}><dt>{l}</dt><dd>{v}</dd></div>)}</dl>
}

/** A figure that the number pad fills; tap to choose which. */
export function NumberBox({ label, value, active, tone, uom, onClick }: { label: string; value: string; active?: boolean; tone?: 'good' | 'bad'; uom?: string; onClick?: () => void }) {
  return (
    <button type="button" className={`kw-numberbox${active ? ' kw-active' : ''}${tone ? ` kw-${tone}` : ''}`} aria-pressed={active} onClick={onClick}>
      <span>{label}</span><b className="num">{isDec(value) ? format(value) : value || '0'}{uom && <small>{uom}</small>}</b>
    </button>
  )
}

/** Own number pad: no keyboard slides over the work. `all` fills in what is left. Places 0 hides the point. */
export function NumberPad({ value, onChange, places = 0, all, allLabel, pin }: { value: string; onChange: (v: string) => void; places?: number; all?: Dec; allLabel?: string; pin?: boolean }) {
  const { t } = useTranslation('kit')
  const press = (k: string) => {
    if (k === 'erase') return onChange(value.slice(0, -1))
    if (k === '.') return onChange(value.includes('.') ? value : (value || '0') + '.')
    const next = value === '0' && !pin ? k : value + k // a PIN may begin with 0
    const [whole = '', frac = ''] = next.split('.')
    if (whole.length <= 9 && frac.length <= places) onChange(next)
  }
  const idle = (k: string) => ((k === 'erase' || k === 'clear') && value === '') || (k === '.' && value.includes('.')) || (k === 'all' && (value || '0') === all) // a key that would change nothing
  const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', places > 0 ? '.' : 'erase', '0', places > 0 ? 'erase' : all !== undefined ? 'all' : 'clear']
  return (
    <div className="kw-pad">
      {keys.map((k) => (
        <button key={k} type="button" aria-label={k === 'erase' ? t('pad.erase') : undefined} disabled={idle(k)} onClick={() => (k === 'all' ? onChange(all!) : k === 'clear' ? onChange('') : press(k))}>
          {k === 'erase' ? <Glyph name="erase" size={34} /> : k === 'all' ? (allLabel ?? t('pad.all')) : k === 'clear' ? 'C' : k}
        </button>
      ))}
      {places > 0 && all !== undefined && <button type="button" className="kw-pad-wide" disabled={idle('all')} onClick={() => onChange(all)}>{allLabel ?? t('pad.all')} {format(all)}</button>}
    </div>
  )
}

/** Big buttons of which one is chosen: scrap reasons, units, locations. */
export function Choices({ options, value, onChange }: { options: { value: string; label: ReactNode; sub?: ReactNode }[]; value?: string; onChange: (v: string) => void }) {
  return (
    <div className="kw-choices" role="radiogroup">
      {options.map((o) => <button key={o.value} type="button" role="radio" aria-checked={o.value === value} onClick={() => onChange(o.value)}><b>{o.label}</b>{o.sub && <small>{o.sub}</small>}</button>)}
    </div>
  )
}

/** Nothing here / not found / refused, with what to do. */
export function Notice({ tone = 'grey', icon, title, children }: { tone?: Tone; icon?: ShopIcon; title: ReactNode; children?: ReactNode }) {
  return <div className={`kw-notice kw-${tone}`} role={tone === 'red' ? 'alert' : undefined}>{icon && <Glyph name={icon} size={32} />}<div><b>{title}</b>{children && <p>{children}</p>}</div></div>
}
