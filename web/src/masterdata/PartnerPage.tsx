import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer, Row } from '@/api/types'
import { DetailPage, Facts, SubList, type Column, type Tab } from '@/kit/crud'
import { itemUrl, purchaseOrderUrl, salesOrderUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { Kinds } from './Kinds'

type Partner = Answer<'get', '/api/v1/masterdata/partners/{code}'>
const facts: Column<Partner>[] = [{ key: 'kinds', label: 'f.partner_kinds', render: (p) => <Kinds kinds={p.kinds} /> }, { key: 'phone' }, { key: 'email' }, { key: 'address' }]
const bought: Column<Row<'/api/v1/purchasing/orders'>>[] = [
  { key: 'order', type: 'link' }, { key: 'line', type: 'number' }, { key: 'item' }, { key: 'name' }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'open', label: 'f.open_qty', type: 'qty', uom: 'uom' }, { key: 'due', type: 'date' }, { key: 'status', type: 'status' },
]
const items: Column<Row<'/api/v1/masterdata/items'>>[] = [{ key: 'code', type: 'link' }, { key: 'name' }, { key: 'spec' }, { key: 'lead_days', type: 'number' }, { key: 'purchase_price', type: 'money', masked: true }]
const sold: Column<Row<'/api/v1/sales/orders'>>[] = [{ key: 'number', label: 'f.order', type: 'link' }, { key: 'line', type: 'number' }, { key: 'item' }, { key: 'qty', type: 'qty' }, { key: 'due', type: 'date' }, { key: 'status', type: 'status' }]

export default function PartnerPage() {
  const { t } = useTranslation('masterdata')
  const { code = '' } = useParams()
  const may = useMay()
  const partner = useGet('/api/v1/masterdata/partners/{code}', { path: { code } })
  const p = partner.data
  const is = (kind: string) => !!p?.kinds.split(/[; ]+/).includes(kind)
  const supplies = is('supplier') || is('subcontractor')
  const by = [{ col: 'supplier', op: 'eq' as const, value: code }]
  const tabs: Tab[] = [
    ...(supplies && may('purchasing.read') ? [{ key: 'bought', label: t('partner.bought'), children: <SubList ns="masterdata" path="/api/v1/purchasing/orders" columns={bought} fixed={by} sort={['-due']} open={(r) => purchaseOrderUrl(r.order)} id={(r) => `${r.order}/${r.line}`} empty={<div className="kw-none">{t('partner.noBought')}</div>} /> }] : []),
    ...(supplies ? [{ key: 'items', label: t('partner.items'), children: <SubList ns="masterdata" path="/api/v1/masterdata/items" columns={items} fixed={by} sort={['code']} open={(r) => itemUrl(r.code)} empty={<div className="kw-none">{t('partner.noItems')}</div>} /> }] : []),
    ...(is('customer') && may('sales.read') ? [{ key: 'sold', label: t('partner.sold'), children: <SubList ns="masterdata" path="/api/v1/sales/orders" columns={sold} fixed={[{ col: 'customer', op: 'eq', value: code }]} sort={['-due']} open={(r) => salesOrderUrl(r.number)} empty={<div className="kw-none">{t('partner.noSold')}</div>} /> }] : []),
  ]
  return <DetailPage query={partner} title={code} sub={p?.name} status={p && (p.active ? 'active' : 'inactive')} facts={p && <Facts ns="masterdata" columns={facts} row={p} />} tabs={p && tabs} />
}
