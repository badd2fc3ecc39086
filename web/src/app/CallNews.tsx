import { App, Button } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { call } from '@/api/client'
import type { Answer } from '@/api/types'
import { onNews } from './events'
import { can, moduleOn, useMe } from './me'

type Open = Answer<'get', '/api/v1/production/calls/open'>

const CALLED = ['production.called', 'production.call_escalated']
const ANSWERED = ['production.call_taken', 'production.call_resolved']

/** Tells in the office that somebody on the floor calls for the help of this person's role, and takes it back when it is dealt with. */
export default function CallNews() {
  const { t } = useTranslation('app')
  const { notification } = App.useApp()
  const { data: me } = useMe()
  const navigate = useNavigate()
  const on = can(me, 'production.read') && moduleOn(me, 'production')
  useEffect(() => {
    if (!on) return
    const told = new Set<string>()
    const look = async (fresh: boolean) => {
      const open = await call<Open>('GET', '/api/v1/production/calls/open')
      for (const id of told) {
        const c = open.items.find((x) => x.id === id)
        if (c && c.state !== 'taken') continue
        told.delete(id)
        notification.destroy(id)
        if (c) notification.info({ key: `${id} taken`, title: t('office:call.taken', { name: c.taken_by }), description: `${c.order} · ${c.op} ${c.op_name}`, duration: 6 })
      }
      if (!fresh) return
      for (const c of open.items.slice(0, open.mine)) {
        if (told.has(c.id)) continue
        told.add(c.id)
        notification.warning({
          key: c.id, duration: 0, onClose: () => told.delete(c.id),
          title: [t(`office:call.kind.${c.kind}`), c.work_center_name].filter(Boolean).join(' · '),
          description: [c.part_name, c.text, `${c.order} · ${c.op} ${c.op_name}`, t('office:call.from', { name: c.caller }), c.blocks && t('office:call.blocks')].filter(Boolean).join(' · '),
          actions: <Button type="primary" size="small" onClick={() => { notification.destroy(c.id); void navigate('/production/calls') }}>{t('office:call.look')}</Button>,
        })
      }
    }
    const stop = onNews((n) => {
      if (CALLED.includes(n.name)) void look(true).catch(() => {})
      else if (ANSWERED.includes(n.name) && told.size > 0) void look(false).catch(() => {})
    })
    return () => { stop(); told.forEach((id) => notification.destroy(id)) }
  }, [on, t, navigate, notification])
  return null
}
