import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'

/** Reasons for scrap and rework in the user's language. */
export function useReasons(): { names: Record<string, string>; scrap: string[]; rework: string[] } {
  const { i18n } = useTranslation()
  const { data } = useGet('/api/v1/production/reasons', { staleTime: 10 * 60_000 })
  const list = data ?? []
  return {
    names: Object.fromEntries(list.map((r) => [r.code, i18n.language === 'en' ? r.name_en : r.name_zh])),
    scrap: list.filter((r) => r.kind !== 'rework').map((r) => r.code),
    rework: list.filter((r) => r.kind !== 'scrap').map((r) => r.code),
  }
}
