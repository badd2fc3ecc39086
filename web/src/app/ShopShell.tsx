import { useQueryClient } from '@tanstack/react-query'
import i18n from 'i18next'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Outlet } from 'react-router'
import { refreshRoom } from '@/api/hooks'
import { Toasts } from '@/kit/shop/feedback'
import { outbox, toast } from '@/kit/shop'
import { ErrorBoundary } from './Boundary'
import { startEvents } from './events'
import { useMe } from './me'

const Life = lazy(() => Promise.all([import('@/shop/Life'), i18n.loadNamespaces('line')]).then(([m]) => m))

/** New code waits in the service worker until the operator says so: never in the middle of a report. */
function useUpdate(): (() => void) | undefined {
  const [waiting, setWaiting] = useState<ServiceWorker | undefined>()
  useEffect(() => {
    if (!('serviceWorker' in navigator) || import.meta.env.DEV) return
    void navigator.serviceWorker.register('/sw.js').then((reg) => {
      if (!reg) return
      const look = () => { if (reg.waiting && navigator.serviceWorker.controller) setWaiting(reg.waiting) }
      look()
      reg.addEventListener('updatefound', () => reg.installing?.addEventListener('statechange', look))
    }, () => {}) // plain http: no worker, everything else goes on
  }, [])
  return waiting && (() => {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
    waiting.postMessage('update')
  })
}

export default function ShopShell() {
  const { t } = useTranslation('app')
  const client = useQueryClient()
  const { data: me } = useMe()
  const update = useUpdate()
  const [later, setLater] = useState(false)
  useEffect(() => startEvents(client), [client])
  useEffect(() => { void outbox().run() }, [me?.login]) // a new person may send his own waiting acts
  useEffect(() => outbox().onLate((act, state) => {
    const what = `${act.lane} · ${act.label}`
    if (state === 'parked') return toast(t('shop:late.parked', { what }), 'red')
    void refreshRoom(client, act.path)
    toast(state === 'done' ? t('shop:late.done', { what }) : act.problem ?? what)
  }), [client, t])
  return (
    <div className="kw-shop">
      <ErrorBoundary><Suspense fallback={<div className="kw-wait" />}><Outlet /></Suspense></ErrorBoundary>
      {me && <Suspense><Life /></Suspense>}
      <Toasts />
      {update && !later && <div className="kw-update"><span>{t('update.text')}</span><button type="button" onClick={() => setLater(true)}>{t('update.later')}</button><button type="button" onClick={update}>{t('update.now')}</button></div>}
    </div>
  )
}
