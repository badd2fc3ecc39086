import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'

/** The word for the reason of a pause; what somebody typed stays as it is. */
export function usePauseNames(): (code: string) => string {
  const { i18n } = useTranslation()
  const { data } = useGet('/api/v1/production/pause-reasons', { staleTime: 3_600_000 })
  return (code) => { const r = data?.items?.find((x) => x.code === code); return r ? (i18n.language === 'zh' ? r.name_zh : r.name_en) : code }
}

/** "1 h 20 min" for milliseconds. */
export function useSpan(): (ms: number) => string {
  const { t } = useTranslation('production')
  return (ms) => { const m = Math.max(0, Math.floor(ms / 60_000)); return m < 60 ? t('span.m', { m }) : t('span.hm', { h: Math.floor(m / 60), m: m % 60 }) }
}
