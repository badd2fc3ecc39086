import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer, Row } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { Card, DetailPage, Facts, FormDrawer, SubList, type Column, type Tab } from '@/kit/crud'
import { itemUrl, partnerUrl, purchaseOrderUrl, salesOrderUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { EditActions, Log, shaped } from './edit'
import { Kinds } from './Kinds'
import { cleared, NONE, partnerFields } from './resources'
import './masterdata.css'

type Partner = Answer<'get', '/api/v1/masterdata/partners/{code}'>
const facts: Column<Partner>[] = [{ key: 'kinds', label: 'f.partner_kinds', render: (p) => <Kinds kinds={p.kinds} /> }, { key: 'phone' }, { key: 'email' }, { key: 'address' }]
const agreed: Column<Partner>[] = [
  { key: 'carrier', type: 'link', to: (p) => (p.carrier ? partnerUrl(p.carrier) : undefined), render: (p) => (p.carrier ? <Link to={partnerUrl(p.carrier)}>{p.carrier} {p.carrier_name}</Link> : null) },
  { key: 'over_pct', render: (p) => (p.over_pct === undefined ? null : `${p.over_pct} %`) }, { key: 'under_pct', render: (p) => (p.under_pct === undefined ? null : `${p.under_pct} %`) },
]
const bought: Column<Row<'/api/v1/purchasing/orders'>>[] = [
  { key: 'order', type: 'link' }, { key: 'line', type: 'number' }, { key: 'item' }, { key: 'name' }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'open', label: 'f.open_qty', type: 'qty', uom: 'uom' }, { key: 'due', type: 'date' }, { key: 'status', type: 'status' },
]
const items: Column<Row<'/api/v1/masterdata/items'>>[] = [{ key: 'code', type: 'link' }, { key: 'name' }, { key: 'spec' }, { key: 'lead_days', type: 'number' }, { key: 'purchase_price', type: 'money', masked: true }]
const sold: Column<Row<'/api/v1/sales/orders'>>[] = [{ key: 'number', label: 'f.order', type: 'link' }, { key: 'line', type: 'number' }, { key: 'item' }, { key: 'name' }, { key: 'qty', type: 'qty', uom: 'uom', said: true }, { key: 'due', type: 'date' }, { key: 'status', type: 'status' }]

export default function PartnerPage() {
  const { t } = useTranslation('masterdata')
  const { code = '' } = useParams()
  const may = useMay()
  const [editing, setEditing] = useState(false)
  const partner = useGet('/api/v1/masterdata/partners/{code}', { path: { code } })
  const p = partner.data
  const is = (kind: string) => !!p?.kinds.split(/[; ]+/).includes(kind)
  const supplies = is('supplier') || is('subcontractor')
  const by = [{ col: 'supplier', op: 'eq' as const, value: code }]
  const tabs: Tab[] = [
    ...(supplies && may('purchasing.read') ? [{ key: 'bought', label: t('partner.bought'), children: <SubList ns="masterdata" path="/api/v1/purchasing/orders" columns={bought} fixed={by} sort={['-due']} open={(r) => purchaseOrderUrl(r.order)} id={(r) => `${r.order}/${r.line}`} empty={<div className="kw-none">{t('partner.noBought')}</div>} /> }] : []),
    ...(supplies ? [{ key: 'items', label: t('partner.items'), children: <SubList ns="masterdata" path="/api/v1/masterdata/items" columns={items} fixed={by} sort={['code']} open={(r) => itemUrl(r.code)} empty={<div className="kw-none">{t('partner.noItems')}</div>} /> }] : []),
    ...(is('customer') && may('sales.read') ? [{ key: 'sold', label: t('partner.sold'), children: <SubList ns="masterdata" path="/api/v1/sales/orders" columns={sold} fixed={[{ col: 'customer_code', op: 'eq', value: code }]} sort={['-due']} open={(r) => salesOrderUrl(r.number)} empty={<div className="kw-none">{t('partner.noSold')}</div>} /> }] : []),
    { key: 'log', label: t('item.log'), children: <Log subject={`partner:${code}`} /> },
  ]
  return (
    <>
      <DetailPage
        query={partner} title={code} sub={p?.name} status={p && (p.active ? 'active' : 'inactive')} facts={p && <Facts ns="masterdata" columns={facts} row={p} />} tabs={p && tabs}
        actions={p && <EditActions perm="masterdata.partners" noun="partners" code={code} rev={p.rev} active={p.active} onEdit={() => setEditing(true)} />}
      >
        {p && (is('customer') || p.contacts.length > 0 || p.addresses.length > 0 || p.terms) && (
          <div className="kw-panels">
            {(is('customer') || p.terms) && <Card title={t('partner.agreed')}>{is('customer') && <Facts ns="masterdata" columns={agreed} row={p} />}{p.terms && <p className="md-terms">{p.terms}</p>}</Card>}
            {p.contacts.length > 0 && <Card title={t('f.contacts')}><ul className="md-people">{p.contacts.map((c) => <li key={c.name + c.phone}><b>{c.name}</b>{c.role && <span className="kw-dim">{c.role}</span>}{c.phone && <a href={`tel:${c.phone}`}>{c.phone}</a>}{c.email && <a href={`mailto:${c.email}`}>{c.email}</a>}</li>)}</ul></Card>}
            {p.addresses.length > 0 && <Card title={t('f.addresses')}><ul className="md-people">{p.addresses.map((a) => <li key={a.label + a.address}><b>{a.label}</b>{a.ship_to && <Chip status="active" tone="green" word={t('partner.shipTo')} />}<span>{a.address}</span><span className="kw-dim">{[a.contact, a.phone].filter(Boolean).join(' ')}</span></li>)}</ul></Card>}
          </div>
        )}
      </DetailPage>
      {p && may('masterdata.partners') && <FormDrawer ns="masterdata" title={t('edit.title', { code })} method="put" path="/api/v1/masterdata/partners/{code}" pathParams={{ code }} fields={partnerFields} initial={p} shape={(b) => cleared(p, shaped(p, partnerFields, b, NONE))} open={editing} onClose={() => setEditing(false)} width={760} />}
    </>
  )
}
