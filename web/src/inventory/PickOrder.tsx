import { Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Card, Lines, type Column } from '@/kit/crud'
import { lotUrl } from '@/kit/links'
import { cmp, format, parse } from '@/kit/num'

type Proposal = Answer<'get', '/api/v1/inventory/proposal'>
type Pick = NonNullable<Proposal['picks']>[number]

/** Which lots go first and why; which are left, and why. */
export function PickOrder({ item }: { item: string }) {
  const { t } = useTranslation('inventory')
  const [typed, setTyped] = useState('')
  const qty = typed && parse(typed) !== undefined && cmp(parse(typed)!, '0') > 0 ? parse(typed) : undefined
  const { data: p, error } = useGet('/api/v1/inventory/proposal', { query: { item, qty }, live: ['production.', 'sales.', 'purchasing.', 'quality.'] })
  const columns = (uom: string): Column<Pick & { uom: string }>[] => [
    { key: 'lot', type: 'link', to: (r) => (r.lot ? lotUrl(item, r.lot) : undefined) }, { key: 'location' }, { key: 'qty', type: 'qty', uom: 'uom' },
    { key: 'why', label: 'f.why', render: (r) => t(`pick.why.${r.why}`, { date: r.why === 'expiry' || r.why === 'expired' ? r.expires_on : r.received_on, for: r.for, uom }) },
  ]
  if (error && !p) return <div className="kw-none" role="alert">{messageOf(error)}</div>
  const rows = (list: Pick[] | undefined) => (list ?? []).map((r) => ({ ...r, uom: p?.uom ?? '' }))
  const id = (r: Pick) => [r.lot, r.location, r.container, r.why, r.for, r.qty, r.received_on].join('|')
  return (
    <div className="iv-split">
      <div className="iv-by"><label>{t('pick.need')} <Input className="iv-qty" inputMode="decimal" value={typed} suffix={p?.uom} aria-label={t('pick.need')} onChange={(e) => setTyped(e.target.value)} /></label>{p && cmp(p.short, '0') > 0 && <b className="kw-late">{t('pick.short', { qty: format(p.short), uom: p.uom })}</b>}</div>
      <Card title={t('pick.first')} flush><Lines ns="inventory" columns={columns(p?.uom ?? '')} rows={rows(p?.picks)} id={id} empty={<div className="kw-none">{t('pick.none')}</div>} /></Card>
      {p && p.skipped.length > 0 && <Card title={t('pick.skipped')} flush><Lines ns="inventory" columns={columns(p.uom)} rows={rows(p.skipped)} id={id} /></Card>}
    </div>
  )
}
