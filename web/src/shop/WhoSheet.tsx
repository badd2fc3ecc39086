import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, messageOf } from '@/api/errors'
import { useMeta } from '@/app/me'
import { logInByBadge } from '@/app/session'
import { readCode } from '@/kit/code'
import { BigButton, Choices, Notice, NumberPad, outbox, ScanBox, Sheet, toast } from '@/kit/shop'
import { me, myName } from '@/kit/who'
import { keepRecent, recent } from './recent'

/** Another person takes over without leaving the page: badge, PIN when it is asked, done. */
export default function WhoSheet({ badge: first, onClose }: { badge: string; onClose: () => void }) {
  const { t } = useTranslation('line')
  const client = useQueryClient()
  const { data: meta } = useMeta()
  const [badge, setBadge] = useState('')
  const [pin, setPin] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const known = recent()
  const name = known.find((r) => r.badge === badge)?.name ?? badge

  const enter = async (b: string, p: string) => {
    setBusy(true)
    setError('')
    try {
      await outbox().run() // what waits is sent in the name of the one who did it
      await logInByBadge(client, b, p)
      keepRecent({ badge: b, name: myName() || me() })
      toast(t('who.now', { name: myName() || me() }))
      onClose()
    } catch (err) {
      setBadge(b)
      if (!(err instanceof ApiError && err.code === 'identity.pin_needed')) setError(messageOf(err))
      setPin('')
    } finally {
      setBusy(false)
    }
  }
  const choose = (b: string) => {
    setError('')
    setPin('')
    if (meta?.badge_only) void enter(b, '')
    else setBadge(b)
  }
  const given = useRef('')
  useEffect(() => { if (first && meta && given.current !== first) { given.current = first; choose(first) } })
  const scan = (text: string) => {
    const c = readCode(text)
    if (c.kind && c.kind !== 'BDG') return setError(t('shop:badge.notBadge'))
    choose(c.number)
  }
  return (
    <Sheet open title={t('who.title')} onClose={onClose} bar={badge ? <BigButton kind="main" busy={busy} disabled={pin.length < 4} onClick={() => void enter(badge, pin)}>{t('who.enter')}</BigButton> : undefined}>
      {error && <Notice tone="red" icon="alert" title={error} />}
      {badge
        ? (
            <>
              {!error && <Notice tone="blue" title={t('who.pin', { name })} />}
              <div className="kw-pin" aria-label={t('shop:badge.digits', { n: pin.length })}>{Array.from({ length: Math.max(4, pin.length) }, (_, i) => <i key={i} className={i < pin.length ? 'kw-on' : ''} />)}</div>
              <NumberPad pin value={pin} onChange={(v) => { if (v.length <= 8) setPin(v) }} />
              <BigButton small onClick={() => { setBadge(''); setError('') }}>{t('who.other')}</BigButton>
            </>
          )
        : (
            <>
              {!meta?.badge_only && known.length > 0 && <Choices options={known.map((r) => ({ value: r.badge, label: r.name, sub: r.badge }))} onChange={choose} />}
              <ScanBox compact title={t('who.scan')} busy={busy} onScan={scan} />
            </>
          )}
    </Sheet>
  )
}
