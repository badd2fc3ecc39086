import { PrinterOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { DetailPage, Facts, Lines, type Column } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { lotUrl, serialUrl, stockCardUrl } from '@/kit/links'
import { kinColumns, kinId } from './kin'
import { moveColumns } from './moves'
import { PlaceName } from './words'

type Serial = Answer<'get', '/api/v1/inventory/serials/{item}/{serial}'>
const facts: Column<Serial>[] = [
  { key: 'item', type: 'link', to: (s) => stockCardUrl(s.item) }, { key: 'name' }, { key: 'lot', type: 'link', to: (s) => (s.lot ? lotUrl(s.item, s.lot) : undefined) }, { key: 'place', render: (s) => <PlaceName kind={s.kind} name={s.place} /> },
  { key: 'sits_in', label: 'f.unit', render: (s) => s.sits_in && <Link to={serialUrl(s.sits_in.unit_item, s.sits_in.unit)}>{s.sits_in.unit_item} {s.sits_in.unit}</Link> },
]
const inside: Column<NonNullable<Serial['inside']>[number]>[] = [
  { key: 'item', type: 'link', to: (p) => stockCardUrl(p.item) }, { key: 'name' }, { key: 'serial', type: 'link', to: (p) => serialUrl(p.item, p.serial) }, { key: 'at_ms', type: 'instant', label: 'f.happened_ms' }, { key: 'by', label: 'f.actor' },
]
const moves = moveColumns<NonNullable<Serial['moves']>[number]>(['item', 'name', 'lot', 'qty'])

export default function SerialPage() {
  const { t } = useTranslation('inventory')
  const { item = '', serial = '' } = useParams()
  const card = useGet('/api/v1/inventory/serials/{item}/{serial}', { path: { item, serial }, live: ['production.', 'sales.'] })
  const s = card.data
  const status = s && (s.status || (s.kind === 'customer' ? 'shipped' : s.kind === 'consumed' ? 'consumed' : s.kind === 'scrap' ? 'scrapped' : undefined))
  return (
    <DetailPage
      query={card} title={serial} sub={s && <><Link to={stockCardUrl(item)}>{item}</Link> {s.name}</>} status={status} facts={s && <Facts ns="inventory" columns={facts.filter((c) => c.key !== 'sits_in' || s.sits_in)} row={s} />}
      actions={s && <Button type="primary" icon={<PrinterOutlined />} onClick={() => openPdf('/api/v1/inventory/labels.pdf', { query: { item, serial: [serial] } })}>{t('label')}</Button>}
      tabs={s && [
        ...(s.inside.length > 0 ? [{ key: 'inside', label: t('serial.inside'), count: s.inside.length, children: <Lines ns="inventory" columns={inside} rows={s.inside} id={(p) => `${p.item}|${p.serial}`} /> }] : []),
        { key: 'moves', label: t('lot.moves'), count: s.moves.length, children: <Lines ns="inventory" columns={moves} rows={s.moves} /> },
        { key: 'from', label: t('lot.from'), count: s.made_from.length, children: <Lines ns="inventory" columns={kinColumns} rows={s.made_from} id={kinId} empty={<div className="kw-none">{t('lot.noFrom')}</div>} /> },
      ]}
    />
  )
}
