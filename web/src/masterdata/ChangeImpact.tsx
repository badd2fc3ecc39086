import { Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import { Card, Lines, type Column } from '@/kit/crud'
import { firmOrderUrl, itemUrl, planItemUrl, purchaseOrderUrl, salesOrderUrl, stockCardUrl, workOrderUrl } from '@/kit/links'
import { add, format } from '@/kit/num'
import type { Impact } from './changes'

type Doc = Impact['sales'][number]
type Material = Impact['materials'][number]

const materials: Column<Material>[] = [
  { key: 'change', type: 'enum', words: 'ec.part', label: 'ec.f.kind' }, { key: 'item', type: 'link', to: (m) => stockCardUrl(m.item) }, { key: 'name' }, { key: 'product', type: 'link', to: (m) => itemUrl(m.product), label: 'ec.f.product' },
  { key: 'before', type: 'qty', label: 'ec.f.before' }, { key: 'after', type: 'qty', label: 'ec.f.after' }, { key: 'usable', type: 'qty', uom: 'uom', label: 'ec.f.usable' }, { key: 'on_order', type: 'qty', label: 'ec.f.on_order' }, { key: 'in_work', type: 'qty', label: 'ec.f.in_work' },
  { key: 'needed', type: 'qty', label: 'ec.f.needed' }, { key: 'other_use', type: 'number', label: 'ec.f.other_use' }, { key: 'lead_days', type: 'number' },
]
const base: Column<Doc>[] = [{ key: 'item', type: 'link', to: (d) => itemUrl(d.item) }, { key: 'name' }, { key: 'qty', type: 'qty', uom: 'uom', label: 'ec.f.qty' }, { key: 'open', type: 'qty', label: 'ec.f.open' }, { key: 'due', type: 'date', label: 'ec.f.due' }]
const sales: Column<Doc>[] = [{ key: 'number', type: 'link', label: 'ec.f.number', to: (d) => salesOrderUrl(d.number) }, { key: 'who', label: 'ec.f.customer' }, ...base, { key: 'bom_version', label: 'ec.f.named' }]
const purchases: Column<Doc>[] = [{ key: 'number', type: 'link', label: 'ec.f.number', to: (d) => purchaseOrderUrl(d.number) }, { key: 'who', label: 'ec.f.supplier' }, ...base]
const work: Column<Doc>[] = [{ key: 'number', type: 'link', label: 'ec.f.number', to: (d) => workOrderUrl(d.number) }, { key: 'status', type: 'status', label: 'ec.f.status' }, ...base, { key: 'bom_version', label: 'ec.f.copied' }]
const planned: Column<Doc>[] = [{ key: 'number', type: 'link', label: 'ec.f.number', to: (d) => (d.number ? firmOrderUrl(d.number) : planItemUrl(d.item)), render: (d) => d.number || `#${d.line}` }, { key: 'status', type: 'status', label: 'ec.f.status' }, ...base]

/** What is open for what changes: orders, plans, stock and purchases, with quantities. */
export function ChangeImpact({ number }: { number: string }) {
  const { t } = useTranslation('masterdata')
  const { data, error } = useGet('/api/v1/planning/changes/{number}/impact', { path: { number }, live: ['production.', 'sales.', 'purchasing.', 'inventory.', 'masterdata.'] })
  if (error && !data) return <div className="kw-none" role="alert">{messageOf(error)}</div>
  if (!data) return <Skeleton active />
  const none = <div className="kw-none"><span>{t('ec.nothingOpen')}</span></div>
  const sum = (rows: Doc[]) => format(rows.reduce((s, r) => add(s, r.open), '0'))
  const docs = (key: 'sales' | 'planned' | 'work' | 'purchases', columns: Column<Doc>[]) => !data.hidden.includes(key) && (
    <Card key={key} flush title={<>{t(`ec.docs.${key}`)} <span className="kw-dim num">{data[key].length > 0 && t('ec.docsSum', { n: data[key].length, qty: sum(data[key]) })}</span></>}>
      <Lines ns="masterdata" columns={columns} rows={data[key]} id={(d) => `${d.number}|${d.line ?? ''}|${d.item}|${d.site}`} empty={none} />
    </Card>
  )
  return (
    <div className="md-ec">
      {data.products.length > 1 && <p className="kw-dim">{t('ec.products', { items: data.products.join(', ') })}</p>}
      {!data.hidden.includes('materials') && data.materials.length > 0 && <Card flush title={t('ec.docs.materials')}><Lines ns="masterdata" columns={materials} rows={data.materials} id={(m) => `${m.product}|${m.item}`} /></Card>}
      {docs('work', work)}{docs('sales', sales)}{docs('planned', planned)}{docs('purchases', purchases)}
      {data.hidden.length > 0 && <p className="kw-dim">{t('ec.hidden')}</p>}
    </div>
  )
}
