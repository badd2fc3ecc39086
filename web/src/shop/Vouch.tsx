import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '@/api/client'
import { messageOf } from '@/api/errors'
import { readCode } from '@/kit/code'
import { BigButton, Choices, Notice, NumberPad, ScanBox, Sheet, ShopCard } from '@/kit/shop'

const REASONS = ['trained', 'watched', 'urgent', 'papers'] as const

/** What somebody may not do alone, a shift leader allows here once: reason, badge, PIN. */
export default function Vouch({ text, busy, perm = 'production.override', why = '', onClose, onGiven }: { text: string; busy: boolean; perm?: 'production.override' | 'production.over_issue'; why?: string; onClose: () => void; onGiven: (reason: string, voucher: string) => void }) {
  const { t } = useTranslation('line')
  const [reason, setReason] = useState(why)
  const [badge, setBadge] = useState('')
  const [pin, setPin] = useState('')
  const [asking, setAsking] = useState(false)
  const [error, setError] = useState('')
  const scan = (code: string) => {
    const c = readCode(code)
    if (c.kind && c.kind !== 'BDG') return setError(t('shop:badge.notBadge'))
    setError('')
    setBadge(c.number)
  }
  const give = async () => {
    setAsking(true)
    setError('')
    try {
      const v = await call<{ voucher: string }>('POST', '/api/v1/me/vouched', { body: { badge, pin, perm } })
      onGiven(reason, v.voucher)
    } catch (err) {
      setError(messageOf(err))
      setBadge('')
    } finally {
      setPin('')
      setAsking(false)
    }
  }
  return (
    <Sheet open title={t(perm === 'production.override' ? 'step:vouch.title' : 'step:vouch.overTitle')} onClose={onClose} bar={badge ? <BigButton kind="main" icon="check" busy={asking || busy} disabled={pin.length < 4 || !reason} onClick={() => void give()}>{t(perm === 'production.override' ? 'step:vouch.give' : 'step:vouch.overGive')}</BigButton> : undefined}>
      {error ? <Notice tone="red" icon="alert" title={error} /> : <Notice tone="amber" icon="alert" title={text} />}
      {!badge && !why && <h3 className="kf-h3">{t('step:vouch.why')}</h3>}
      {why && <Notice title={`${t('step:vouch.why')}: ${why}`} />}
      {!badge && !why && <Choices value={reason} options={REASONS.map((r) => ({ value: t(`step:vouch.reason.${r}`), label: t(`step:vouch.reason.${r}`) }))} onChange={setReason} />}
      {reason && !badge && <ScanBox compact title={t('step:vouch.scan')} onScan={scan} />}
      {badge && (
        <>
          <ShopCard><div className="kw-meta">{t('shop:badge.badge')}</div><h2>{badge}</h2></ShopCard>
          <div className="kw-pin" aria-label={t('shop:badge.digits', { n: pin.length })}>{Array.from({ length: Math.max(4, pin.length) }, (_, i) => <i key={i} className={i < pin.length ? 'kw-on' : ''} />)}</div>
          <NumberPad pin value={pin} onChange={(v) => { if (v.length <= 8) setPin(v) }} />
        </>
      )}
    </Sheet>
  )
}
