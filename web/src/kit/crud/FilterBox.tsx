import { Button, Checkbox, Input, Popover, Select, Skeleton, type InputRef } from 'antd'
import { lazy, Suspense, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { dayOf, endOf, startOf } from '../dates'
import { parse } from '../num'
import { wordOf, type Resolved } from './columns'
import { oneOf, values, type Filter, type Op } from './listState'

const DateRange = lazy(() => import('./DateRange'))

const TEXT_OPS: Op[] = ['like', 'eq', 'ne']
const NUMBER_OPS: Op[] = ['ge', 'le', 'eq', 'gt', 'lt', 'ne']
const isNumber = (k: string) => k === 'number' || k === 'qty' || k === 'money' || k === 'progress'
const isDate = (k: string) => k === 'date' || k === 'due' || k === 'instant'

/** Instants are compared in milliseconds of the viewer's own day. */
const bound = (kind: string, day: string, end: boolean): string => (kind === 'instant' ? String(end ? endOf(day) : startOf(day)) : day)
const unbound = (kind: string, v?: string): string | undefined => (v && kind === 'instant' ? dayOf(v) : v)

/** The filter of one column behind the funnel in its header. */
export function FilterBox<R>({ ns, column: c, filters, onChange, children }: { ns: string; column: Resolved<R>; filters: Filter[]; onChange: (next: Filter[]) => void; children: ReactNode }) {
  const [open, setOpen] = useState(false)
  const close = (next: Filter[]) => { onChange(next); setOpen(false) }
  return (
    <Popover trigger="click" open={open} onOpenChange={setOpen} placement="bottomLeft" arrow={false} destroyOnHidden content={<div className="kw-filter" onKeyDown={(e) => e.stopPropagation()}><Editor ns={ns} c={c} mine={filters.filter((f) => f.col === c.key)} close={close} onChange={onChange} /></div>}>
      {children}
    </Popover>
  )
}

function Editor<R>({ ns, c, mine, close, onChange }: { ns: string; c: Resolved<R>; mine: Filter[]; close: (f: Filter[]) => void; onChange: (f: Filter[]) => void }) {
  const { t } = useTranslation(['kit', ns])
  const first = mine[0]
  const [op, setOp] = useState<Op>(first?.op ?? (isNumber(c.kind) ? 'ge' : 'like'))
  const [value, setValue] = useState(first?.value ?? '')
  const input = useRef<InputRef>(null)
  if (c.options) {
    const on = new Set(mine.flatMap(values))
    return (
      <>
        <div className="kw-filter-list">
          {c.options.map((o) => (
            <Checkbox key={o} checked={on.has(o)} onChange={(e) => onChange(oneOf(c.key, c.options!.filter((x) => (x === o ? e.target.checked : on.has(x)))))}>{wordOf(c, o, ns, t)}</Checkbox>
          ))}
        </div>
        <Button size="small" disabled={mine.length === 0} onClick={() => close([])}>{t('list.clear')}</Button>
      </>
    )
  }
  if (c.kind === 'bool') {
    return <div className="kw-filter-row">{['true', 'false'].map((v) => <Button key={v} size="small" type={first?.value === v ? 'primary' : 'default'} onClick={() => close([{ col: c.key, op: 'eq', value: v }])}>{t(v === 'true' ? 'yes' : 'no')}</Button>)}<Button size="small" onClick={() => close([])}>{t('list.clear')}</Button></div>
  }
  if (isDate(c.kind)) {
    const from = unbound(c.kind, mine.find((f) => f.op === 'ge')?.value)
    const to = unbound(c.kind, mine.find((f) => f.op === 'le')?.value)
    return (
      <Suspense fallback={<Skeleton.Input active size="small" style={{ width: 240 }} />}>
        <DateRange from={from} to={to} onChange={(a, b) => onChange([...(a ? [{ col: c.key, op: 'ge' as Op, value: bound(c.kind, a, false) }] : []), ...(b ? [{ col: c.key, op: 'le' as Op, value: bound(c.kind, b, true) }] : [])])} />
      </Suspense>
    )
  }
  const text = isNumber(c.kind) ? parse(value) : value.trim()
  const apply = () => { if (text) close([{ col: c.key, op, value: text }]); else if (!value.trim()) close([]) }
  return (
    <form className="kw-filter-row" onSubmit={(e) => { e.preventDefault(); apply() }}>
      <Select size="small" value={op} style={{ width: 92 }} onChange={(o) => { setOp(o); input.current?.focus() }} options={(isNumber(c.kind) ? NUMBER_OPS : TEXT_OPS).map((o) => ({ value: o, label: t(`op.${o}`) }))} />
      <Input size="small" ref={input} autoFocus value={value} inputMode={isNumber(c.kind) ? 'decimal' : 'text'} status={value.trim() && !text ? 'error' : undefined} onChange={(e) => setValue(e.target.value)} style={{ width: 150 }} />
      <Button size="small" type="primary" htmlType="submit">{t('list.apply')}</Button>
      <Button size="small" disabled={mine.length === 0} onClick={() => close([])}>{t('list.clear')}</Button>
    </form>
  )
}

/** "Status: released, started" for the bar of active filters. */
export function useFilterWords(ns: string) {
  const { t } = useTranslation(['kit', ns])
  return <R,>(f: Filter, c: Resolved<R> | undefined): string => {
    const shown = c?.options ? values(f).map((v) => wordOf(c, v, ns, t)).join(', ') : c?.kind === 'bool' ? t(f.value === 'true' ? 'yes' : 'no') : c?.kind === 'instant' ? (unbound('instant', f.value) ?? '') : f.value
    const op = f.op === 'eq' || f.op === 'in' ? ':' : ` ${t(`op.${f.op}`)}`
    return `${c?.title ?? f.col}${op} ${shown}`
  }
}
