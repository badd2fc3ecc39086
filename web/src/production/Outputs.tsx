import { App, Button, Input } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'
import type { Answer, Body } from '@/api/types'
import { FormDrawer, Lines, type Column, type Field } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { cmp, format, isDec, parse } from '@/kit/num'
import { useMay } from '@/kit/who'
import { itemUrl, type Detail } from './orders'

export type OutputPlan = Answer<'get', '/api/v1/production/orders/{number}/outputs'>

const columns: Column<Detail['outputs'][number]>[] = [
  { key: 'item', type: 'link', to: (m) => itemUrl(m.item) }, { key: 'name' }, { key: 'role', type: 'enum', label: 'f.out_role', words: 'role' }, { key: 'op', type: 'number' },
  { key: 'per', type: 'qty', label: 'f.per_piece', uom: 'uom' }, { key: 'planned', type: 'qty', label: 'f.out_planned' }, { key: 'expected', type: 'qty', label: 'f.out_expected' }, { key: 'received', type: 'qty' },
  { key: 'missing', type: 'qty', label: 'f.out_missing', render: (m) => (cmp(m.missing, '0') > 0 ? <b className="num kw-late">{format(m.missing)}</b> : <span className="pr-ok num">0</span>) },
]

/** Co- and by-products of the order: what its bill expects, what has come, what is missing. */
export function Outputs({ order: o, onReceive }: { order: Detail; onReceive: () => void }) {
  const { t } = useTranslation('production')
  const may = useMay()
  const open = !['planned', 'released', 'closed', 'cancelled'].includes(o.status) && o.hold_ms === 0 && o.outputs.some((x) => cmp(x.most, '0') > 0)
  return (
    <>
      <div className="pr-acts"><span className="kw-dim">{t('outputs.text')}</span>{open && may('production.receive') && <Button size="small" type="primary" onClick={onReceive}>{t('outputs.do')}</Button>}</div>
      <Lines ns="production" columns={columns} rows={o.outputs} id={(m) => String(m.line)} />
    </>
  )
}

type Rec = NonNullable<Body<'post', '/api/v1/production/outputs'>>
type Form = Rec & { line_text?: string; qty?: string; lot?: string; location?: string }
const fields = (o: Detail): Field<Form>[] => [
  { key: 'line_text', label: 'f.item', type: 'select', required: true, options: o.outputs.map((x) => String(x.line)), names: Object.fromEntries(o.outputs.map((x) => [String(x.line), `${x.item}  ${x.name}  ·  ${t_most(x)}`])) },
  { key: 'qty', type: 'qty', required: true, half: true, help: 'production:outputs.qtyHelp' },
  { key: 'lot', half: true, help: 'production:receive.lotHelp' },
  { key: 'location', type: 'entity', from: { path: '/api/v1/masterdata/locations' }, help: 'production:receive.locationHelp' },
]
const t_most = (x: Detail['outputs'][number]): string => `≤ ${format(x.most)} ${x.uom}`

/** A co- or by-product goes into stock on its own: chips that are weighed in the evening. */
export function OutputDrawer({ order: o, open, onClose }: { order: Detail; open: boolean; onClose: () => void }) {
  const { t } = useTranslation('production')
  const { notification } = App.useApp()
  const first = o.outputs.find((x) => cmp(x.missing, '0') > 0) ?? o.outputs[0]
  return (
    <FormDrawer
      ns="production" title={t('outputs.title', { number: o.number })} method="post" path="/api/v1/production/outputs" fields={fields(o) as Field<Rec>[]} open={open} onClose={onClose} ok={t('receive.do')}
      initial={first && ({ line_text: String(first.line), qty: cmp(first.missing, '0') > 0 ? first.missing : '' } as Partial<Rec>)}
      shape={(b) => { const { line_text, qty, lot, location } = b as Form; return { order: o.number, outputs: [{ line: Number(line_text), qty: qty ?? '', ...(lot && { lot }), ...(location && { location }) }] } as Rec }}
      onDone={(r) => r.outputs[0] && notification.success({
        title: t('receive.done', { number: r.outputs[0].number }), description: `${r.outputs[0].lot || r.outputs[0].item} × ${format(r.outputs[0].qty)} ${r.outputs[0].uom} → ${r.outputs[0].location}`, duration: 10,
        actions: <Button size="small" type="primary" onClick={() => openPdf('/api/v1/production/receipts/{number}/labels.pdf', { path: { number: r.outputs[0]!.number } })}>{t('receive.labels')}</Button>,
      })}
    />
  )
}

/** What comes along with a receipt of finished goods: proposed by the bill, changed by who has weighed it. */
export function Along({ order: o, qty, said, onSay, onPlan }: { order: Detail; qty: unknown; said: Record<number, string>; onSay: (line: number, qty: string) => void; onPlan: (p: OutputPlan) => void }) {
  const { t } = useTranslation('production')
  const n = parse(String(qty ?? '').trim())
  const [asked, setAsked] = useState(n)
  useEffect(() => { const timer = setTimeout(() => setAsked(n), 300); return () => clearTimeout(timer) }, [n])
  const { data } = useGet('/api/v1/production/orders/{number}/outputs', { path: { number: o.number }, query: { qty: asked && isDec(asked) ? asked : '0' }, placeholderData: (was) => was })
  useEffect(() => { if (data) onPlan(data) }, [data, onPlan])
  if (!data) return null
  return (
    <div className="pr-preview">
      <h4>{t('outputs.along')}</h4>
      {data.map((x) => (
        <div key={x.line} className="pr-left">
          <div><b>{x.item}</b> {x.name}<small>{t(`role.${x.role}`)} · {t('outputs.proposed', { n: format(x.proposed), most: format(x.most), uom: x.uom })}</small></div>
          <Input className="num" inputMode="decimal" aria-label={x.item} value={said[x.line] ?? x.proposed} suffix={x.uom} onChange={(e) => onSay(x.line, e.target.value)} />
          <span />
        </div>
      ))}
    </div>
  )
}
