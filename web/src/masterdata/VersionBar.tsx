import { Segmented } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { OPEN_END, showDate } from '@/kit/dates'
import { Chip } from '@/kit/Chip'
import './masterdata.css'

export interface Version { version: string; effective_from: string; effective_to: string; today: boolean }

/** Which version is looked at, from when to when it holds, and whether a new order would take it. */
export function VersionBar({ versions, version, onPick, extra }: { versions: Version[]; version: string; onPick: (v: string) => void; extra?: ReactNode }) {
  const { t } = useTranslation('masterdata')
  const now = versions.find((v) => v.version === version)
  return (
    <div className="md-versions">
      {versions.length > 1
        ? <Segmented size="small" value={version} onChange={onPick} options={versions.map((v) => ({ value: v.version, label: t('version', { v: v.version }) }))} />
        : <b>{t('version', { v: version })}</b>}
      {now && <span className="kw-dim num">{now.effective_from || now.effective_to !== OPEN_END ? `${showDate(now.effective_from) || '…'} – ${now.effective_to === OPEN_END ? '…' : now.effective_to}` : t('versionAlways')}</span>}
      {now?.today && <Chip status="active" word={t('versionToday')} tone="green" />}
      <span className="kw-grow" />
      {extra}
    </div>
  )
}
