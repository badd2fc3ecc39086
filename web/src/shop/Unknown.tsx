import { useTranslation } from 'react-i18next'
import { BigButton, Notice, Sheet } from '@/kit/shop'
import type { Resolved } from './find'

/** A code that leads nowhere: what it looks like, and what to do about it. */
export default function Unknown({ found, onClose }: { found: Resolved; onClose: () => void }) {
  const { t } = useTranslation('line')
  const known = found.kind === 'machine' || found.kind === 'tool' ? t(`step:unknown.${found.kind}`, { code: found.title }) : undefined
  return (
    <Sheet open title={known ?? t('step:unknown.title')} onClose={onClose} bar={<BigButton kind="main" onClick={onClose}>{t('step:unknown.ok')}</BigButton>}>
      <h2 className="kf-biglot">{found.code}</h2>
      {!known && found.looks && <Notice tone="amber" icon="alert" title={t(`step:unknown.looks.${found.looks}`)}>{t(`step:unknown.do.${found.looks}`)}</Notice>}
      {!known && !found.looks && found.sub && <Notice tone="blue" title={found.sub} />}
    </Sheet>
  )
}
