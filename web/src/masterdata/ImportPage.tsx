import { DownloadOutlined, UploadOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { download } from '@/api/client'
import { messageOf } from '@/api/errors'
import { Card, ImportWizard } from '@/kit/crud'
import { save } from '@/kit/files'
import { useMay } from '@/kit/who'
import './masterdata.css'

const FILES = ['site', 'items', 'uoms', 'boms', 'routings', 'work_centers', 'machines', 'changeovers', 'calendars', 'calendar_days', 'partners', 'warehouses', 'locations', 'workers', 'tools', 'stock', 'sales_orders', 'forecasts', 'purchase_orders', 'work_orders'] as const

/** A factory pack in, a factory pack out. */
export default function ImportPage() {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const { message } = App.useApp()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState('')
  const bring = async (format: 'zip' | 'xlsx') => {
    setBusy(format)
    try {
      const f = await download('/api/v1/masterdata/export', { query: { format } })
      save(f.blob, f.name)
    } catch (err) { void message.error({ content: messageOf(err), duration: 6 }) } finally { setBusy('') }
  }
  return (
    <div className="kw-detail-body md-import">
      <div className="kw-panels">
        <Card title={t('import.in')}>
          <p>{t('import.inText')}</p>
          <p className="kw-dim">{t('import.safe')}</p>
          {may('masterdata.import') ? <Button type="primary" icon={<UploadOutlined />} onClick={() => setOpen(true)}>{t('import.choose')}</Button> : <p className="kw-dim">{t('import.mayNot')}</p>}
        </Card>
        <Card title={t('import.out')}>
          <p>{t('import.outText')}</p>
          <p className="kw-dim">{t('import.outHint')}</p>
          <div className="kw-actions">
            <Button icon={<DownloadOutlined />} loading={busy === 'xlsx'} disabled={!!busy} onClick={() => void bring('xlsx')}>{t('import.xlsx')}</Button>
            <Button icon={<DownloadOutlined />} loading={busy === 'zip'} disabled={!!busy} onClick={() => void bring('zip')}>{t('import.zip')}</Button>
          </div>
        </Card>
      </div>
      <Card title={t('import.what')}>
        <dl className="md-filelist">{FILES.map((f) => <div key={f}><dt>{f}</dt><dd>{t(`import.file.${f}`)}</dd></div>)}</dl>
      </Card>
      <ImportWizard path="/api/v1/masterdata/import" title={t('import.in')} accept=".zip,.xlsx" open={open} onClose={() => setOpen(false)} />
    </div>
  )
}
