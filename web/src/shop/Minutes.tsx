import { useTranslation } from 'react-i18next'

/** So long, in words. */
export function Minutes({ ms }: { ms: number }) {
  const { t } = useTranslation('shop')
  const m = Math.floor(ms / 60_000)
  return <>{m < 60 ? t('span.m', { m }) : t('span.hm', { h: Math.floor(m / 60), m: m % 60 })}</>
}
