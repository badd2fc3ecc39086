import { Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { parse } from '@/kit/num'
import { equals, useUnits } from '@/kit/units'

/** The unit of a quantity, where the item has others than its own; below it what that makes. */
export function UnitOf({ item, qty, value, disabled, onChange }: { item: string; qty: string; value: string; disabled?: boolean; onChange: (v: string) => void }) {
  const { t } = useTranslation('sales')
  const units = useUnits(item || undefined)
  if (!units) return null
  const n = parse(qty)
  const is = value && n !== undefined ? equals(units, n, value) : undefined
  return (
    <label className="so-unit"><span>{t('f.uom')} {is && <b className={is.exact ? 'num' : 'num kw-late'}>{is.text}</b>}</span>
      <Select value={value || units.uom} disabled={disabled} popupMatchSelectWidth={false} options={[units.uom, ...units.units.map((u) => u.uom)].map((u) => ({ value: u, label: u }))} onChange={(v: string) => onChange(v === units.uom ? '' : v)} />
    </label>
  )
}
