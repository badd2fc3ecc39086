import { Segmented } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Body } from '@/api/types'
import { EntitySelect, FormDrawer, Lines, type Column, type Field } from '@/kit/crud'
import { cmp, format, isDec, parse, sub } from '@/kit/num'
import type { Answer } from '@/api/types'
import { useMeasured } from './measured'
import { orderUrl, type Detail } from './orders'

interface Props { order: Detail; open: boolean; onClose: () => void }

/** The value a moment after the last key, so that not every digit asks the server. */
function useSettled<T>(value: T): T {
  const [v, set] = useState(value)
  const key = JSON.stringify(value)
  // eslint-disable-next-line react-hooks/exhaustive-deps
  useEffect(() => { const timer = setTimeout(() => set(value), 300); return () => clearTimeout(timer) }, [key])
  return v
}
const text = (v: unknown): string => String(v ?? '').trim()
const dec = (v: unknown): string => { const n = parse(text(v)); return n && isDec(n) ? n : '0' }

type Change = NonNullable<Body<'post', '/api/v1/production/orders/change'>>
type Effect = Answer<'get', '/api/v1/production/orders/{number}/change'>
const changeFields = (o: Detail): Field<Change>[] => [
  { key: 'qty', type: 'qty', half: true, suffix: o.uom }, { key: 'priority', type: 'int', half: true, help: 'production:change.priorityHelp' },
  { key: 'due', type: 'date', half: true }, { key: 'start', type: 'date', half: true, help: 'production:change.startHelp' },
  { key: 'reason', type: 'textarea', required: true },
]
const effectColumns: Column<Effect['components'][number]>[] = [
  { key: 'item' }, { key: 'name' }, { key: 'before', type: 'qty' }, { key: 'after', type: 'qty', uom: 'uom' }, { key: 'issued', type: 'qty' },
  { key: 'too_much', type: 'qty', render: (c) => (cmp(c.too_much, '0') > 0 ? <b className="num kw-late">{format(c.too_much)}</b> : null) },
  { key: 'missing', type: 'qty', label: 'f.short', render: (c) => (cmp(c.missing, '0') > 0 ? <b className="num kw-late">{format(c.missing)}</b> : null) },
]

function Effects({ order: o, values }: { order: Detail; values: Record<string, unknown> }) {
  const { t } = useTranslation('production')
  const query = useSettled({ qty: dec(values.qty), due: text(values.due), start: text(values.start), priority: Number(dec(values.priority)) || 0 })
  const p = useGet('/api/v1/production/orders/{number}/change', { path: { number: o.number }, query, placeholderData: (was) => was }).data
  if (!p || p.consequences.includes('nothing')) return null
  return (
    <div className="pr-preview">
      <h4>{t('change.effects')}</h4>
      <ul>
        {p.consequences.map((c) => <li key={c} className={['below_reported', 'too_much_issued', 'material_short'].includes(c) ? 'kw-late' : undefined}>{t(`effect.${c}`, { n: format(p.min_qty), order: p.sales_order })}</li>)}
        {p.ops.length > 0 && <li>{t('effect.minutes', { before: minutes(p.ops.map((x) => x.before_ms)), after: minutes(p.ops.map((x) => x.after_ms)) })}</li>}
        {p.consequences.length + p.ops.length === 0 && <li>{t('effect.harmless')}</li>}
      </ul>
      {p.components.length > 0 && <Lines ns="production" columns={effectColumns} rows={p.components} id={(c) => c.item} />}
    </div>
  )
}
const minutes = (ms: number[]): number => Math.round(ms.reduce((a, b) => a + b, 0) / 60_000)

/** Another quantity, date or priority; what that brings with it is shown before it is done. */
export function ChangeDrawer({ order: o, open, onClose }: Props) {
  const { t } = useTranslation('production')
  return (
    <FormDrawer
      ns="production" title={t('change.title', { number: o.number })} method="post" path="/api/v1/production/orders/change" fields={changeFields(o)} open={open} onClose={onClose} ok={t('change.do')} width={720}
      initial={{ qty: o.qty, due: o.due, start: o.start, priority: o.priority }}
      shape={(b) => ({ ...b, order: o.number, start: b.start || (o.start ? '-' : '') })}
      more={(v) => <Effects order={o} values={v} />}
    />
  )
}

type Split = NonNullable<Body<'post', '/api/v1/production/orders/split'>>
const splitFields = (o: Detail): Field<Split>[] => [
  { key: 'qty', type: 'qty', half: true, required: true, help: 'production:split.qtyHelp' }, { key: 'uom', type: 'uom', half: true, item: o.item, suffix: o.uom }, { key: 'priority', type: 'int', half: true, help: 'production:change.priorityHelp' },
  { key: 'due', type: 'date', half: true }, { key: 'start', type: 'date', half: true, help: 'production:change.startHelp' },
  { key: 'material', type: 'select', options: ['stay', 'share'], words: 'split', hidden: () => o.at_order.length === 0, help: 'production:split.materialHelp' },
  { key: 'reason', type: 'textarea', required: true },
]

/** A part of the order becomes an order of its own. */
export function SplitDrawer({ order: o, open, onClose }: Props) {
  const { t } = useTranslation('production')
  const navigate = useNavigate()
  const least = o.decimals > 0 ? `0.${'0'.repeat(o.decimals - 1)}1` : '1' // something has to stay
  const free = sub(o.qty, cmp(o.min_qty, '0') > 0 ? o.min_qty : least)
  return (
    <FormDrawer
      ns="production" title={t('split.title', { number: o.number })} method="post" path="/api/v1/production/orders/split" fields={splitFields(o)} open={open} onClose={onClose} ok={t('split.do')}
      initial={{ due: o.due, start: o.start, priority: o.priority, material: 'share' }} shape={(b) => ({ ...b, order: o.number })}
      said={(a) => t('split.done', { number: a.new.number, qty: format(a.new.qty) })} onDone={(a) => void navigate(orderUrl(a.new.number))}
      more={() => <p className="kw-dim">{t('split.free', { free: format(cmp(free, '0') > 0 ? free : '0'), done: format(o.min_qty) })}</p>}
    />
  )
}

type Merge = NonNullable<Body<'post', '/api/v1/production/orders/merge'>>
/** Other orders of the same item go into this one, before work begins. */
export function MergeDrawer({ order: o, open, onClose }: Props) {
  const { t } = useTranslation('production')
  const list = useGet('/api/v1/production/orders', { query: { filter: [`item:eq:${o.item}`, 'status:in:planned,released'], limit: 100 }, enabled: open })
  const others = (list.data?.items ?? []).filter((x) => x.number !== o.number && x.sales_order === o.sales_order && x.kind !== 'rework')
  const fields: Field<Merge>[] = [
    { key: 'orders', type: 'multi', required: true, label: 'merge.orders', options: others.map((x) => x.number), names: Object.fromEntries(others.map((x) => [x.number, `${x.number}  ${format(x.qty)} ${x.uom}  ${x.due}`])), help: others.length ? 'production:merge.help' : 'production:merge.none' },
    { key: 'reason', type: 'textarea', required: true },
  ]
  return <FormDrawer ns="production" title={t('merge.title', { number: o.number })} method="post" path="/api/v1/production/orders/merge" fields={fields} open={open} onClose={onClose} ok={t('merge.do')} shape={(b) => ({ ...b, into: o.number })} said={(a) => t('merge.done', { qty: format(a.qty) })} />
}

type End = NonNullable<Body<'post', '/api/v1/production/orders/close'>>
type Goes = { act: 'return' | 'scrap'; location?: string }
const endFields = (closing: boolean): Field<End>[] => [
  { key: 'reason', type: 'textarea', required: true },
  ...(closing ? [{ key: 'failed', type: 'bool', label: 'close.failed', help: 'production:close.failedHelp' } satisfies Field<End>] : []),
]

/** Each lot that is still at the order: back to stock and where, or scrapped. */
function Leftovers({ order: o, goes, onChange }: { order: Detail; goes: Record<string, Goes>; onChange: (lot: string, to: Goes) => void }) {
  const { t } = useTranslation('production')
  return (
    <div className="pr-preview">
      <h4>{t('close.leftovers')}</h4>
      {o.at_order.map((a) => {
        const id = `${a.item}|${a.lot}`
        const to = goes[id] ?? { act: 'return', location: a.location }
        return (
          <div key={id} className="pr-left">
            <div><b>{a.item}</b> {a.name}<small>{a.lot || t('mat.noLot')} · <span className="num">{format(a.qty)}</span> {a.uom}</small></div>
            <Segmented value={to.act} onChange={(act) => onChange(id, { ...to, act: act as Goes['act'] })} options={(['return', 'scrap'] as const).map((k) => ({ value: k, label: t(`leftover.${k}`) }))} />
            {to.act === 'return' ? <EntitySelect path="/api/v1/masterdata/locations" value={to.location || undefined} onChange={(location) => onChange(id, { ...to, location: location ?? '' })} /> : <span />}
          </div>
        )
      })}
    </div>
  )
}

/** Ends an order: cancelled, or closed in full, short or as failed. Every left-over lot is told where it goes. */
export function EndDrawer({ order: o, open, onClose, closing }: Props & { closing: boolean }) {
  const { t } = useTranslation('production')
  const [goes, setGoes] = useState<Record<string, Goes>>({})
  const short = closing && o.status !== 'completed'
  const owed = o.variances.filter((v) => cmp(v.open, '0') > 0)
  const missing = o.outputs.filter((x) => cmp(x.missing, '0') > 0)
  const points = o.ops.filter((p) => p.report)
  const halfDone = closing ? points.slice(1).filter((p) => cmp(p.wip, '0') > 0) : []
  const k = closing ? 'close' : 'cancel'
  return (
    <FormDrawer
      ns="production" title={t(`${k}.ask`, { number: o.number })} method="post" path={closing ? '/api/v1/production/orders/close' : '/api/v1/production/orders/cancel'} fields={endFields(closing)} open={open} onClose={onClose} ok={t(`${k}.do`)} width={o.at_order.length ? 760 : 520}
      shape={(b) => ({ ...b, order: o.number, ...(o.at_order.length && { leftovers: o.at_order.map((a) => ({ item: a.item, lot: a.lot, qty: a.qty, act: 'return', location: a.location, ...goes[`${a.item}|${a.lot}`] })).map((l) => (l.act === 'scrap' ? { ...l, location: '' } : l)) }) })} said={() => t(`${k}.done`)}
      more={() => (
        <>
        {o.at_order.length > 0 && <Leftovers order={o} goes={goes} onChange={(lot, to) => setGoes((g) => ({ ...g, [lot]: to }))} />}
        <ul className="pr-preview">
          <li>{t(`${k}.text`)}</li>
          {short && <li>{t('close.short', { n: format(sub(o.qty, o.good)), uom: o.uom })}</li>}
          {halfDone.length > 0 && <li className="kw-late">{t('close.halfDone', { what: halfDone.map((p) => `${format(p.wip)} ${o.uom} (${p.op} ${p.name})`).join(', ') })}</li>}
          {!closing && o.sales_order && <li className="kw-late">{t('cancel.sales', { order: o.sales_order, n: format(o.qty), uom: o.uom })}</li>}
          {short && o.sales_order && <li>{t('close.sales', { order: o.sales_order })}</li>}
          {cmp(o.receivable, '0') > 0 && <li className="kw-late">{t('close.unreceived', { n: format(o.receivable), uom: o.uom })}</li>}
          {closing && missing.length > 0 && <li className="kw-late">{t('close.missing', { what: missing.map((x) => `${x.item} ${format(x.missing)} ${x.uom}`).join(', ') })}</li>}
          {owed.length > 0 && <li className="kw-late">{t('close.owed', { what: owed.map((v) => `${v.item} ${format(v.open)} ${v.uom}`).join(', ') })}</li>}
        </ul>
        </>
      )}
    />
  )
}

type Run = NonNullable<Body<'post', '/api/v1/production/starts'>>
/** Begins an operation from the office: setting up or running, with the tool and the skill that it demands. */
export function StartDrawer({ order: o, open, onClose, override }: Props & { override: boolean }) {
  const { t } = useTranslation('production')
  const ops = o.ops.filter((p) => p.report && !['done', 'waiting_previous', 'waiting_inspection'].includes(p.status))
  const of = (v: Record<string, unknown>) => ops.find((p) => String(p.op) === text(v.op_text))
  type F = Run & { op_text?: string }
  const measured = useMeasured(ops, 'start', (v) => v.kind === 'setup')
  const fields: Field<F>[] = [
    { key: 'op_text', label: 'f.op_name', type: 'select', required: true, options: ops.map((p) => String(p.op)), names: Object.fromEntries(ops.map((p) => [String(p.op), `${p.op}  ${p.name}`])) },
    { key: 'kind', type: 'select', label: 'f.work', options: ['run', 'setup'], words: 'work', half: true, required: true },
    { key: 'worker', type: 'entity', from: { path: '/api/v1/masterdata/workers' }, half: true, help: 'production:report.workerHelp' },
    ...(measured.fields as Field<F>[]),
    { key: 'tool', hidden: (v) => !of(v)?.tool, required: true, help: 'production:start.toolHelp' },
    { key: 'override', type: 'textarea', hidden: (v) => !override || !of(v)?.skill, help: 'production:start.overrideHelp' },
  ]
  return (
    <FormDrawer
      ns="production" title={t('start.title', { number: o.number })} method="post" path="/api/v1/production/starts" fields={fields as Field<Run>[]} open={open} onClose={onClose} ok={t('start.do')}
      initial={{ op_text: ops[0] && String(ops[0].op), kind: 'run' }} shape={(all) => { const { op_text, ...b } = measured.shape(all); return { ...b, order: o.number, op: Number(op_text) } }} said={(a) => t(a.work === 'setup' ? 'start.setting' : 'start.running', { op: `${a.op} ${a.op_name}` })}
      more={(v) => { const p = of(v); return p && (p.tool || p.skill) ? <p className="kw-dim">{[p.tool && t('start.needsTool', { tool: p.tool }), p.skill && t('start.needsSkill', { skill: p.skill })].filter(Boolean).join(' · ')}</p> : null }}
    />
  )
}

type Plan = Answer<'get', '/api/v1/production/orders/{number}/report'>
/** What a report would draw, from which lot and place, and why. */
export function DrawPreview({ order, values, onPlan }: { order: string; values: Record<string, unknown>; onPlan: (p: Plan) => void }) {
  const { t } = useTranslation('production')
  const query = useSettled({ op: Number(text(values.op_text)) || 0, good: dec(values.good), scrap: dec(values.scrap), rework: dec(values.rework) })
  const some = query.op > 0 && [query.good, query.scrap, query.rework].some((q) => cmp(q, '0') > 0)
  const p = useGet('/api/v1/production/orders/{number}/report', { path: { number: order }, query, enabled: some, live: ['inventory.'], placeholderData: (was) => was }).data
  useEffect(() => { if (p) onPlan(p) }, [p, onPlan])
  if (!p || !some || p.lines.length === 0) return null
  return (
    <div className="pr-preview pr-box">
      <h4>{t('preview.title')}</h4>
      <table className="pr-picks">
        <thead><tr><th>{t('f.item')}</th><th>{t('preview.rule')}</th><th className="kw-right">{t('preview.qty')}</th><th>{t('preview.from')}</th></tr></thead>
        <tbody>
          {p.lines.map((l, i) => (
            <tr key={i}>
              <td><b>{l.item}</b><small>{l.name}</small></td>
              <td><b>{t(`mat.${l.issue}`)}</b><small>{t('preview.norm', { per: format(l.per_piece), pct: format(l.scrap_pct), after: format(l.norm_after), before: format(l.norm_before) })}{cmp(l.adjust, '0') !== 0 && ` ${t('preview.adjust', { n: format(l.adjust) })}`}</small></td>
              <td className="kw-right num">{format(l.qty)} {l.uom}</td>
              <td>
                {l.draws.map((d, j) => <div key={j}>{d.item !== l.item && `${d.item} `}{d.lot || t('mat.noLot')} × <span className="num">{format(d.qty)}</span> <small className="kw-dim">{[d.location, t(`why.${d.why}`), d.expires_on].filter(Boolean).join(' · ')}</small></div>)}
                {cmp(l.short, '0') > 0 && <div className="kw-late">{t('preview.short', { n: format(l.short), uom: l.uom })} · {t(`policy.${policyOf(l.policy)}`)}</div>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
const policyOf = (p: string): string => p || 'block'
