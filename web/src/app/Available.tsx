import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useGet } from '@/api/hooks'
import { today } from '@/kit/dates'
import { format } from '@/kit/num'
import { useMay } from '@/kit/who'
import './available.css'

/** What of an item may still be promised, in one line, on the pages of other rooms. */
export function AvailableLine({ item }: { item: string }) {
  const { t, ready } = useTranslation('answers')
  const see = useMay()('planning.read')
  const { data: a } = useGet('/api/v1/planning/available/{item}', { path: { item }, enabled: see && !!item, live: ['inventory.', 'sales.'] })
  if (!a || !ready) return null
  const figures = [['onHand', a.on_hand], ['reserved', a.reserved], ['promised', a.promised], ['free', a.free], ['coming', a.coming], ['wanted', a.wanted]] as const
  const words: Record<string, string> = { onHand: t('available.onHand'), reserved: t('available.reserved'), promised: t('available.promised'), free: t('available.free'), coming: t('available.coming'), wanted: t('available.wanted') }
  return (
    <Link className="kw-available" to={`/planning/available/${encodeURIComponent(item)}`} title={t('available.freeAt', { day: today() })}>
      <b>{t('menu.available')}</b>
      {figures.map(([k, v]) => <span key={k} className={k === 'free' ? 'kw-free' : undefined}>{words[k]} <em className="num">{format(v)}</em></span>)}
      <small>{a.uom} →</small>
    </Link>
  )
}
