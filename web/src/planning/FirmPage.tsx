import { SendOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ListPage, type Column } from '@/kit/crud'
import { firmOrderUrl, planItemUrl } from '@/kit/links'
import { SitePick, useSiteFilter } from '@/kit/SitePick'
import { useMay } from '@/kit/who'
import { docUrl, FIRM_STATES, KINDS, type FirmOrder } from './plan'
import { ReleaseDrawer, type ToRelease } from './ReleaseDrawer'

const columns: Column<FirmOrder>[] = [
  { key: 'number', type: 'link' }, { key: 'kind', type: 'enum', options: KINDS.slice(0, 4), words: 'kind' }, { key: 'item', type: 'link', to: (f) => planItemUrl(f.item) }, { key: 'name' }, { key: 'qty', type: 'qty', uom: 'uom' },
  { key: 'start', type: 'date' }, { key: 'due', type: 'date' }, { key: 'supplier' }, { key: 'from_site', hidden: true }, { key: 'sources', label: 'firm.sources', noSort: true, noFilter: true, render: (f) => <span className="num">{f.sources.length || ''}</span> }, { key: 'state', type: 'status', options: FIRM_STATES, words: 'state' },
  { key: 'document', type: 'link', to: (f) => docUrl(f.document_kind, f.document) }, { key: 'note' }, { key: 'made_by' }, { key: 'made_ms', type: 'instant', hidden: true },
]
const open = (f: FirmOrder) => firmOrderUrl(f.number)
const sort = ['-made_ms']
const tabs = { col: 'state', values: FIRM_STATES, count: true }
export const firmToRelease = (f: FirmOrder): ToRelease => ({ number: f.number, site: f.site, item: f.item, name: f.name, uom: f.uom, kind: f.kind, qty: f.qty, start: f.start, due: f.due, supplier: f.supplier || f.from_site, state: f.state })

/** Planned orders that are held: later plans take them as they are. */
export default function FirmPage() {
  const { t } = useTranslation('planning')
  const may = useMay()
  const here = useSiteFilter()
  const [releasing, setReleasing] = useState<{ orders: ToRelease[]; clear?: () => void } | undefined>()
  return (
    <>
      <ListPage
        path="/api/v1/planning/firm" ns="planning" columns={columns} open={open} sort={sort} tabs={tabs} fixed={here} actions={<SitePick />} searchHint={t('firm.search')}
        bulk={may('planning.release') ? (rows, clear) => <Button size="small" type="primary" icon={<SendOutlined />} onClick={() => setReleasing({ orders: rows.map(firmToRelease), clear })}>{t('release.one')}</Button> : undefined}
        empty={<div className="kw-none"><b>{t('firm.none')}</b><span>{t('firm.noneText')}</span><Link to="/planning/orders"><Button>{t('menu.orders')}</Button></Link></div>}
      />
      <ReleaseDrawer orders={releasing?.orders} onClose={() => setReleasing(undefined)} onDone={() => releasing?.clear?.()} />
    </>
  )
}
