import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { safeNext } from '@/app/next'
import { logInByBadge } from '@/app/session'
import { BigButton, Notice, NumberPad, ScanBox, ShopCard, ShopPage } from '@/kit/shop'

/** Badge, then PIN; a shared tablet knows nobody in between. */
export default function BadgePage() {
  const { t } = useTranslation('shop')
  const client = useQueryClient()
  const navigate = useNavigate()
  const [search] = useSearchParams()
  const [badge, setBadge] = useState('')
  const [pin, setPin] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')

  async function enter() {
    setBusy(true)
    setError('')
    try {
      await logInByBadge(client, badge, pin)
      void navigate(safeNext(search.get('next'), '/m'), { replace: true })
    } catch (err) {
      setError(messageOf(err))
      setPin('')
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="kw-shop">
      <ShopPage
        title={t('badge.title')} back={badge ? () => { setBadge(''); setPin(''); setError('') } : undefined}
        bar={badge ? <BigButton kind="main" busy={busy} disabled={pin.length < 4} onClick={() => void enter()}>{t('badge.enter')}</BigButton> : undefined}
      >
        <div className="kw-narrow">
          {!badge && <ScanBox title={t('badge.scan')} hint={t('badge.hint')} onScan={(c) => { setBadge(c); setError('') }} />}
          {badge && (
            <>
              <ShopCard><div className="kw-meta">{t('badge.badge')}</div><h2>{badge}</h2></ShopCard>
              {error ? <Notice tone="red" icon="alert" title={error} /> : <Notice tone="blue" title={t('badge.pin')} />}
              <div className="kw-pin" aria-label={t('badge.digits', { n: pin.length })}>{Array.from({ length: Math.max(4, pin.length) }, (_, i) => <i key={i} className={i < pin.length ? 'kw-on' : ''} />)}</div>
              <NumberPad pin value={pin} onChange={(v) => { if (v.length <= 8) setPin(v) }} />
            </>
          )}
          {!badge && <a className="kw-office-link" href="/login">{t('badge.password')} →</a>}
        </div>
      </ShopPage>
    </div>
  )
}
