import { DownOutlined } from '@ant-design/icons'
import { Button, Drawer, Dropdown, Grid, Space } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer, Body } from '@/api/types'
import { FormDrawer, type Field } from '@/kit/crud'
import { planItemUrl } from '@/kit/links'
import { format } from '@/kit/num'
import type { RunWhat } from './useRun'

type Made = Answer<'get', '/api/v1/planning/runs/{id}'>
export type NetChange = NonNullable<Made['net']>

const fields: Field<NonNullable<Body<'post', '/api/v1/planning/run'>>>[] = [
  { key: 'item', label: 'net.item', type: 'entity', from: { path: '/api/v1/masterdata/items', filters: [{ col: 'status', op: 'eq', value: 'active' }] } }, { key: 'order', label: 'net.order', help: 'planning:net.orderHelp' },
]

/** Runs what has changed since the live plan: all of it, or that of one item or order. */
export function NetButton({ site, busy, run }: { site?: string; busy: boolean; run: (what: RunWhat) => void }) {
  const { t } = useTranslation('planning')
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Space.Compact>
        <Button loading={busy} title={t('net.hint')} onClick={() => run({ mode: 'net' })}>{t('net.do')}</Button>
        <Dropdown trigger={['click']} menu={{ items: [{ key: 'one', label: t('net.one') }], onClick: () => setAsking(true) }}><Button icon={<DownOutlined />} aria-label={t('net.one')} /></Dropdown>
      </Space.Compact>
      <FormDrawer
        ns="planning" title={t('net.oneTitle')} method="post" path="/api/v1/planning/run" fields={fields} open={asking} onClose={() => setAsking(false)} ok={t('net.do')}
        shape={(b) => ({ ...b, mode: 'net', site })} said={(r) => t('net.done', { looked: format(String(r.net?.looked ?? 0)), of: format(String(r.net?.of ?? 0)), orders: r.orders, late: r.late })} more={() => <p className="kw-dim">{t('net.oneText')}</p>}
      />
    </>
  )
}

/** What a net change looked at, in one sentence: so many of so many, because of what. */
export function NetSentence({ id }: { id: string }) {
  const { t } = useTranslation('planning')
  const [open, setOpen] = useState(false)
  const made = useGet('/api/v1/planning/runs/{id}', { path: { id } })
  const n = made.data?.net
  if (!n) return null
  return (
    <p className="pn-net">
      {t(n.item || n.order ? 'net.sentenceOne' : 'net.sentence', { looked: format(String(n.looked)), of: format(String(n.of)), what: n.item || n.order })}
      {n.whole ? ` ${t(`net.whole.${n.whole}`)}` : n.causes.length > 0 && ` ${t('net.because', { list: n.causes.map((c) => t(`net.cause.${c.code}`, { n: format(String(c.items)) })).join(t('net.comma')) })}`}
      {n.left > 0 && ` ${t('net.left', { n: format(String(n.left)) })}`}
      {n.items.length > 0 && <Button type="link" size="small" onClick={() => setOpen(true)}>{t('net.show')}</Button>}
      {open && <Looked n={n} onClose={() => setOpen(false)} />}
    </p>
  )
}

function Looked({ n, onClose }: { n: NetChange; onClose: () => void }) {
  const { t } = useTranslation('planning')
  const wide = Grid.useBreakpoint().md
  return (
    <Drawer open onClose={onClose} size={wide ? 560 : '100%'} title={t('net.lookedTitle', { n: format(String(n.looked)) })}>
      <ul className="pn-looked">{n.items.map((x) => <li key={x.item}><Link to={planItemUrl(x.item)}>{x.item}</Link><span>{x.name}</span><small>{x.why.map((y) => t(`net.why.${y}`)).join(t('net.comma'))}</small></li>)}</ul>
      {n.items.length < n.looked && <p className="kw-dim">{t('net.first', { n: n.items.length })}</p>}
    </Drawer>
  )
}
