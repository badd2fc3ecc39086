import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

/** "1 h 20 min" since an instant, counted on by itself. */
export function Since({ ms }: { ms: number }) {
  const { t } = useTranslation('shop')
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => { const timer = setInterval(() => setNow(Date.now()), 30_000); return () => clearInterval(timer) }, [])
  const min = Math.max(0, Math.floor((now - ms) / 60_000))
  return <span className="num">{min < 60 ? t('span.m', { m: min }) : min < 1440 ? t('span.hm', { h: Math.floor(min / 60), m: min % 60 }) : t('span.d', { d: Math.floor(min / 1440) })}</span>
}
