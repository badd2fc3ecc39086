import { FileExcelOutlined } from '@ant-design/icons'
import { App, Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { download } from '@/api/client'
import { messageOf } from '@/api/errors'
import { ImportWizard } from '@/kit/crud'
import { save } from '@/kit/files'
import { useMay } from '@/kit/who'

type Sheet = 'items' | 'uoms' | 'boms' | 'routings'

/** One list out as Excel, an empty one to fill in, and in again with a preview. */
export function SheetButtons({ sheets }: { sheets: Sheet[] }) {
  const { t } = useTranslation('masterdata')
  const { message } = App.useApp()
  const may = useMay()
  const [open, setOpen] = useState<Sheet | undefined>()
  const bring = async (sheet: string, what: 'export' | 'template') => {
    try {
      const f = await download(`/api/v1/masterdata/sheets/${sheet}/${what}`)
      save(f.blob, f.name)
    } catch (err) { void message.error({ content: messageOf(err), duration: 6 }) }
  }
  const items = sheets.flatMap((s) => [
    ...(may('masterdata.import') ? [{ key: `import ${s}`, label: t(`sheet.in.${s}`) }] : []),
    { key: `export ${s}`, label: t(`sheet.out.${s}`) },
    { key: `template ${s}`, label: t(`sheet.template.${s}`) },
  ])
  return (
    <>
      <Dropdown trigger={['click']} menu={{ items, onClick: (e) => { const [what, s] = e.key.split(' ') as [string, Sheet]; if (what === 'import') setOpen(s); else void bring(s, what as 'export') } }}>
        <Button icon={<FileExcelOutlined />} aria-label={t('sheet.excel')} title={t('sheet.excel')} />
      </Dropdown>
      {open && <ImportWizard path={`/api/v1/masterdata/sheets/${open}/import`} title={t(`sheet.in.${open}`)} accept=".xlsx,.csv" open onClose={() => setOpen(undefined)} />}
    </>
  )
}
