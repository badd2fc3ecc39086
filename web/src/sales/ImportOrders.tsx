import { FileExcelOutlined } from '@ant-design/icons'
import { App, Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { download } from '@/api/client'
import { messageOf } from '@/api/errors'
import { ImportWizard } from '@/kit/crud'
import { save } from '@/kit/files'

/** Orders from an Excel or CSV: the empty list with its columns explained, and the way in. */
export function ImportOrders() {
  const { t } = useTranslation('sales')
  const { message } = App.useApp()
  const [open, setOpen] = useState(false)
  const template = async () => {
    try {
      const f = await download('/api/v1/sales/imports/template')
      save(f.blob, f.name)
    } catch (err) { void message.error({ content: messageOf(err), duration: 6 }) }
  }
  return (
    <>
      <Dropdown trigger={['click']} menu={{ items: [{ key: 'in', label: t('imports.do') }, { key: 'template', label: t('imports.template') }], onClick: ({ key }) => { if (key === 'in') setOpen(true); else void template() } }}>
        <Button icon={<FileExcelOutlined />} aria-label={t('imports.menu')} title={t('imports.menu')} />
      </Dropdown>
      {open && <ImportWizard path="/api/v1/sales/imports" title={t('imports.do')} accept=".xlsx,.csv" open onClose={() => setOpen(false)} />}
    </>
  )
}
