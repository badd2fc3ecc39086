import { PrinterOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { lotUrl, serialUrl, stockCardUrl } from '@/kit/links'

type Serial = Row<'/api/v1/inventory/serials'>
const PLACES = ['stock', 'wip', 'consumed', 'customer', 'subcontractor', 'supplier', 'scrap', 'adjust'] as const
const columns: Column<Serial>[] = [
  { key: 'serial', type: 'link' }, { key: 'item', type: 'link', to: (s) => stockCardUrl(s.item) }, { key: 'name' }, { key: 'lot', type: 'link', to: (s) => (s.lot ? lotUrl(s.item, s.lot) : undefined) },
  { key: 'place', type: 'enum', options: PLACES, words: 'place' }, { key: 'location' }, { key: 'status', type: 'status', words: 'stockState', options: ['available', 'hold'] }, { key: 'reserved_for' },
]
const open = (s: Serial) => serialUrl(s.item, s.serial)
const id = (s: Serial) => `${s.item}|${s.serial}`
const sort = ['serial']
const tabs = { col: 'place', values: ['stock', 'wip', 'customer'], count: true }

export default function SerialsPage() {
  const { t } = useTranslation('inventory')
  return (
    <ListPage
      path="/api/v1/inventory/serials" ns="inventory" columns={columns} open={open} idOf={id} sort={sort} tabs={tabs} searchHint={t('serials.search')} empty={<div className="kw-none"><b>{t('serials.none')}</b></div>}
      bulk={(rows) => <Button size="small" type="primary" icon={<PrinterOutlined />} disabled={new Set(rows.map((r) => r.item)).size !== 1} onClick={() => openPdf('/api/v1/inventory/labels.pdf', { query: { item: rows[0]?.item, serial: rows.map((r) => r.serial) } })}>{t('serials.labels')}</Button>}
    />
  )
}
