import { IdcardOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Row } from '@/api/types'
import { FormDrawer, ListPage, type Column } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { workerUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { filled } from './edit'
import { ListActions } from './ListActions'
import { withCode, workerFields } from './resources'

type Worker = Row<'/api/v1/masterdata/workers'>
const columns: Column<Worker>[] = [{ key: 'code', type: 'link', label: 'f.worker' }, { key: 'name', label: 'f.person' }, { key: 'team' }, { key: 'skills', render: (w) => w.skills.split(';').filter(Boolean).join(' · ') }, { key: 'badge' }, { key: 'status', type: 'status', options: ['active', 'inactive'], width: 90 }]
const open = (w: Worker) => workerUrl(w.code)
const sort = ['code']
const fields = withCode(workerFields)

export default function WorkersPage() {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  return (
    <>
      <ListPage
        path="/api/v1/masterdata/workers" ns="masterdata" columns={columns} open={open} sort={sort} searchHint={t('workers.search')}
        actions={<ListActions lists={['workers']} label={t('workers.new')} onNew={() => setAdding(true)} />} onNew={may('masterdata.write') ? () => setAdding(true) : undefined}
        bulk={(rows) => <Button size="small" type="primary" icon={<IdcardOutlined />} disabled={!rows.some((r) => r.badge)} onClick={() => openPdf('/api/v1/masterdata/badges.pdf', { query: { code: rows.filter((r) => r.badge).map((r) => r.code) } })}>{t('workers.badges')}</Button>}
        empty={<div className="kw-none"><b>{t('workers.none')}</b><span>{t('edit.noneText')}</span></div>}
      />
      <FormDrawer ns="masterdata" title={t('workers.new')} method="post" path="/api/v1/masterdata/workers" fields={fields} shape={(b) => filled(fields, b)} open={adding} onClose={() => setAdding(false)} serial width={560} onDone={(w, stays) => { if (!stays) void navigate(workerUrl(w.code)) }} />
    </>
  )
}
