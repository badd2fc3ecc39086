import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import { showTime } from '@/kit/dates'
import { BigButton, Choices, Notice, Sheet, toast } from '@/kit/shop'
import { useMay } from '@/kit/who'
import { Refused } from './parts'
import './doneat.css'

const REASONS = ['put', 'gauge', 'fine'] as const

/** This operation alone is held: why, and who may lets it go on from here. */
export function HeldHere({ order, op, reason, since }: { order: string; op: number; reason: string; since: number }) {
  const { t } = useTranslation('line')
  const may = useMay()
  const [open, setOpen] = useState(false)
  const [words, setWords] = useState('')
  const free = useSend('post', '/api/v1/production/operations/unhold')
  const send = () => free.mutate({ body: { order, op, reason: words.trim() } }, { onSuccess: () => { setOpen(false); toast(t('held.done')) } })
  return (
    <>
      <Notice tone="red" icon="alert" title={t('held.title')}>{reason}<br /><small>{showTime(since)} · {t('held.text')}</small></Notice>
      {may('production.hold') && <BigButton small icon="check" onClick={() => setOpen(true)}>{t('held.free')}</BigButton>}
      <Sheet open={open} title={t('held.why')} onClose={() => setOpen(false)} bar={<BigButton kind="main" icon="check" busy={free.isPending} disabled={!words.trim()} onClick={send}>{t('held.free')}</BigButton>}>
        <Choices options={REASONS.map((r) => ({ value: t(`held.reason.${r}`), label: t(`held.reason.${r}`) }))} value={words} onChange={setWords} />
        <label className="kf-when"><span>{t('held.own')}</span><input type="text" value={words} maxLength={200} onChange={(e) => setWords(e.target.value)} /></label>
      </Sheet>
      <Refused error={free.error} order={order} onClose={free.reset} />
    </>
  )
}
