import { EditOutlined } from '@ant-design/icons'
import { App, Button, Grid, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import type { Answer, Body } from '@/api/types'
import { FormDrawer, Lines, type Column, type Field } from '@/kit/crud'
import { partnerSuppliers, RULES, type Item } from './items'

type Change = NonNullable<Body<'post', '/api/v1/masterdata/item-changes'>>
type Done = Answer<'post', '/api/v1/masterdata/item-changes'>
type Row = Done['items'][number]

const fields = [
  { key: 'supplier', type: 'entity', from: partnerSuppliers }, { key: 'lead_days', type: 'int', half: true }, { key: 'family', half: true }, { key: 'safety_stock', type: 'qty', half: true }, { key: 'reorder_point', type: 'qty', half: true },
  { key: 'max_stock', type: 'qty', half: true }, { key: 'min_lot', type: 'qty', half: true }, { key: 'lot_multiple', type: 'qty', half: true }, { key: 'max_lot', type: 'qty', half: true },
  { key: 'lot_rule', type: 'select', options: RULES, words: 'rule', half: true }, { key: 'fixed_lot', type: 'qty', half: true }, { key: 'period_days', type: 'int', half: true }, { key: 'yield_pct', type: 'qty', half: true, suffix: '%' },
  { key: 'shelf_life_days', type: 'int', half: true }, { key: 'active', type: 'select', options: ['yes', 'no'], words: 'mass.active', label: 'mass.activeLabel', half: true }, { key: 'reason' },
]

/** Values for all ticked items: first what would change, then all of it or nothing. */
export function MassChange({ rows, clear }: { rows: Item[]; clear: () => void }) {
  const { t } = useTranslation('masterdata')
  const { message } = App.useApp()
  const [open, setOpen] = useState(false)
  const [asked, setAsked] = useState<Change | undefined>()
  const [typed, setTyped] = useState<Record<string, unknown>>({})
  const [seen, setSeen] = useState<Done | undefined>()
  const send = useSend('post', '/api/v1/masterdata/item-changes')
  const wide = Grid.useBreakpoint().md
  const shape = (b: Record<string, unknown>) => {
    const { reason, active, ...values } = b
    for (const k of Object.keys(values)) if (values[k] === '') delete values[k]
    const body = { items: rows.map((r) => ({ code: r.code })), values: { ...values, ...(active ? { active: active === 'yes' } : {}) }, reason: (reason as string | undefined) ?? '', preview: true }
    setAsked(body as Change)
    setTyped(b)
    return body
  }
  const write = () => send.mutate({ body: { ...asked!, preview: false, items: seen!.items.filter((i) => i.changes.length > 0).map((i) => ({ code: i.code, rev: i.rev })) } }, {
    onSuccess: (d) => { setSeen(undefined); setTyped({}); clear(); void message.success(t('mass.done', { n: d.changed })) },
    onError: (err) => void message.error({ content: messageOf(err), duration: 8 }),
  })
  const columns: Column<Row>[] = [
    ...(wide ? [{ key: 'code' } as const, { key: 'name' } as const] : [{ key: 'code', render: (r: Row) => <span className="md-two">{r.code}<small>{r.name}</small></span> } as const]),
    { key: 'changes', label: 'mass.changes', render: (r) => (r.changes.length === 0 ? <span className="kw-dim">{t('mass.same')}</span> : <span className="md-mass num">{r.changes.map((c) => <span key={c.field} className="md-change">{t(`f.${c.field}`)}: <s>{said(c.field, c.before, t)}</s> → <b>{said(c.field, c.after, t)}</b></span>)}</span>) },
  ]
  return (
    <>
      <Button size="small" type="primary" icon={<EditOutlined />} onClick={() => setOpen(true)}>{t('mass.do')}</Button>
      <FormDrawer
        ns="masterdata" title={t('mass.title', { n: rows.length })} method="post" path="/api/v1/masterdata/item-changes" fields={fields as unknown as Field<Change>[]} initial={typed} shape={shape}
        open={open} onClose={() => setOpen(false)} ok={t('mass.preview')} said={(d) => t('mass.seen', { n: d.changed })} onDone={setSeen}
      />
      <Modal open={!!seen} width={860} title={t('mass.ask', { n: seen?.changed ?? 0 })} onCancel={() => setSeen(undefined)} footer={[
        <Button key="back" onClick={() => { setSeen(undefined); setOpen(true) }}>{t('mass.back')}</Button>,
        <Button key="go" type="primary" disabled={!seen?.changed} title={seen?.changed ? undefined : t('why.massSame')} loading={send.isPending} onClick={write}>{t('mass.write', { n: seen?.changed ?? 0 })}</Button>,
      ]}>
        <p className="kw-dim">{t('mass.allOrNone')}</p>
        <div className="kw-import-list"><Lines ns="masterdata" columns={columns} rows={seen?.items} id={(r) => r.code} /></div>
      </Modal>
    </>
  )
}

function said(field: string, v: string, t: (k: string) => string): string {
  if (v === '') return '–'
  if (field === 'lot_rule') return t(`rule.${v}`)
  if (field === 'status') return t(`kit:status.${v}`)
  return v
}
