import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'

export function usePauseReasons() {
  const { i18n } = useTranslation()
  const { data } = useGet('/api/v1/production/pause-reasons', { keep: true, staleTime: 3_600_000 })
  return { loaded: !!data, list: (data?.items ?? []).map((r) => ({ code: r.code, name: i18n.language === 'zh' ? r.name_zh : r.name_en, active: r.active })) }
}

/** The word for a reason; what somebody typed stays as it is. */
export function usePauseNames(): (code: string) => string {
  const { list } = usePauseReasons()
  return (code) => list.find((r) => r.code === code)?.name ?? code
}
