import { useTranslation } from 'react-i18next'
import { format, isZero, type Dec } from '@/kit/num'

/** The efficiency of a machine, where it is another than its work center's. */
export function OwnEfficiency({ pct }: { pct: Dec }) {
  const { t } = useTranslation('masterdata')
  return isZero(pct) ? <span className="kw-dim">{t('center.same')}</span> : <span className="num">{format(pct)}</span>
}
