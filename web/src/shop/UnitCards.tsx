import { useTranslation } from 'react-i18next'
import type { Answer } from '@/api/types'
import { OPEN_END } from '@/kit/dates'
import { cmp, format, max, sub } from '@/kit/num'
import { Glyph, ShopCard } from '@/kit/shop'
import type { Unit } from './ticks'

type Line = NonNullable<Answer<'get', '/api/v1/sales/orders/{number}'>['lines']>[number]

/** The lines of an order with what lies ready for them; a scanned lot or piece has its tick. */
export function UnitCards({ lines, units, ticked, cartonOf, onToggle }: { lines: Line[]; units: Unit[]; ticked: ReadonlySet<string>; cartonOf?: (key: string) => number; onToggle?: (key: string) => void }) {
  const { t } = useTranslation('floor')
  return lines.map((l) => {
    const mine = units.filter((u) => u.line === l.line)
    const missing = max(sub(sub(l.qty, l.shipped), l.allocated), '0')
    return (
      <ShopCard key={l.line}>
        <div className="kf-head">
          <div><h3>{l.name}</h3><div className="kf-meta"><span>{l.line}</span><span>{l.item}</span></div></div>
          <div className="kf-left"><b className="num">{format(sub(l.qty, l.shipped))}</b><small>{t('wares:ship.toSend')} {l.uom}</small></div>
        </div>
        {cmp(missing, '0') > 0 && <div className="kf-meta kf-warn">{t('wares:ship.missing', { qty: format(missing), uom: l.uom })}</div>}
        {cmp(l.to_pick ?? '0', '0') > 0 && <div className="kf-meta kf-warn">{t('wares:ship.unpicked', { qty: format(l.to_pick), uom: l.uom })}</div>}
        <div className="kf-units">
          {mine.map((u) => (
            <button key={u.key} type="button" className={u.serial ? 'kf-piece' : 'kf-unit'} aria-pressed={ticked.has(u.key)} disabled={!onToggle} onClick={() => onToggle?.(u.key)}>
              {!u.serial && <Glyph name={ticked.has(u.key) ? 'check' : 'scan'} size={24} />}
              <b>{u.serial ?? (u.lot || u.item)}</b>
              {!u.serial && <span className="num">{format(u.qty)} {u.uom}</span>}
              {cartonOf && ticked.has(u.key) && <small className="kf-picked">{t('wares:ship.carton', { no: cartonOf(u.key) })}</small>}
              {u.picked && <small className="kf-picked">{t('wares:ship.picked')}</small>}
              {!u.serial && u.expires && u.expires !== OPEN_END && <small>{u.expires}</small>}
            </button>
          ))}
        </div>
      </ShopCard>
    )
  })
}
