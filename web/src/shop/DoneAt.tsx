import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { serverNow } from '@/api/client'
import { momentOf, wallText } from '@/kit/moment'
import { BigButton, Choices, Sheet } from '@/kit/shop'
import './doneat.css'

const AGO = [30, 60, 120, 240] as const

/** When the pieces were finished, for whoever reports later: some minutes ago, or a day and a time by the factory's clock. */
export default function DoneAt({ value, onChange, onClose }: { value: number; onChange: (ms: number) => void; onClose: () => void }) {
  const { t } = useTranslation('line')
  const [text, setText] = useState(value ? wallText(value) : '')
  const ms = text ? momentOf(text) : 0
  const late = ms > serverNow()
  return (
    <Sheet open title={t('step:doneAt.title')} onClose={onClose} bar={<><BigButton onClick={() => onChange(0)}>{t('step:doneAt.now')}</BigButton><BigButton kind="main" icon="check" disabled={!ms || Number.isNaN(ms) || late} onClick={() => onChange(ms)}>{t('step:doneAt.set')}</BigButton></>}>
      <Choices options={AGO.map((n) => ({ value: String(n), label: t(n < 60 ? 'step:doneAt.min' : 'step:doneAt.hours', { n: n < 60 ? n : n / 60 }) }))} onChange={(n) => onChange(serverNow() - Number(n) * 60_000)} />
      <label className="kf-when"><span>{t('step:doneAt.on')}</span><input type="datetime-local" value={text} max={wallText(serverNow())} onChange={(e) => setText(e.target.value)} /></label>
      {late && <p className="kw-late">{t('step:doneAt.late')}</p>}
    </Sheet>
  )
}
