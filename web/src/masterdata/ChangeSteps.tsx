import { useTranslation } from 'react-i18next'
import { showInstant } from '@/kit/dates'
import type { Change } from './changes'

/** How far a change is: drafted, asked for, approved (or not), effective, each with who and when. */
export function ChangeSteps({ change: c }: { change: Change }) {
  const { t } = useTranslation('masterdata')
  const ended = c.rejected_ms > 0 ? { id: 'rejected', by: c.rejected_by, at: c.rejected_ms } : c.withdrawn_ms > 0 ? { id: 'withdrawn', by: c.withdrawn_by, at: c.withdrawn_ms } : undefined
  const all = [
    { id: 'draft', by: c.made_by, at: c.made_ms },
    { id: 'requested', by: c.requested_by, at: c.requested_ms },
    { id: 'approved', by: c.approved_by, at: c.approved_ms },
    { id: 'effective', by: c.effective_by, at: c.effective_ms },
  ]
  const steps = ended ? [...all.filter((s) => s.at > 0), ended] : all
  return (
    <ol className="md-steps">
      {steps.map((s) => (
        <li key={s.id} className={[s.at > 0 ? 'md-step-done' : '', s.id === c.state ? 'md-step-now' : '', s === ended ? 'md-step-end' : ''].join(' ')}>
          <b>{t(`ec.step.${s.id}`)}</b>
          <span>{s.at > 0 ? <>{s.by} · <span className="num">{showInstant(s.at)}</span></> : s.id === 'effective' && c.effective_on ? <span className="num">{c.effect === 'use_up' ? t('ec.about', { date: c.effective_on }) : c.effective_on}</span> : '–'}</span>
        </li>
      ))}
    </ol>
  )
}
