import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Alert, App, Button, Drawer, Grid, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { patternsOf, spansOf, weekOf, type Pattern } from './calendar'
import { Clock } from './DayDrawer'
import { Impact } from './Impact'
import { Week } from './Week'

type Calendar = Answer<'get', '/api/v1/masterdata/calendars/{code}'>

/** The weekly pattern: shifts with breaks, and the weekdays on which they are worked; the week is drawn while one types. */
export function WeekDrawer({ calendar, onClose }: { calendar: Calendar; onClose: () => void }) {
  const { t } = useTranslation('masterdata')
  const { message } = App.useApp()
  const wide = Grid.useBreakpoint().md
  const [rows, setRows] = useState<Pattern[]>(() => patternsOf(calendar.week))
  const send = useSend('put', '/api/v1/masterdata/calendars/{code}/week')
  const week = weekOf(rows)
  const body = week && { site: calendar.site, rev: calendar.rev, spans: week }
  const put = (i: number, p: Partial<Pattern>) => setRows(rows.map((r, n) => (n === i ? { ...r, ...p } : r)))
  const save = () => { if (body) send.mutate({ path: { code: calendar.code }, body }, { onSuccess: () => { void message.success(t('kit:form.saved')); onClose() }, onError: (err) => void message.error({ content: messageOf(err), duration: 6 }) }) }
  return (
    <Drawer
      open onClose={onClose} title={t('calendar.editWeek', { code: calendar.code })} size={wide ? 760 : '100%'} className="kw-form-drawer"
      footer={<div className="kw-form-foot"><span className="kw-grow" /><Button onClick={onClose}>{t('kit:cancel')}</Button><Button type="primary" disabled={!body} title={body ? undefined : t('why.times')} loading={send.isPending} onClick={save}>{t('kit:save')}</Button></div>}
    >
      <div className="md-form" onKeyDown={(e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) save() }}>
        <div className="md-shifts">
          {rows.map((r, i) => (
            <div key={i} className={spansOf(r) ? 'md-shift md-wide' : 'md-shift md-wide md-badshift'}>
              <Input value={r.shift} maxLength={50} placeholder={t('calendar.shiftName')} aria-label={t('calendar.shiftName')} onChange={(e) => put(i, { shift: e.target.value })} />
              <Clock label={t('calendar.from')} value={r.from} onChange={(v) => put(i, { from: v })} />
              <span>–</span>
              <Clock label={t('calendar.to')} value={r.to} onChange={(v) => put(i, { to: v })} />
              <Input value={r.breaks} placeholder={t('calendar.breaks')} aria-label={t('calendar.breaks')} status={spansOf(r) ? undefined : 'error'} onChange={(e) => put(i, { breaks: e.target.value })} />
              <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('kit:form.dropLine')} onClick={() => setRows(rows.filter((_, n) => n !== i))} />
              <div className="md-pick7" role="group" aria-label={t('calendar.days7')}>
                {[1, 2, 3, 4, 5, 6, 7].map((d) => <button key={d} type="button" aria-pressed={r.days.includes(d)} onClick={() => put(i, { days: r.days.includes(d) ? r.days.filter((x) => x !== d) : [...r.days, d].sort() })}>{t(`weekday.${d}`)}</button>)}
              </div>
            </div>
          ))}
          <Button type="dashed" size="small" icon={<PlusOutlined />} onClick={() => setRows([...rows, { shift: '', from: rows.length ? rows[rows.length - 1]!.to : '08:00', to: rows.length ? rows[rows.length - 1]!.from : '17:00', breaks: rows.length ? '' : '12:00-13:00', days: [1, 2, 3, 4, 5] }])}>{t('calendar.addShift')}</Button>
        </div>
        <p className="kw-dim">{t('calendar.weekHint')}</p>
        {rows.length === 0 && <Alert type="warning" showIcon title={t('calendar.emptyWeek')} />}
        {week && week.length > 0 && <Week calendar={{ ...calendar, week: week.map((s) => ({ shift: '', ...s })) }} />}
        <Impact code={calendar.code} what="week" body={body} />
      </div>
    </Drawer>
  )
}
