import { CheckOutlined } from '@ant-design/icons'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import { Chip } from '@/kit/Chip'
import { ActButton, Card, DetailPage, Facts, Lines, type Column } from '@/kit/crud'
import { format } from '@/kit/num'
import { useMay } from '@/kit/who'
import { decisionColumns, hoursOf, KINDS, pairOf, signed, spansOf, timeTone, toItem, toOrder, took, type TimePage as Page } from './loop'
import { OeeCard } from './OeeCard'

type Sample = NonNullable<Page['samples']>[number]
type Machine = NonNullable<Page['machines']>[number]
const sampleId = (s: Sample) => `${s.order}|${s.at_ms}|${s.value}`
const machineId = (m: Machine) => m.machine

/** One time with the reports that it comes from. */
export default function TimePage() {
  const { t, i18n } = useTranslation('loop')
  const { id = '' } = useParams()
  const may = useMay()('scheduling.learn')
  const query = useGet('/api/v1/scheduling/times/{id}', { path: { id }, live: ['scheduling.'] })
  const decide = useSend('post', '/api/v1/scheduling/times/decide')
  const p = query.data
  const kind = p?.kind ?? 'run'
  const hours = kind === 'available' || kind === 'calendar'
  const facts: Column<Page>[] = [
    { key: 'kind', type: 'enum', options: KINDS, words: 'kind' }, { key: 'work_center_name' }, ...(p?.machine ? [{ key: 'machine' } satisfies Column<Page>] : []), { key: 'item', type: 'link', to: toItem }, { key: 'op', type: 'number' }, { key: 'routing' }, ...(kind === 'changeover' ? [{ key: 'from_family', label: 'f.pair', render: (r) => pairOf(r, t) } satisfies Column<Page>] : []),
    ...(kind === 'calendar' ? [{ key: 'weekday', render: (r) => t(`weekday.${r.weekday}`) }, { key: 'hours_was', render: (r) => spansOf(r.hours_was, t) }, { key: 'hours_is', render: (r) => <b>{spansOf(r.hours_is, t)}</b> }, { key: 'weeks', type: 'number' }] satisfies Column<Page>[] : []),
    { key: 'planned', render: (r) => took(r.planned, kind, t) }, { key: 'median', render: (r) => <b>{took(r.median, kind, t)}</b> }, { key: 'diff_pct', render: (r) => signed(r.diff_pct) },
    ...(kind === 'available' ? [{ key: 'hours_planned', render: (r) => t('hours', { n: format(r.hours_planned, 1) }) }, { key: 'hours_real', render: (r) => t('hours', { n: format(r.hours_real, 1) }) }] satisfies Column<Page>[] : []),
    { key: 'q1', label: 'f.spread', render: (r) => `${took(r.q1, kind, t)} – ${took(r.q3, kind, t)}` }, { key: 'n', type: 'number', label: kind === 'available' ? 'f.shifts' : kind === 'calendar' ? 'f.hits' : undefined }, { key: 'pieces', render: (r) => format(r.pieces) }, { key: 'outliers', type: 'number' },
    { key: 'open_orders', type: 'number', label: kind === 'changeover' ? 'f.changes' : undefined }, { key: 'effect_ms', render: (r) => hoursOf(r.effect_ms, t) }, { key: 'made_ms', type: 'instant' },
  ]
  const shown = facts.filter((f) => kind === 'run' || (f.key !== 'pieces' && (kind === 'setup' || !['item', 'op', 'routing', ...(kind === 'changeover' ? [] : ['open_orders', 'effect_ms'])].includes(f.key))))
  const samples: Column<Sample>[] = [
    { key: 'at_ms', type: 'instant' }, ...(kind === 'efficiency' || hours ? [] : [{ key: 'order', type: 'link', to: toOrder } satisfies Column<Sample>, { key: 'worker' } satisfies Column<Sample>, { key: 'machine' } satisfies Column<Sample>]),
    ...(kind === 'run' ? [{ key: 'pieces', render: (s) => <span className="num">{format(s.pieces)}</span> } satisfies Column<Sample>] : []), ...(kind === 'available' ? [...((p?.samples ?? []).some((s) => s.shift) ? [{ key: 'shift' } satisfies Column<Sample>] : []), { key: 'pieces', label: 'f.there_min', render: (s) => <span className="num">{took(s.pieces, 'run', t)}</span> } satisfies Column<Sample>] : kind === 'calendar' ? [{ key: 'hours', render: (s) => spansOf(s.hours ?? '', t) } satisfies Column<Sample>] : []), { key: 'minutes', render: (s) => <span className="num">{took(s.minutes, 'run', t)}</span> },
    { key: 'value', label: `value.${kind}`, render: (s) => <b className="num">{took(s.value, kind, t)}</b> }, { key: 'outlier', render: (s) => (s.outlier ? <Chip status="outlier" tone="amber" word={t('f.outlier')} /> : null) },
  ]
  const machines: Column<Machine>[] = [
    { key: 'machine' }, { key: 'n', type: 'number' }, { key: 'pieces', render: (m) => <span className="num">{format(m.pieces)}</span> }, { key: 'median', render: (m) => <b className="num">{took(m.median, kind, t)}</b> },
    { key: 'q1', label: 'f.spread', render: (m) => <span className="num">{took(m.q1, kind, t)} – {took(m.q3, kind, t)}</span> },
  ]
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const acts = useMemo(() => decisionColumns(t).filter((c) => !['item', 'item_name', 'op', 'work_center', 'machine', 'kind', 'from_family', 'to_family'].includes(c.key)), [i18n.language])
  const said = (r: Page): string => {
    if (kind === 'available') return t('time.subAvailable', { planned: took(r.planned, kind, t), day: format(r.hours_planned, 1), real: format(r.hours_real, 1), n: r.n, median: took(r.median, kind, t) })
    if (kind === 'calendar') return t((r.samples ?? []).length > 0 || r.hours_is ? 'time.subCalendar' : 'time.subIdle', { n: r.n, weeks: r.weeks, was: spansOf(r.hours_was, t), is: spansOf(r.hours_is, t) })
    return t('time.sub', { kind: t(`kind.${kind}`), planned: took(r.planned, kind, t), median: took(r.median, kind, t) })
  }
  const answerable = may && p && p.state !== 'few' && p.state !== 'asked'
  return (
    <DetailPage
      query={query} title={p ? `${p.item || p.machine || p.work_center_name}${p.op ? ` / ${p.op}` : ''}${p.kind === 'changeover' ? ` · ${pairOf(p, t)}` : p.kind === 'calendar' ? ` · ${t(`weekday.${p.weekday}`)}` : ''}` : ''} sub={p ? said(p) : ''}
      facts={p && <><Chip status={p.state} tone={timeTone(p.state)} word={t(`state.${p.state}`)} /><Facts ns="loop" columns={shown} row={p} /></>}
      actions={answerable && (
        <>
          <ActButton type="primary" icon={<CheckOutlined />} send={decide} input={{ body: { times: [id], adopt: true } }} confirm={{ title: t('times.adoptAsk', { n: 1 }), text: t('times.adoptText') }} done={t('times.adopted', { n: 1 })}>{t('times.adopt')}</ActButton>
          <ActButton send={decide} input={(reason: string) => ({ body: { times: [id], adopt: false, reason } })} confirm={{ title: t('times.declineAsk', { n: 1 }), reason: true }} done={t('times.declined', { n: 1 })}>{t('times.decline')}</ActButton>
        </>
      )}
      tabs={p && [
        { key: 'samples', label: t('time.samples', { n: (p.samples ?? []).length }), children: <Lines ns="loop" columns={samples} rows={p.samples ?? []} id={sampleId} /> },
        ...(p.oee ? [{ key: 'oee', label: t('oee.title'), children: <OeeCard oee={p.oee} /> }] : []),
        ...((p.machines ?? []).length > 0 ? [{ key: 'machines', label: t('time.machines'), children: <Lines ns="loop" columns={machines} rows={p.machines ?? []} id={machineId} /> }] : []),
        { key: 'acts', label: t('menu.decisions'), children: (p.acts ?? []).length > 0 ? <Lines ns="loop" columns={acts} rows={p.acts ?? []} /> : <Card><div className="kw-none">{t('decisions.none')}</div></Card> },
      ]}
    />
  )
}
