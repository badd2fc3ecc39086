import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'
import { Card, Facts, Lines, type Column } from '@/kit/crud'
import { format, isZero } from '@/kit/num'
import { useMay } from '@/kit/who'
import { hoursOf, type TimePage } from './loop'

type Oee = NonNullable<TimePage['oee']>
type Loss = NonNullable<Oee['losses']>[number]
const lossId = (l: Loss) => l.reason

/** What became of the hours in which a machine had work: availability, performance, quality, and what was lost for which reason. */
export function OeeCard({ oee }: { oee: Oee }) {
  const { t, i18n } = useTranslation('loop')
  const may = useMay()('production.read')
  const reasons = useGet('/api/v1/production/pause-reasons', { enabled: may })
  const nameOf = (code: string): string => {
    const r = (reasons.data?.items ?? []).find((x) => x.code === code)
    return (r && (i18n.language.startsWith('zh') ? r.name_zh : r.name_en)) || code
  }
  const pct = (v: string) => isZero(v) ? <span className="kw-dim">–</span> : <b className="num">{format(v, 1)} %</b>
  const facts: Column<Oee>[] = [
    { key: 'availability_pct', label: 'oee.availability', render: (o) => pct(o.availability_pct) }, { key: 'performance_pct', label: 'oee.performance', render: (o) => pct(o.performance_pct) }, { key: 'quality_pct', label: 'oee.quality', render: (o) => pct(o.quality_pct) }, { key: 'oee_pct', label: 'oee.oee', render: (o) => pct(o.oee_pct) },
    { key: 'there_ms', label: 'oee.there', render: (o) => hoursOf(o.there_ms, t) }, { key: 'ran_ms', label: 'oee.ran', render: (o) => hoursOf(o.ran_ms, t) },
  ]
  const losses: Column<Loss>[] = [
    { key: 'reason', label: 'oee.reason', render: (l) => nameOf(l.reason) }, { key: 'ms', label: 'oee.minutes', render: (l) => <span className="num">{hoursOf(l.ms, t)}</span> }, { key: 'pct', label: 'oee.pct', render: (l) => <span className="num">{format(l.pct, 1)} %</span> },
  ]
  return (
    <>
      <Card><Facts ns="loop" columns={facts} row={oee} /></Card>
      {(oee.losses ?? []).length > 0 ? <Lines ns="loop" columns={losses} rows={oee.losses ?? []} id={lossId} /> : <div className="kw-none">{t('oee.none')}</div>}
    </>
  )
}
