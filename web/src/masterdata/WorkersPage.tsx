import { IdcardOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Row } from '@/api/types'
import { ListPage, type Column } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { workerUrl } from '@/kit/links'

type Worker = Row<'/api/v1/masterdata/workers'>
const columns: Column<Worker>[] = [{ key: 'code', type: 'link', label: 'f.worker' }, { key: 'name', label: 'f.person' }, { key: 'team' }, { key: 'skills', render: (w) => w.skills.split(';').filter(Boolean).join(' · ') }, { key: 'badge' }, { key: 'status', type: 'status', options: ['active', 'inactive'], width: 90 }]
const open = (w: Worker) => workerUrl(w.code)
const sort = ['code']

export default function WorkersPage() {
  const { t } = useTranslation('masterdata')
  return (
    <ListPage
      path="/api/v1/masterdata/workers" ns="masterdata" columns={columns} open={open} sort={sort} searchHint={t('workers.search')}
      bulk={(rows) => <Button size="small" type="primary" icon={<IdcardOutlined />} disabled={!rows.some((r) => r.badge)} onClick={() => openPdf('/api/v1/masterdata/badges.pdf', { query: { code: rows.filter((r) => r.badge).map((r) => r.code) } })}>{t('workers.badges')}</Button>}
      empty={<div className="kw-none"><b>{t('workers.none')}</b><span>{t('boms.noneText')}</span></div>}
    />
  )
}
