import { Select } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'
import type { Row } from '@/api/types'
import { Card, SubList, type Column } from '@/kit/crud'
import { addDays, today } from '@/kit/dates'
import { draftName } from './names'
import { Attained, AttainedBy, Facts } from './attained'

type Run = Row<'/api/v1/scheduling/runs'>
const newest = ['-recorded_ms']
const byDay = ['-day', 'end_ms']
const open = (r: Run) => `/scheduling/history/${r.id}`

/** Plan and fact: how much of what was planned was done as planned, and every schedule that was published. */
export default function HistoryPage() {
  const { t } = useTranslation('scheduling')
  const [days, setDays] = useState(14)
  const to = today()
  const from = addDays(to, 1 - days)
  const p = useGet('/api/v1/scheduling/attainment', { query: { from, to }, live: ['production.', 'scheduling.'] })
  const fixed = useMemo(() => [{ col: 'day', op: 'ge' as const, value: from }, { col: 'day', op: 'le' as const, value: to }], [from, to])
  const columns: Column<Run>[] = [
    { key: 'recorded_ms', type: 'instant', label: 'pub.at' }, { key: 'actor' }, { key: 'name', label: 'pub.name', render: (r) => draftName(t, r.name, t(`rule.${r.rule}`)) }, { key: 'live', type: 'bool' }, { key: 'superseded_ms', type: 'instant', label: 'pub.until' },
    { key: 'orders', type: 'number' }, { key: 'ops', type: 'number' }, { key: 'moved', type: 'number', label: 'pub.moved' }, { key: 'late', render: (r) => <span className={r.late > 0 ? 'num kw-late' : 'num kw-dim'}>{r.late}</span> }, { key: 'kept', type: 'bool', label: 'pub.kept' },
  ]
  return (
    <div className="ap-run kw-loaded">
      <Card title={t('attain.title')} extra={<Select value={days} onChange={setDays} aria-label={t('attain.period')} style={{ width: 150 }} options={[1, 7, 14, 31, 62].map((n) => ({ value: n, label: n === 1 ? t('attain.today') : t('attain.lastDays', { n }) }))} />}>
        {p.data && <Attained p={p.data} />}
      </Card>
      {p.data && <AttainedBy p={p.data} facts={<Facts path="/api/v1/scheduling/facts" fixed={fixed} sort={byDay} />} />}
      <Card title={t('pub.title')} flush><SubList ns="scheduling" path="/api/v1/scheduling/runs" columns={columns} sort={newest} open={open} empty={<div className="kw-none">{t('none.text')}</div>} /></Card>
    </div>
  )
}
