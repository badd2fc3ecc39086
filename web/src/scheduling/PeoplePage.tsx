import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useSend } from '@/api/hooks'
import type { Body, Row } from '@/api/types'
import { ActButton, FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { addDays, instantAt, today } from '@/kit/dates'
import { SitePick, useSiteFilter } from '@/kit/SitePick'
import { useMay } from '@/kit/who'

type Hours = Row<'/api/v1/scheduling/workers'>
type Absence = Row<'/api/v1/scheduling/absences'>
type Away = NonNullable<Body<'post', '/api/v1/scheduling/absences'>> & { from?: string; to?: string }
type Shift = NonNullable<Body<'post', '/api/v1/scheduling/workers/shift'>>
const columns: Column<Hours>[] = [{ key: 'worker' }, { key: 'name' }, { key: 'team' }, { key: 'skills' }, { key: 'calendar' }, { key: 'absences', type: 'number' }]
const sort = ['worker']
const NEWEST = ['-from_ms']
const COUNTS = [{ col: 'ended_ms', op: 'eq' as const, value: '0' }]
/** A moment as a form has it: "2026-03-02T08:00". */
const at = (v: unknown) => instantAt(String(v).slice(0, 10), String(v).slice(11, 16))
const idOf = (h: Hours) => `${h.site} ${h.worker}`

/** When people are there, as the schedule counts with it: the calendar that each works by, and absences. */
export default function PeoplePage() {
  const { t } = useTranslation('scheduling')
  const acts = useMay()('scheduling.run')
  const here = useSiteFilter()
  const [view, setView] = useState<'hours' | 'away'>('hours')
  const [away, setAway] = useState<Hours[] | undefined>()
  const [shift, setShift] = useState<Hours[] | undefined>()
  const workers = useGet('/api/v1/scheduling/workers', { query: { limit: 500, sort: 'worker' }, enabled: acts && !!away })
  const calendars = useGet('/api/v1/masterdata/calendars', { query: { limit: 200, sort: 'code' }, enabled: acts && !!shift })
  const end = useSend('post', '/api/v1/scheduling/absences/{id}/end')
  const names = Object.fromEntries((workers.data?.items ?? away ?? []).map((w) => [w.worker, `${w.worker} ${w.name}`]))
  const awayFields: Field<Away>[] = [
    { key: 'workers', type: 'multi', required: true, options: Object.keys(names), names, label: 'f.workers' },
    { key: 'from', type: 'datetime', required: true, half: true, label: 'f.from_ms' }, { key: 'to', type: 'datetime', required: true, half: true, label: 'f.to_ms' },
    { key: 'reason', required: true, label: 'f.note' },
  ]
  const shiftFields: Field<Shift>[] = [{ key: 'calendar', type: 'select', options: (calendars.data?.items ?? []).map((c) => c.code), names: Object.fromEntries((calendars.data?.items ?? []).map((c) => [c.code, `${c.code} ${c.name}`])), help: 'scheduling:people.calendarHelp' }]
  const absences: Column<Absence>[] = [
    { key: 'worker' }, { key: 'name' }, { key: 'from_ms', type: 'instant' }, { key: 'to_ms', type: 'instant' }, { key: 'reason', label: 'f.note' }, { key: 'actor' },
    ...(acts ? [{ key: 'id' as const, label: 'told.act', noFilter: true, render: (a: Absence) => <ActButton size="small" send={end} input={{ path: { id: a.id } }} confirm={{ title: t('people.backAsk', { name: a.name }) }} done={t('people.backDone')}>{t('people.back')}</ActButton> }] : []),
  ]
  const actions = (
    <>
      {view === 'hours' && <SitePick />}
      <Segmented value={view} onChange={setView} options={[{ value: 'hours', label: t('people.hours') }, { value: 'away', label: t('people.absences') }]} />
      {acts && <Button type="primary" onClick={() => setAway([])}>{t('people.away')}</Button>}
    </>
  )
  return (
    <>
      {view === 'hours'
        ? (
            <ListPage
              key="hours" path="/api/v1/scheduling/workers" ns="scheduling" columns={columns} sort={sort} idOf={idOf} fixed={here} live={['scheduling.', 'masterdata.']} actions={actions}
              bulk={acts ? (rows) => (
                <>
                  <Button size="small" onClick={() => setAway(rows)}>{t('people.away')}</Button>
                  <Button size="small" onClick={() => setShift(rows)}>{t('people.shift')}</Button>
                </>
              ) : undefined}
              empty={<div className="kw-none">{t('people.noWorkers')}</div>}
            />
          )
        : <ListPage key="away" path="/api/v1/scheduling/absences" ns="scheduling" columns={absences} sort={NEWEST} fixed={COUNTS} live={['scheduling.']} actions={actions} empty={<div className="kw-none">{t('people.none')}</div>} />}
      <FormDrawer ns="scheduling" title={t('people.away')} method="post" path="/api/v1/scheduling/absences" fields={awayFields} open={!!away} onClose={() => setAway(undefined)}
        initial={away && { workers: away.map((w) => w.worker), from: `${today()}T00:00`, to: `${addDays(today(), 1)}T00:00` }}
        shape={({ from, to, ...body }) => ({ ...body, from_ms: at(from), to_ms: at(to) }) as Away} said={() => t('people.awayDone')} />
      <FormDrawer ns="scheduling" title={t('people.shift')} method="post" path="/api/v1/scheduling/workers/shift" fields={shiftFields} open={!!shift} onClose={() => setShift(undefined)}
        initial={shift && { calendar: shift[0]?.calendar ?? '' }} shape={(b) => ({ ...b, site: shift![0]!.site, workers: shift!.map((w) => w.worker) })} said={() => t('people.shiftDone')} />
    </>
  )
}
