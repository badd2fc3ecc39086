import { DeleteOutlined, FileOutlined, UploadOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useRef, useState, type DragEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { call, newKey, url } from '@/api/client'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import { showInstant } from '../dates'
import { format } from '../num'
import { useConfirm } from './act'

const PATH = '/api/v1/attachments'

/** Files that hang on a document: drawings, certificates, photos. Drop them anywhere on the card. */
export function Attachments({ subject, write }: { subject: string; write?: boolean }) {
  const { t } = useTranslation('kit')
  const { message } = App.useApp()
  const ask = useConfirm()
  const client = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const [over, setOver] = useState(false)
  const { data, error } = useGet(PATH, { query: { subject } })
  const remove = useSend('post', '/api/v1/attachments/{id}/remove')
  const add = async (files: FileList | null) => {
    if (!files?.length) return
    setBusy(true)
    try {
      for (const f of files) {
        const body = new FormData()
        body.append('file', f)
        await call('POST', PATH, { query: { subject }, body, key: newKey() })
      }
    } catch (err) { void message.error({ content: messageOf(err), duration: 6 }) } finally {
      setBusy(false)
      void client.invalidateQueries({ queryKey: [PATH] })
    }
  }
  const drop = async (id: string, name: string) => {
    if ((await ask({ title: t('office:files.dropAsk', { name }), danger: true, ok: t('office:files.drop') })) === false) return
    remove.mutate({ path: { id } }, { onError: (err) => void message.error(messageOf(err)) })
  }
  const list = data ?? []
  if (error && !data) return <div className="kw-none" role="alert">{messageOf(error)}</div>
  return (
    <section className={`kw-panel kw-files${over ? ' kw-over' : ''}`} onDragOver={(e) => { if (write) { e.preventDefault(); setOver(true) } }} onDragLeave={() => setOver(false)} onDrop={(e: DragEvent) => { if (!write) return; e.preventDefault(); setOver(false); void add(e.dataTransfer.files) }}>
      <header><h3>{t('office:files.title')}</h3><span className="kw-grow" />{write && <Button size="small" icon={<UploadOutlined />} loading={busy} onClick={() => input.current?.click()}>{t('office:files.add')}</Button>}</header>
      <input ref={input} type="file" multiple hidden onChange={(e) => { void add(e.target.files).then(() => { e.target.value = '' }) }} />
      <div>
        {list.length === 0
          ? <p className="kw-dim">{t(write ? 'office:files.noneDrop' : 'office:files.none')}</p>
          : (
              <ul>
                {list.map((f) => (
                  <li key={f.id}>
                    <FileOutlined />
                    <a href={url('/api/v1/attachments/{id}/file', { path: { id: f.id } })} target="_blank" rel="noreferrer">{f.name}</a>
                    <span className="kw-dim num">{format(String(Math.max(1, Math.round(f.size / 1024))))} KB</span>
                    <span className="kw-grow" />
                    <span className="kw-dim num">{f.actor} · {showInstant(f.created_ms)}</span>
                    {write && <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('office:files.drop')} onClick={() => void drop(f.id, f.name)} />}
                  </li>
                ))}
              </ul>
            )}
      </div>
    </section>
  )
}
