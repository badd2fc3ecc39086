import { useTranslation } from 'react-i18next'
import type { By } from './model'

const SIGNS = {
  machine: ['run', 'setup', 'late', 'closed', 'down', 'overtime', 'pinned'],
  order: ['run', 'setup', 'late', 'pinned'],
  worker: ['run', 'setup', 'late', 'closed', 'absent', 'pinned'],
} as const

/** What the signs of the chart say. */
export function Legend({ by }: { by: By }) {
  const { t } = useTranslation('scheduling')
  return <ul className="ap-signs">{SIGNS[by].map((s) => <li key={s}><i className={`ap-sign ap-sign-${s}`} aria-hidden="true" />{t(`legend.${s}`)}</li>)}</ul>
}
