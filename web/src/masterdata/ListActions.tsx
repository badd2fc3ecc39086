import { DownOutlined, FileExcelOutlined, PlusOutlined } from '@ant-design/icons'
import { App, Button, Dropdown, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { download } from '@/api/client'
import { messageOf } from '@/api/errors'
import { EntitySelect, ImportWizard } from '@/kit/crud'
import { save } from '@/kit/files'
import { useMay } from '@/kit/who'

/** The lists that leave and come in as one table (pack.Lists). */
export type ListName = 'items' | 'uoms' | 'boms' | 'routings' | 'work_centers' | 'machines' | 'changeovers' | 'calendars' | 'calendar_days' | 'partners' | 'warehouses' | 'locations' | 'workers' | 'tools' | 'planning'

/** Excel of one or several lists: export, template, import with preview. */
export function ExcelMenu({ lists }: { lists: ListName[] }) {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const { message } = App.useApp()
  const [importing, setImporting] = useState<ListName | ''>('')
  const bring = async (list: string, what: 'export' | 'template') => {
    try {
      const f = await download(`/api/v1/masterdata/lists/{list}/${what}`, { path: { list } })
      save(f.blob, f.name)
    } catch (err) { void message.error({ content: messageOf(err), duration: 6 }) }
  }
  const acts = (list: ListName) => [
    { key: `${list}:export`, label: t('excel.export') },
    ...(may('masterdata.import') ? [{ key: `${list}:template`, label: t('excel.template') }, { key: `${list}:import`, label: t('excel.import') }] : []),
  ]
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: lists.length === 1 ? acts(lists[0]!) : lists.map((l) => ({ key: l, type: 'group' as const, label: t(`import.file.${l}`), children: acts(l) })),
          onClick: ({ key }) => {
            const [list = '', act = ''] = key.split(':')
            if (act === 'import') setImporting(list as ListName)
            else void bring(list, act as 'export')
          },
        }}
      >
        <Button icon={<FileExcelOutlined />} aria-label={t('excel.menu')} title={t('excel.menu')}><span className="kw-wide">{t('excel.menu')} <DownOutlined /></span></Button>
      </Dropdown>
      {importing && <ImportWizard path={`/api/v1/masterdata/lists/${importing}/import`} title={t('excel.importOf', { list: t(`import.file.${importing}`) })} accept=".xlsx,.csv" open onClose={() => setImporting('')} />}
    </>
  )
}

/** Excel and “new” of a list page. */
export function ListActions({ lists, label, onNew, perm = 'masterdata.write' }: { lists: ListName[]; label: string; onNew: () => void; perm?: string }) {
  const may = useMay()
  return (
    <>
      <ExcelMenu lists={lists} />
      {may(perm) && <Button type="primary" icon={<PlusOutlined />} onClick={onNew}>{label}</Button>}
    </>
  )
}

const makeable = [{ col: 'kind', op: 'in' as const, value: 'make,subcontract,phantom' }]

/** A first or another version begins with its product; its page edits it. */
export function NewVersion({ label, to }: { label: string; to: (product: string) => string }) {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const navigate = useNavigate()
  const [open, setOpen] = useState(false)
  if (!may('masterdata.write')) return null
  return (
    <>
      <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen(true)}>{label}</Button>
      <Modal open={open} title={label} footer={null} onCancel={() => setOpen(false)} destroyOnHidden>
        <p className="kw-dim">{t('edit.pickProduct')}</p>
        <EntitySelect path="/api/v1/masterdata/items" filters={makeable} onChange={(code) => { if (code) void navigate(`${to(code)}?edit=blank`) }} />
      </Modal>
    </>
  )
}
