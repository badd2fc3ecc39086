import { BellOutlined, CheckOutlined } from '@ant-design/icons'
import { App, Badge, Button, Drawer, Tooltip } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { showInstant } from '@/kit/dates'

type Item = Answer<'get', '/api/v1/notices/bell'>['items'][number]
const live = ['notice.']

/** How much waits for me, and a drawer with the newest. What was seen counts as read when the drawer closes. */
export default function Bell() {
  const { t } = useTranslation('notices')
  const { message } = App.useApp()
  const navigate = useNavigate()
  const [open, setOpen] = useState(false)
  const { data } = useGet('/api/v1/notices/bell', { live })
  const read = useSend('post', '/api/v1/notices/read')
  const done = useSend('post', '/api/v1/notices/{id}/done')
  const items = data?.items ?? []
  const close = () => {
    setOpen(false)
    const ids = items.filter((i) => !i.read).map((i) => i.id)
    if (ids.length > 0) read.mutate({ body: { ids } })
  }
  const go = (i: Item) => { close(); if (i.link) void navigate(i.link) }
  const finish = (i: Item) => done.mutate({ path: { id: i.id }, body: {} }, { onError: (e) => void message.error(messageOf(e)) })
  const todos = items.filter((i) => i.todo)
  const news = items.filter((i) => !i.todo)
  const list = (rows: Item[]) => (
    <ul className="kw-notices">
      {rows.map((i) => (
        <li key={i.id} className={`kw-notice-${i.severity}${i.read ? '' : ' kw-notice-new'}`}>
          <button type="button" onClick={() => go(i)}><span>{i.text}</span><small>{showInstant(i.made_ms)}</small></button>
          <Tooltip title={t(i.todo ? 'bell.done' : 'bell.clear')}><Button type="text" size="small" icon={<CheckOutlined />} aria-label={t(i.todo ? 'bell.done' : 'bell.clear')} loading={done.isPending && done.variables?.path?.id === i.id} onClick={() => finish(i)} /></Tooltip>
        </li>
      ))}
    </ul>
  )
  return (
    <>
      <Badge count={data?.unread ?? 0} dot={!data?.unread && !!data?.todo} size="small" offset={[-6, 6]} className="kw-bell">
        <Button type="text" icon={<BellOutlined />} aria-label={t('bell.title', { unread: data?.unread ?? 0, todo: data?.todo ?? 0 })} onClick={() => setOpen(true)} />
      </Badge>
      <Drawer open={open} onClose={close} size={420} title={t('bell.head')} extra={<Link to="/notices" onClick={close}>{t('bell.all')}</Link>} classNames={{ body: 'kw-bell-body' }}>
        {todos.length > 0 && <><h3>{t('bell.todo', { count: data?.todo ?? 0 })}</h3>{list(todos)}</>}
        {news.length > 0 && <><h3>{t('bell.news')}</h3>{list(news)}</>}
        {data && items.length === 0 && <div className="kw-none"><b>{t('bell.none')}</b><span>{t('bell.noneText')}</span></div>}
        <p className="kw-bell-foot"><Link to="/notices/settings" onClick={close}>{t('menu.settings')}</Link></p>
      </Drawer>
    </>
  )
}
