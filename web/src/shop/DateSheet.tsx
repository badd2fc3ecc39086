import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { today } from '@/kit/dates'
import { BigButton, Choices, Notice, NumberPad, Sheet } from '@/kit/shop'
import { dateOf, monthsOn } from './quantity'

/** A date with gloves on: eight digits, or so many months from today. */
export function DateSheet({ open, title, onChoose, onClose }: { open: boolean; title: string; onChoose: (date: string) => void; onClose: () => void }) {
  const { t } = useTranslation('floor')
  const [digits, setDigits] = useState('')
  const date = dateOf(digits)
  const shown = digits.padEnd(8, '_').replace(/(.{4})(.{2})(.{2})/, '$1-$2-$3')
  return (
    <Sheet open={open} title={title} onClose={onClose} bar={<><BigButton onClick={() => { setDigits(''); onChoose('') }}>{t('scan.clear')}</BigButton><BigButton kind="main" disabled={!date} onClick={() => { setDigits(''); if (date) onChoose(date) }}>{t('kit:ok')}</BigButton></>}>
      <div className="kf-date num" aria-live="polite">{shown}</div>
      {digits.length === 8 && !date && <Notice tone="red" title={t('wares:goods.noDate')} />}
      {date && date < today() && <Notice tone="red" icon="alert" title={t('wares:goods.expired')} />}
      <div className="kf-three"><Choices options={[6, 12, 24].map((m) => ({ value: monthsOn(today(), m), label: t('wares:goods.months', { n: m }) }))} onChange={(d) => setDigits(d.replaceAll('-', ''))} /></div>
      <NumberPad pin value={digits} onChange={(v) => { if (v.length <= 8) setDigits(v) }} />
    </Sheet>
  )
}
