import { format, pct, type Dec } from './num'
import { toneOf, type Tone } from './status'
import './chip.css'

/** A quantity with its unit in grey. */
export function Qty({ value, uom, places, said }: { value: Dec | null | undefined; uom?: string | null; places?: number; said?: string }) {
  if (value === null || value === undefined || value === '') return null
  return <span className="num">{said && <span className="kw-uom">{said} = </span>}{format(value, places)}{uom && <span className="kw-uom">{uom}</span>}</span>
}

/** done of total as a bar with per cent; colour by status. */
export function Progress({ done, total, status, tone }: { done: Dec; total: Dec; status?: string; tone?: Tone }) {
  const p = pct(done || '0', total || '0')
  return (
    <span className={`kw-bar kw-${tone ?? (status ? toneOf(status) : p >= 100 ? 'green' : 'teal')}`} role="img" aria-label={`${format(done)} / ${format(total)}`}>
      <span><b style={{ width: `${Math.min(100, Math.max(0, p))}%` }} /></span>
      <em>{Math.floor(p)}%</em>
    </span>
  )
}
