import { Select } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Filter } from '@/kit/crud/listState'

/** The site that is asked about, in the address of the page; undefined is one's first. */
export function useSite(): string | undefined {
  return useSearchParams()[0].get('site') ?? undefined
}

/** The same, but one's first is named where none is chosen: for what filters by site. */
export function useSiteCode(): string | undefined {
  const chosen = useSite()
  const first = useGet('/api/v1/masterdata/sites', { enabled: !chosen }).data?.items[0]?.code
  return chosen ?? first
}

/** Keeps the chosen site in a link to another page. */
export function useAtSite(): (to: string) => string {
  const site = useSite()
  return (to) => (site ? `${to}${to.includes('?') ? '&' : '?'}site=${encodeURIComponent(site)}` : to)
}

/** Filters a list by that site where there are several. */
export function useSiteFilter(): Filter[] {
  const site = useSite()
  const sites = useGet('/api/v1/masterdata/sites').data?.items ?? NONE
  const value = sites.length > 1 ? (site ?? sites[0]?.code) : undefined
  return useMemo(() => (value ? [{ col: 'site', op: 'eq', value }] : []), [value])
}
const NONE: { code: string }[] = []

/** Chooses the site where there are several. */
export function SitePick({ onChange }: { onChange?: () => void }) {
  const { t } = useTranslation('office')
  const [params, setParams] = useSearchParams()
  const sites = useGet('/api/v1/masterdata/sites').data?.items ?? []
  if (sites.length < 2) return null
  const put = (v: string) => {
    setParams((p) => { if (v === sites[0]?.code) p.delete('site'); else p.set('site', v); return p }, { replace: true })
    onChange?.()
  }
  return <Select aria-label={t('site')} value={params.get('site') ?? sites[0]?.code} onChange={put} style={{ width: 150 }} options={sites.map((s) => ({ value: s.code, label: s.name || s.code }))} />
}
