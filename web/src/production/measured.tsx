import { Input } from 'antd'
import { useMemo, type ComponentType } from 'react'
import { useTranslation } from 'react-i18next'
import type { Field } from '@/kit/crud'
import { format, parse } from '@/kit/num'
import type { Detail } from './orders'

type Op = Detail['ops'][number]
type Param = Op['params'][number]
type AsInput = ComponentType<{ id?: string; value: string; onChange: (v: string) => void }>

const read = (text: string): Record<string, string> => { try { return JSON.parse(text || '{}') as Record<string, string> } catch { return {} } }

/** One input for each process parameter, with its limits; the value is kept as JSON. */
function inputs(params: Param[]): AsInput {
  return function Measured({ id, value, onChange }) {
    const all = read(value)
    const { t } = useTranslation('production')
    return (
      <div className="pr-measured" id={id}>
        {params.map((p) => {
          const limits = p.lower !== undefined || p.upper !== undefined ? `${p.lower === undefined ? '' : format(p.lower)} – ${p.upper === undefined ? '' : format(p.upper)}` : ''
          return <label key={p.name}><span>{p.name} <small className="kw-dim num">{limits}</small>{p.taken === 'piece' && <small className="kw-dim"> {t('reading.pieces', { every: p.every && p.every > 1 ? t('reading.everyOf', { n: p.every }) : '' })}</small>}</span><Input className="kw-numeric" inputMode="decimal" aria-label={p.name} suffix={p.unit} value={all[p.name] ?? ''} onChange={(e) => onChange(JSON.stringify({ ...all, [p.name]: e.target.value }))} /></label>
        })}
      </div>
    )
  }
}

/** One value, or of single pieces several with spaces between. */
const valuesIn = (v: string, pieces: boolean): string[] => (pieces ? v.split(/[\s;]+/) : [v]).map((x) => x.trim()).filter(Boolean)

const keyOf = (op: number) => `measured_${op}`
const asked = (o: Op, when: 'start' | 'report') => o.params.filter((p) => (p.taken === 'start' ? !o.start_recorded : when === 'report'))

/** The fields of a form of the office that ask for the process parameters of the chosen operation. */
export function useMeasured(ops: Op[], when: 'start' | 'report', off: (v: Record<string, unknown>) => boolean = () => false) {
  const stamp = JSON.stringify(ops.map((o) => [o.op, asked(o, when)]))
  const fields = useMemo(() => (JSON.parse(stamp) as [number, Param[]][]).filter(([, params]) => params.length > 0).map(([op, params]): Field => ({ key: keyOf(op), label: 'reading.title', as: inputs(params), hidden: (v) => String(v.op_text) !== String(op) || off(v) })), [stamp]) // eslint-disable-line react-hooks/exhaustive-deps -- off is of the room
  const some = (v: Record<string, unknown>) => fields.some((f) => f.key === keyOf(Number(v.op_text))) && !off(v)
  return {
    fields: fields.length > 0 ? [...fields, { key: 'readings_reason', label: 'reading.reason', help: 'production:reading.reasonHelp', hidden: (v: Record<string, unknown>) => !some(v) } satisfies Field] : [],
    /** Takes the fields out of what is sent and puts the readings in. */
    shape: (b: Record<string, unknown>): Record<string, unknown> => {
      const rest = Object.fromEntries(Object.entries(b).filter(([k]) => !k.startsWith('measured_')))
      const typed = read(String(b[keyOf(Number(b.op_text ?? b.op))] ?? ''))
      const readings = Object.entries(typed).flatMap(([name, v]) => valuesIn(v, ops.find((o) => String(o.op) === String(b.op_text ?? b.op))?.params.find((p) => p.name === name)?.taken === 'piece').map((x) => ({ name, value: parse(x) ?? x })))
      return readings.length > 0 ? { ...rest, readings } : rest
    },
  }
}
