import { Checkbox, Input, Select, Skeleton, Switch } from 'antd'
import { lazy, Suspense, type ComponentType, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { parse } from '../num'
import { EntitySelect, type EntitySource } from './EntitySelect'
import { UnitField } from './UnitField'

const DateField = lazy(() => import('./DateField'))

export type FieldType = 'text' | 'textarea' | 'password' | 'int' | 'qty' | 'date' | 'datetime' | 'select' | 'multi' | 'bool' | 'entity' | 'lines' | 'uom'

/** One input, declared once. qty, money and rates are decimal strings; int is a JSON number. */
export interface Field<B = Record<string, unknown>> {
  key: keyof B & string
  label?: string
  type?: FieldType
  required?: boolean
  /** select: values; words: prefix of their texts ("kind" → "kind.make"). */
  options?: readonly string[]
  words?: string
  /** select: words that come with the data ({ '10': '10 Assembly' }); before `words`. */
  names?: Record<string, string>
  from?: EntitySource
  /** Unit or currency behind the input. */
  suffix?: ReactNode
  help?: string
  /** Half of the drawer's width. */
  half?: boolean
  readOnly?: boolean
  hidden?: (values: Record<string, unknown>) => boolean
  /** lines: the fields of one line. */
  fields?: Field<Record<string, unknown>>[]
  width?: number
  initial?: unknown
  /** uom: the item is that of another field of the same form or line (default 'item'), or this one; `qty` says which field that is counted in it. */
  item?: string
  of?: string
  qty?: (values: Record<string, unknown>) => string
  /** An input of the room's own, where none of the types will do. */
  as?: ComponentType<{ id?: string; value: string; onChange: (v: string) => void }>
}

type Change = (v: unknown) => void
/** The input of a field; value and onChange come from Form.Item. */
export function FieldInput({ f, ns, value, onChange, id, row, ...rest }: { f: Field; ns: string; value?: unknown; onChange?: Change; id?: string; autoFocus?: boolean; row?: (string | number)[] }) {
  const { t } = useTranslation(['kit', ns])
  const word = (v: string) => f.names?.[v] ?? (f.words ? t(f.words.includes(':') ? `${f.words}.${v}` : `${ns}:${f.words}.${v}`, { defaultValue: v }) : t(`kit:status.${v}`, { defaultValue: v }))
  const base = { id, disabled: f.readOnly, ...rest }
  const text = (value as string | undefined) ?? ''
  if (f.as) return <f.as id={id} value={text} onChange={(v) => onChange?.(v)} />
  switch (f.type) {
    case 'textarea':
      return <Input.TextArea {...base} value={text} autoSize={{ minRows: 2, maxRows: 8 }} onChange={(e) => onChange?.(e.target.value)} />
    case 'password':
      return <Input.Password {...base} value={text} autoComplete="new-password" onChange={(e) => onChange?.(e.target.value)} />
    case 'int':
    case 'qty':
      return <Input {...base} className="kw-numeric" value={value === undefined || value === null ? '' : String(value)} inputMode="decimal" suffix={f.suffix} onChange={(e) => onChange?.(e.target.value)} onBlur={(e) => { const n = parse(e.target.value); if (n !== undefined) onChange?.(n) }} />
    case 'datetime':
      return <Suspense fallback={<Skeleton.Input active block />}><DateField {...base} time value={text} onChange={onChange} /></Suspense>
    case 'date':
      return <Suspense fallback={<Skeleton.Input active block />}><DateField {...base} value={text} onChange={onChange} /></Suspense>
    case 'select':
    case 'multi':
      return <Select {...base} style={{ width: '100%' }} mode={f.type === 'multi' ? 'multiple' : undefined} onInputKeyDown={f.type === 'multi' ? (e) => { if (e.key === 'Tab' && !(e.target as HTMLInputElement).value) e.stopPropagation() } : undefined /* Tab goes on, it does not choose one more */} allowClear={!f.required} value={(value as never) || undefined} onChange={(v) => onChange?.(v ?? (f.type === 'multi' ? [] : ''))} options={f.options?.map((o) => ({ value: o, label: word(o) }))} showSearch={{ optionFilterProp: 'label' }} />
    case 'bool':
      return f.half ? <Switch {...base} checked={!!value} onChange={onChange} /> : <Checkbox {...base} checked={!!value} onChange={(e) => onChange?.(e.target.checked)}>{f.help && t(f.help)}</Checkbox>
    case 'uom':
      return <UnitField id={id} f={f} row={row} value={text} onChange={(v) => onChange?.(v)} />
    case 'entity':
      return <EntitySelect {...base} {...f.from!} chosen={text} onChange={(v) => onChange?.(v ?? '')} />
    default:
      return <Input {...base} value={text} suffix={f.suffix} onChange={(e) => onChange?.(e.target.value)} />
  }
}

/** What was typed as what the API takes; empty optional fields are left out. */
export function toBody(fields: Field[], values: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const f of fields) {
    if (f.hidden?.(values)) continue
    const v = values[f.key]
    if (f.type === 'lines') out[f.key] = ((v as Record<string, unknown>[]) ?? []).map((line) => toBody(f.fields ?? [], line))
    else if (f.type === 'bool') out[f.key] = !!v
    else if (v === undefined || v === null || v === '') { if (f.type === undefined || f.type === 'text' || f.type === 'textarea' || f.type === 'select') { if (v === '') out[f.key] = '' } }
    else if (f.type === 'int') out[f.key] = Number(parse(String(v)) ?? v)
    else if (f.type === 'qty') out[f.key] = parse(String(v)) ?? v
    else out[f.key] = typeof v === 'string' ? v.trim() : v
  }
  return out
}
