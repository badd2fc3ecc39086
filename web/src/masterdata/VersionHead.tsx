import { Input, Skeleton } from 'antd'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'

const DateField = lazy(() => import('@/kit/crud/DateField'))

export interface HeadDraft { version: string; from: string; to: string; reason: string }

/** Code, dates and reason of a version that is edited. */
export function VersionHead({ head, onChange, fresh, errors, plain }: { head: HeadDraft; onChange: (h: HeadDraft) => void; fresh: boolean; errors: Record<string, string>; plain?: boolean }) {
  const { t } = useTranslation('masterdata')
  const field = (key: keyof HeadDraft, at: string, type: string, width: number, hint?: string) => (
    <label className={errors[at] ? 'md-bad' : undefined}>
      <span>{t(`edit.${key}`)}</span>
      {type === 'date'
        ? <Suspense fallback={<Skeleton.Input active />}><DateField value={head[key]} onChange={(v) => onChange({ ...head, [key]: (v as string | undefined) ?? '' })} /></Suspense>
        : <Input value={head[key]} disabled={key === 'version' && !fresh} style={{ width }} status={errors[at] ? 'error' : undefined} placeholder={hint} onChange={(e) => onChange({ ...head, [key]: e.target.value })} />}
      {errors[at] && <small className="md-bad-text">{errors[at]}</small>}
    </label>
  )
  if (plain) return <div className="md-head">{field('version', 'version', 'text', 110)}</div>
  return <div className="md-head">{field('version', 'version', 'text', 110)}{field('from', 'effective_from', 'date', 150)}{field('to', 'effective_to', 'date', 150)}{field('reason', 'reason', 'text', 260, t('edit.reasonHint'))}</div>
}
