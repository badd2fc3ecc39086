import { Form, Select } from 'antd'
import { useEffect } from 'react'
import { format, parse } from '../num'
import { equals, useAllUnits } from '../units'
import type { Field } from './fields'

/** The unit of a quantity: the item's own as a word, or a choice where it has others; then what that makes in its own. */
export function UnitField({ id, f, row = [], value, onChange }: { id?: string; f: Field; row?: (string | number)[]; value: string; onChange: (v: string) => void }) {
  const form = Form.useFormInstance<Record<string, unknown>>()
  const values = (Form.useWatch(row as never, form) ?? {}) as Record<string, unknown>
  const typed = values[f.qty?.(values) ?? 'qty']
  const item = f.item ?? (values[f.of ?? 'item'] as string | undefined)
  const units = useAllUnits(item)
  const known = !value || units === undefined || units.uom === value || units.units.some((u) => u.uom === value)
  useEffect(() => { if (!known || (value && !item)) onChange('') }) // another item has other units
  if (!units || units.units.length === 0) return <span id={id} className="kw-ownunit kw-dim">{units?.uom ?? (item ? f.suffix : '–')}</span>
  const n = parse(String(typed ?? ''))
  const is = n !== undefined && value ? equals(units, n, value) : undefined
  return (
    <div className="kw-unit">
      <Select id={id} value={value || units.uom} style={{ width: '100%' }} popupMatchSelectWidth={false} onChange={(v: string) => onChange(v === units.uom ? '' : v)}
        options={[{ value: units.uom, label: units.uom }, ...units.units.map((u) => ({ value: u.uom, label: `${u.uom} (${format(u.per)} = ${format(u.own)} ${units.uom})` }))]} labelRender={(o) => String(o.value)} />
      {is && <small className={is.exact ? 'num' : 'num kw-late'}>{is.text}</small>}
    </div>
  )
}
