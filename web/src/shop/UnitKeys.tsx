import { cmp, format, type Dec } from '@/kit/num'
import { equals, type Entry } from '@/kit/units'
import './units.css'

/** Big buttons for the units of the goods, where there is more than one, and what the typed quantity makes in the item's own. */
export function UnitKeys({ entry: e, qty, onChange }: { entry: Entry; qty: Dec; onChange?: (uom: string) => void }) {
  if (!e.units) return null
  const is = equals(e.units, qty, e.uom)
  return (
    <div className="kf-uoms">
      <div role="radiogroup" aria-label={e.units.uom}>
        {[{ uom: '', word: e.units.uom, sub: '' }, ...e.units.units.map((u) => ({ uom: u.uom, word: u.uom, sub: `${format(u.per)} = ${format(u.own)} ${e.units!.uom}` }))].map((u) => (
          <button key={u.uom} type="button" role="radio" aria-checked={e.uom === u.uom} onClick={() => { if (e.uom !== u.uom) { e.choose(u.uom); onChange?.(u.uom) } }}><b>{u.word}</b>{u.sub && <small>{u.sub}</small>}</button>
        ))}
      </div>
      {e.uom && cmp(qty, '0') > 0 && <p className={is.exact ? '' : 'kf-uoms-bad'} role="status">{format(qty)} {e.uom} {is.text}</p>}
    </div>
  )
}
