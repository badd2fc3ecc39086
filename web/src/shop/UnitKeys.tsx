import { useTranslation } from 'react-i18next'
import { cmp, format, type Dec } from '@/kit/num'
import type { Entry } from '@/kit/units'

/** Big buttons for the units of the goods, where there is more than one, and what the typed quantity makes in the item's own. */
export function UnitKeys({ entry: e, qty, onChange }: { entry: Entry; qty: Dec; onChange?: (uom: string) => void }) {
  const { t } = useTranslation('kit')
  if (!e.units) return null
  const own = e.own(qty)
  return (
    <div className="kf-units">
      <div role="radiogroup" aria-label={t('unit.choose')}>
        {[{ uom: '', word: e.units.uom, sub: '' }, ...e.units.units.map((u) => ({ uom: u.uom, word: u.uom, sub: `${format(u.per)} = ${format(u.own)} ${e.units!.uom}` }))].map((u) => (
          <button key={u.uom} type="button" role="radio" aria-checked={e.uom === u.uom} onClick={() => { if (e.uom !== u.uom) { e.choose(u.uom); onChange?.(u.uom) } }}><b>{u.word}</b>{u.sub && <small>{u.sub}</small>}</button>
        ))}
      </div>
      {e.uom && cmp(qty, '0') > 0 && <p className={own === undefined ? 'kf-inexact' : ''} role="status">{own === undefined ? t('unit.inexact', { uom: e.units.uom }) : `${format(qty)} ${e.uom} = ${format(own)} ${e.units.uom}`}</p>}
    </div>
  )
}
