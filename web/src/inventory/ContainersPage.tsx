import { PrinterOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { FormDrawer, ListPage, type Column } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { warehouseUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { BOX_KINDS, boxUrl, newBox } from './boxes'

type Box = Row<'/api/v1/inventory/containers'>
const columns: Column<Box>[] = [
  { key: 'code', type: 'link' }, { key: 'kind', type: 'enum', options: BOX_KINDS, words: 'box' }, { key: 'location', label: 'f.stands_at' }, { key: 'warehouse', type: 'link', to: (b) => warehouseUrl(b.warehouse), hidden: true },
  { key: 'items', type: 'number' }, { key: 'lots', type: 'number' }, { key: 'note' }, { key: 'made_ms', label: 'f.created_ms', type: 'instant' }, { key: 'made_by', label: 'f.actor', hidden: true },
]
const open = (b: Box) => boxUrl(b.code)
const sort = ['-made_ms']

/** Boxes, pallets and totes with a number of their own. */
export default function ContainersPage() {
  const { t } = useTranslation('inventory')
  const may = useMay()
  const [adding, setAdding] = useState(false)
  return (
    <>
      <ListPage path="/api/v1/inventory/containers" ns="inventory" columns={columns} open={open} idOf={(b) => b.code} sort={sort} searchHint={t('boxes.search')} onNew={may('inventory.transfer') ? () => setAdding(true) : undefined}
        bulk={(rows) => <Button size="small" icon={<PrinterOutlined />} onClick={() => openPdf('/api/v1/inventory/container-labels.pdf', { query: { code: rows.map((r) => r.code) } })}>{t('label')}</Button>}
        empty={<div className="kw-none"><b>{t('boxes.none')}</b><span>{t('boxes.noneText')}</span></div>} />
      <FormDrawer ns="inventory" title={t('boxes.new')} method="post" path="/api/v1/inventory/containers" fields={newBox} open={adding} onClose={() => setAdding(false)}
        said={(r) => t('boxes.made', { codes: r.codes.join(', ') })} onDone={(r) => openPdf('/api/v1/inventory/container-labels.pdf', { query: { code: r.codes } })} />
    </>
  )
}
