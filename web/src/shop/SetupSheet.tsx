import { useTranslation } from 'react-i18next'
import { BigButton, Sheet } from '@/kit/shop'
import { Minutes } from './Minutes'

/** Set up first, or run at once: the time of setting up is kept apart from the run. */
export default function SetupSheet({ norm, busy, onClose, onChoose }: { norm: number; busy?: boolean; onClose: () => void; onChoose: (kind: 'setup' | 'run') => void }) {
  const { t } = useTranslation('line')
  return (
    <Sheet open title={t('setup.title')} onClose={onClose}>
      <BigButton kind="main" icon="tool" busy={busy} sub={<>{t('setup.setSubNo')}{norm > 0 && <> · {t('setup.norm')} <Minutes ms={norm} /></>}</>} onClick={() => onChoose('setup')}>{t('setup.set')}</BigButton>
      <BigButton icon="play" busy={busy} sub={t('setup.runSub')} onClick={() => onChoose('run')}>{t('setup.run')}</BigButton>
    </Sheet>
  )
}
