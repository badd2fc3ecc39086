import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { call } from '@/api/client'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { onNews } from '@/app/events'
import { useMe } from '@/app/me'
import { logOut } from '@/app/session'
import { toast } from '@/kit/shop'
import { useMay } from '@/kit/who'
import WhoSheet from './WhoSheet'

/** After so many idle minutes a shared tablet asks for a badge again, and then shows the same page. */
function useLock(minutes: number) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const last = useRef(Date.now())
  useEffect(() => {
    if (minutes <= 0) return
    last.current = Date.now()
    const seen = () => { last.current = Date.now() }
    const events = ['pointerdown', 'keydown', 'scroll'] as const
    events.forEach((e) => window.addEventListener(e, seen, true))
    const timer = setInterval(() => {
      if (Date.now() - last.current < minutes * 60_000) return
      clearInterval(timer)
      const next = encodeURIComponent(location.pathname + location.search)
      void logOut(client).then(() => navigate(`/m/login?next=${next}`))
    }, 5_000)
    return () => { clearInterval(timer); events.forEach((e) => window.removeEventListener(e, seen, true)) }
  }, [minutes, client, navigate])
}

/** Tells at once when somebody calls for the help of this person's role. */
function useCallNews(on: boolean) {
  const { t } = useTranslation('line')
  const navigate = useNavigate()
  useEffect(() => {
    if (!on) return
    return onNews((n) => {
      if (n.name !== 'production.called' && n.name !== 'production.call_escalated') return
      void call<Answer<'get', '/api/v1/production/calls/open'>>('GET', '/api/v1/production/calls/open').then((o) => {
        const c = o.items.filter((x) => x.state !== 'taken').slice(0, o.mine).at(-1)
        if (c) toast(t('call.news', { what: [t(`call.kind.${c.kind}`), c.work_center_name, c.part_name || c.text].filter(Boolean).join(' · ') }), 'amber', { label: t('call.look'), run: () => void navigate('/m/calls') })
      }, () => {})
    })
  }, [on, t, navigate])
}

/** What goes on behind every page of the floor: changing the person, locking, calls for help. */
export default function Life() {
  const { data: me } = useMe()
  const may = useMay()
  const [badge, setBadge] = useState<string | undefined>()
  const settings = useGet('/api/v1/production/floor-settings', { enabled: may('production.read') && me?.kind === 'badge', staleTime: 30 * 60_000 })
  useLock(me?.kind === 'badge' ? (settings.data?.lock_min ?? 0) : 0)
  useCallNews(may('production.read'))
  useEffect(() => {
    const ask = (e: Event) => setBadge((e as CustomEvent<string>).detail)
    window.addEventListener('kw-who', ask)
    return () => window.removeEventListener('kw-who', ask)
  }, [])
  return badge === undefined ? null : <WhoSheet key={badge} badge={badge} onClose={() => setBadge(undefined)} />
}
