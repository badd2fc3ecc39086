import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { ApiError, messageOf } from '@/api/errors'
import { useMeta } from '@/app/me'
import { safeNext } from '@/app/next'
import { logInByBadge } from '@/app/session'
import { readCode } from '@/kit/code'
import { me, myName } from '@/kit/who'
import { keepRecent, recent } from './recent'
import { BigButton, Choices, Notice, NumberPad, ScanBox, ShopCard, ShopPage } from '@/kit/shop'

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

  const { data: meta } = useMeta()

  async function enter(badge: string, pin: string) {
    setBusy(true)
    setError('')
    try {
      await logInByBadge(client, badge, pin)
      keepRecent({ badge, name: myName() || me() })
      void navigate(safeNext(search.get('next'), '/m'), { replace: true })
    } catch (err) {
      setBadge(badge)
      if (!(err instanceof ApiError && err.code === 'identity.pin_needed')) setError(messageOf(err))
      setPin('')
    } finally {
      setBusy(false)
    }
  }
  // a badge that was scanned elsewhere on the floor: its owner takes over
  const carried = useRef(search.get('badge'))
  useEffect(() => {
    const b = carried.current
    if (!b || !meta) return
    carried.current = null
    if (meta.badge_only) void enter(b, '')
    else setBadge(b)
  })
  const scan = (text: string) => {
    const c = readCode(text)
    setError('')
    if (c.kind && c.kind !== 'BDG') return setError(t('badge.notBadge'))
    if (meta?.badge_only) void enter(c.number, '')
    else setBadge(c.number)
  }
  const lately = meta?.badge_only ? [] : recent()
  const demo = meta?.logins?.filter((d) => d.badge) ?? []
  return (
    <div className="kw-shop">
      <ShopPage
        title={t('badge.title')} back={search.get('badge') ? '/m' : badge ? () => { setBadge(''); setPin(''); setError('') } : undefined}
        bar={badge ? <BigButton kind="main" busy={busy} disabled={pin.length < 4} onClick={() => void enter(badge, pin)}>{t('badge.enter')}</BigButton> : undefined}
      >
        <div className="kw-narrow">
          {!badge && <ScanBox title={t('badge.scan')} hint={t('badge.hint')} busy={busy} onScan={scan} />}
          {!badge && error && <Notice tone="red" icon="alert" title={error} />}
          {!badge && lately.length > 0 && <><div className="kw-meta">{t('badge.recent')}</div><Choices options={lately.map((r) => ({ value: r.badge, label: r.name, sub: r.badge }))} onChange={(b) => { setError(''); setBadge(b) }} /></>}
          {badge && (
            <>
              <ShopCard><div className="kw-meta">{t('badge.badge')}</div><h2>{badge}</h2></ShopCard>
              {error ? <Notice tone="red" icon="alert" title={error} /> : <Notice tone="blue" title={t('badge.pin')} />}
              <div className="kw-pin" aria-label={t('badge.digits', { n: pin.length })}>{Array.from({ length: Math.max(4, pin.length) }, (_, i) => <i key={i} className={i < pin.length ? 'kw-on' : ''} />)}</div>
              <NumberPad pin value={pin} onChange={(v) => { if (v.length <= 8) setPin(v) }} />
            </>
          )}
          {!badge && demo.length > 0 && <Choices options={demo.map((d) => ({ value: d.badge!, label: t(`app:role.${d.role}`, { defaultValue: d.role }), sub: d.name }))} onChange={(b) => void enter(b, demo.find((d) => d.badge === b)?.pin ?? '')} />}
          {!badge && meta?.trust_url && <Notice tone="amber" icon="alert" title={t('badge.insecure')}><a href={meta.trust_url}>{t('badge.trust')}</a></Notice>}
          {!badge && <a className="kw-office-link" href="/login">{t('badge.password')} →</a>}
        </div>
      </ShopPage>
    </div>
  )
}
