import type { TFunction } from 'i18next'

/** A length of time as people say it: "2 d 4 h", "3 h 20 min", "15 min". */
export function span(ms: number, t: TFunction): string {
  const min = Math.max(0, Math.round(ms / 60_000))
  const d = Math.floor(min / 1440)
  const h = Math.floor((min % 1440) / 60)
  const m = min % 60
  const parts = d > 0 ? [t('scheduling:span.d', { n: d }), h > 0 ? t('scheduling:span.h', { n: h }) : ''] : h > 0 ? [t('scheduling:span.h', { n: h }), m > 0 ? t('scheduling:span.m', { n: m }) : ''] : [t('scheduling:span.m', { n: m })]
  return parts.filter(Boolean).join(' ')
}
