import { DeleteOutlined, UploadOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Popover } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, newKey } from '@/api/client'
import { messageOf } from '@/api/errors'
import { refreshRoom, useSend } from '@/api/hooks'
import './masterdata.css'

/** The address of an item's picture; the floor uses the same one. */
export const pictureUrl = (code: string, id: string): string => `/api/v1/masterdata/items/${encodeURIComponent(code)}/picture?v=${id}`

/** A thumbnail that grows under the mouse. */
export function Thumb({ code, id }: { code: string; id: string }) {
  if (!id || id === '0') return null
  const src = pictureUrl(code, id)
  return <Popover placement="right" content={<img className="md-pic-big" src={src} alt={code} />}><img className="md-pic" src={src} alt={code} loading="lazy" /></Popover>
}

/** A phone's photo of several megabytes becomes one of a thousand pixels: lists and the floor load it over and over. */
async function shrink(f: File): Promise<Blob> {
  if (f.size < 200_000 || f.type === 'image/gif') return f
  try {
    const map = await createImageBitmap(f)
    const k = Math.min(1, 1200 / Math.max(map.width, map.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(map.width * k)
    canvas.height = Math.round(map.height * k)
    canvas.getContext('2d')?.drawImage(map, 0, 0, canvas.width, canvas.height)
    return await new Promise((done) => canvas.toBlob((b) => done(b ?? f), 'image/jpeg', 0.85))
  } catch { return f } // the server says what is wrong with it
}

export function PictureCard({ code, id, write }: { code: string; id: string; write: boolean }) {
  const { t } = useTranslation('masterdata')
  const { message } = App.useApp()
  const client = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const remove = useSend('post', '/api/v1/masterdata/items/{code}/picture/remove')
  const add = async (f: File | undefined) => {
    if (!f) return
    setBusy(true)
    try {
      const body = new FormData()
      body.append('file', await shrink(f), f.name)
      await call('POST', '/api/v1/masterdata/items/{code}/picture', { path: { code }, body, key: newKey() })
      await refreshRoom(client, '/api/v1/masterdata/items')
    } catch (err) { void message.error({ content: messageOf(err), duration: 6 }) } finally { setBusy(false) }
  }
  const has = id !== '' && id !== '0'
  return (
    <div className="md-picture" onDragOver={(e) => { if (write) e.preventDefault() }} onDrop={(e) => { if (write) { e.preventDefault(); void add(e.dataTransfer.files[0]) } }}>
      {has ? <img src={pictureUrl(code, id)} alt={code} /> : <div className="md-nopic">{t(write ? 'picture.drop' : 'picture.none')}</div>}
      {write && (
        <div className="kw-actions">
          <input ref={input} type="file" accept="image/*" hidden onChange={(e) => { void add(e.target.files?.[0]); e.target.value = '' }} />
          <Button size="small" icon={<UploadOutlined />} loading={busy} onClick={() => input.current?.click()}>{t(has ? 'picture.other' : 'picture.add')}</Button>
          {has && <Button size="small" icon={<DeleteOutlined />} loading={remove.isPending} onClick={() => remove.mutate({ path: { code } }, { onError: (err) => void message.error(messageOf(err)) })}>{t('picture.drop2')}</Button>}
        </div>
      )}
    </div>
  )
}
