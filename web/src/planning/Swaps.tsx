import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Row } from '@/api/types'
import type { Column } from '@/kit/crud'
import { planItemUrl } from '@/kit/links'
import { cmp, format } from '@/kit/num'
import { docUrl } from './plan'

export type Swap = Row<'/api/v1/planning/substitutes'>

/** "Uses X instead of Y, 40 of 100", and how it comes to that. */
function Sum({ row: x }: { row: Swap }) {
  const { t } = useTranslation('planning')
  const free = [t('swap.stock', { n: format(x.substitute_stock), uom: x.substitute_uom }), cmp(x.substitute_needs, '0') > 0 && t('swap.needs', { n: format(x.substitute_needs) }), cmp(x.substitute_safety, '0') > 0 && t('swap.safety', { n: format(x.substitute_safety) })].filter(Boolean).join(' ')
  return (
    <span className="pn-swap">
      <b>{t('swap.uses', { sub: x.substitute, item: x.item, n: format(x.covered), of: format(x.needed), uom: x.uom })}</b>
      <small className="kw-dim">{t('swap.sum', { needed: format(x.needed), own: format(x.own), covered: format(x.covered), planned: format(x.planned) })} · {free}</small>
    </span>
  )
}

export const swapColumns: Column<Swap>[] = [
  { key: 'covered', label: 'swap.how', noFilter: true, render: (x) => <Sum row={x} /> },
  { key: 'day', type: 'date' },
  { key: 'document', render: (x) => (x.n ? <Link to={`/planning/orders?n=${x.n}&site=${encodeURIComponent(x.site)}`}>{x.document}</Link> : docUrl(x.document_kind, x.document) ? <Link to={docUrl(x.document_kind, x.document)!}>{x.document}</Link> : x.document) },
  { key: 'product', label: 'swap.product', type: 'link', to: (x) => planItemUrl(x.product) },
  { key: 'item', type: 'link', to: (x) => planItemUrl(x.item) }, { key: 'name' }, { key: 'substitute', label: 'swap.sub', type: 'link', to: (x) => planItemUrl(x.substitute) }, { key: 'substitute_name', label: 'swap.subName' }, { key: 'lot', label: 'swap.lot' },
  { key: 'general', label: 'swap.general', type: 'bool' },
]
