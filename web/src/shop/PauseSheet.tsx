import { useTranslation } from 'react-i18next'
import { BigButton, Choices, Notice, Sheet } from '@/kit/shop'
import { usePauseReasons } from './pausenames'

/** Why it pauses: one tap. */
export default function PauseSheet({ busy, onClose, onChoose }: { busy: boolean; onClose: () => void; onChoose: (reason: string) => void }) {
  const { t } = useTranslation('line')
  const { list } = usePauseReasons()
  const on = list.filter((r) => r.active)
  return (
    <Sheet open title={t('pause.title')} onClose={onClose}>
      {on.length > 0 ? <Choices options={on.map((r) => ({ value: r.code, label: r.name }))} onChange={(r) => { if (!busy) onChoose(r) }} /> : <><Notice tone="amber" icon="cloud" title={t('pause.none')} /><BigButton kind="main" onClick={() => onChoose('')}>{t('pause.plain')}</BigButton></>}
    </Sheet>
  )
}
