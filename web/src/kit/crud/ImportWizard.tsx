import { CheckCircleFilled, CloseCircleFilled, FileExcelOutlined, InboxOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Grid, Modal } from 'antd'
import { useRef, useState, type DragEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { call, newKey } from '@/api/client'
import { ApiError, messageOf } from '@/api/errors'
import { format } from '../num'
import type { Column } from './columns'
import { Lines } from './SubList'

export interface BadCell { file?: string; row?: number | string; column?: string; value?: string; message: string; remedy?: string }
export interface FileCount { file?: string; name?: string; rows: number; new?: number; changed?: number; same?: number }
export interface Preview { files?: FileCount[]; rows?: number; errors?: BadCell[] | null; diffs?: Diff[] | null }
export interface Diff { file: string; key: string; column: string; before: string; after: string }

const COLUMNS: Column<BadCell>[] = [
  { key: 'file', label: 'office:import.file' }, { key: 'row', label: 'office:import.row', type: 'number' }, { key: 'column', label: 'office:import.column' },
  { key: 'value', label: 'office:import.value' }, { key: 'message', label: 'office:import.problem' }, { key: 'remedy', label: 'office:import.remedy' },
]

/** On a phone: where it is, and all that is to be said of it. */
const NARROW: Column<BadCell>[] = [
  { key: 'row', label: 'office:import.row', render: (c) => <span className="kw-bad-at">{c.row} {c.column}<small>{c.file}</small></span> },
  { key: 'message', label: 'office:import.problem', render: (c) => <span className="kw-bad-why">{c.value && <b>{c.value}</b>} {c.message}{c.remedy && <small>{c.remedy}</small>}</span> },
]

const COUNTS: Column<FileCount>[] = [
  { key: 'file', label: 'office:import.file', render: (f) => f.file ?? f.name }, { key: 'rows', label: 'office:import.rows', type: 'number' }, { key: 'new', label: 'office:import.new', type: 'number' }, { key: 'changed', label: 'office:import.changed', type: 'number' }, { key: 'same', label: 'office:import.same', type: 'number' },
]

const DIFFS: Column<Diff>[] = [
  { key: 'file', label: 'office:import.file' }, { key: 'key', label: 'office:import.key' }, { key: 'column', label: 'office:import.column' }, { key: 'before', label: 'office:import.before' }, { key: 'after', label: 'office:import.after' },
]

/** "items.csv:12:uom" from a refusal, as the table shows it. */
function badCells(err: unknown): BadCell[] | undefined {
  if (!(err instanceof ApiError) || !err.problem.errors?.length) return undefined
  return err.problem.errors.map((e) => {
    const [, file, row, column] = /^([^:]*):(\d+)(?::(.*))?$/.exec(e.location ?? '') ?? []
    return { file: file ?? e.location, row, column, value: e.value === undefined ? '' : String(e.value), message: e.message ?? '', remedy: e.params?.remedy }
  })
}

/** Upload → what would happen, with every bad cell → all or nothing. POST multipart `file`, first with ?dry_run=true. */
export function ImportWizard({ path, title, accept = '.xlsx,.csv,.zip', open, onClose, onDone }: { path: string; title: string; accept?: string; open: boolean; onClose: () => void; onDone?: () => void }) {
  const { t } = useTranslation('kit')
  const { message } = App.useApp()
  const client = useQueryClient()
  const wide = Grid.useBreakpoint().md
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File | undefined>()
  const [seen, setSeen] = useState<Preview | undefined>()
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  const [over, setOver] = useState(false)
  const key = useRef(newKey())

  const post = (f: File, dry: boolean) => {
    const body = new FormData()
    body.append('file', f)
    return call<Preview>('POST', path, { query: { dry_run: dry || undefined }, body, key: dry ? newKey() : key.current })
  }
  const look = async (f: File | undefined) => {
    if (!f) return
    setFile(f)
    setSeen(undefined)
    setProblem('')
    setBusy(true)
    key.current = newKey()
    try {
      setSeen(await post(f, true))
    } catch (err) {
      const bad = badCells(err)
      if (bad) setSeen({ errors: bad })
      else setProblem(messageOf(err))
    } finally {
      setBusy(false)
    }
  }
  const write = async () => {
    setBusy(true)
    try {
      await post(file!, false)
      void client.invalidateQueries()
      void message.success(t('office:import.done'))
      onDone?.()
      close()
    } catch (err) {
      setProblem(messageOf(err))
    } finally {
      setBusy(false)
    }
  }
  const close = () => { setFile(undefined); setSeen(undefined); setProblem(''); onClose() }
  const bad = seen?.errors ?? []
  const rows = seen?.rows ?? seen?.files?.reduce((n, f) => n + f.rows, 0)
  return (
    <Modal open={open} title={title} width={820} onCancel={close} mask={{ closable: false }} footer={[
      <Button key="no" onClick={close}>{t('cancel')}</Button>,
      file && <Button key="other" disabled={busy} onClick={() => input.current?.click()}>{t('office:import.other')}</Button>,
      <Button key="go" type="primary" disabled={!seen || bad.length > 0} loading={busy && !!seen} onClick={() => void write()}>{t('office:import.write')}</Button>,
    ]}>
      <input ref={input} type="file" accept={accept} hidden onChange={(e) => { void look(e.target.files?.[0]); e.target.value = '' }} />
      {!file && (
        <button type="button" className={`kw-drop${over ? ' kw-over' : ''}`} onClick={() => input.current?.click()} onDragOver={(e) => { e.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)} onDrop={(e: DragEvent) => { e.preventDefault(); setOver(false); void look(e.dataTransfer.files[0]) }}>
          <InboxOutlined /><b>{t('office:import.drop')}</b><span>{t('office:import.kinds', { kinds: accept.replaceAll('.', ' ') })}</span>
        </button>
      )}
      {file && <p className="kw-import-file"><FileExcelOutlined /> {file.name} <span className="kw-dim num">{format(String(Math.ceil(file.size / 1024)))} KB</span></p>}
      {busy && !seen && <p className="kw-dim">{t('office:import.checking')}</p>}
      {problem && <Alert type="error" showIcon title={problem} />}
      {seen && bad.length === 0 && <p className="kw-import-ok"><CheckCircleFilled /> {rows === undefined ? t('office:import.ok') : t('office:import.okRows', { n: format(String(rows)) })}</p>}
      {seen?.files && bad.length === 0 && <div className="kw-import-list"><Lines ns="kit" columns={seen.files.some((f) => f.new !== undefined) ? COUNTS : COUNTS.slice(0, 2)} rows={seen.files.filter((f) => f.rows > 0)} id={(f) => f.file ?? f.name ?? ''} /></div>}
      {seen?.diffs && seen.diffs.length > 0 && bad.length === 0 && (
        <>
          <p>{t('office:import.diffs', { n: seen.diffs.length })}</p>
          <div className="kw-import-list"><Lines ns="kit" columns={DIFFS} rows={seen.diffs} id={(d) => `${d.file}:${d.key}:${d.column}`} /></div>
        </>
      )}
      {bad.length > 0 && (
        <>
          <p className="kw-import-bad"><CloseCircleFilled /> {t('office:import.bad', { n: bad.length })}</p>
          <div className={wide ? 'kw-import-list' : 'kw-import-list kw-import-narrow'}><Lines ns="kit" columns={wide ? COLUMNS : NARROW} rows={bad.slice(0, 500)} id={(r) => JSON.stringify(r)} /></div>
        </>
      )}
    </Modal>
  )
}
