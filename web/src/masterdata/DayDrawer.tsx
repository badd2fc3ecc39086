import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { App, Button, Drawer, Input, Segmented, Select, Skeleton } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { shiftsOf, spansOf, type Pattern } from './calendar'
import { Impact } from './Impact'
import type { Range } from './Month'

const DateField = lazy(() => import('@/kit/crud/DateField'))

type Calendar = Answer<'get', '/api/v1/masterdata/calendars/{code}'>
type What = 'closed' | 'hours' | 'weekday' | 'usual'
type Shift = Omit<Pattern, 'days'>

/** Closes dates, gives them hours of their own or those of a weekday, or takes that away again. */
export function DayDrawer({ calendar, range, onClose }: { calendar: Calendar; range: Range; onClose: () => void }) {
  const { t } = useTranslation('masterdata')
  const { message } = App.useApp()
  const here = calendar.days.filter((d) => d.date === range.from)
  const weekday = ((new Date(`${range.from}T00:00:00Z`).getUTCDay() + 6) % 7) + 1
  const usual = calendar.week.filter((s) => s.weekday === weekday)
  const own = here.filter((d) => d.from !== d.to)
  const first = shiftsOf(own.length > 0 ? own : usual)
  const [what, setWhat] = useState<What>(own.length > 0 ? 'hours' : 'closed')
  const [to, setTo] = useState(range.to)
  const [note, setNote] = useState(here[0]?.note ?? '')
  const [like, setLike] = useState(1)
  const [shifts, setShifts] = useState<Shift[]>(first.length > 0 ? first : [{ shift: '', from: '08:00', to: '17:00', breaks: '12:00-13:00' }])
  const send = useSend('put', '/api/v1/masterdata/calendars/{code}/days')
  const spans = shifts.map(spansOf)
  const wrong = what === 'hours' && spans.some((s) => !s)
  const body = wrong ? undefined : { site: calendar.site, rev: calendar.rev, days: [{ from: range.from, to, what, note: what === 'usual' ? '' : note.trim(), weekday: what === 'weekday' ? like : 0, spans: what === 'hours' ? spans.flatMap((s) => s!) : [] }] }
  const save = () => { if (body) send.mutate({ path: { code: calendar.code }, body }, { onSuccess: () => { void message.success(t('kit:form.saved')); onClose() }, onError: (err) => void message.error({ content: messageOf(err), duration: 6 }) }) }
  return (
    <Drawer
      open onClose={onClose} title={range.from === to ? range.from : `${range.from} – ${to}`} size={520} className="kw-form-drawer"
      footer={<div className="kw-form-foot"><span className="kw-grow" /><Button onClick={onClose}>{t('kit:cancel')}</Button><Button type="primary" disabled={wrong} title={wrong ? t('why.times') : undefined} loading={send.isPending} onClick={save}>{t('kit:save')}</Button></div>}
    >
      <div className="md-form" onKeyDown={(e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) save() }}>
        <label>{t('calendar.lastDay')}<Suspense fallback={<Skeleton.Input active block />}><DateField value={to} onChange={(d) => setTo(d && d >= range.from ? d : range.from)} /></Suspense></label>
        <Segmented<What> block value={what} onChange={setWhat} options={(['closed', 'hours', 'weekday', 'usual'] as const).map((v) => ({ value: v, label: t(`calendar.what.${v}`) }))} />
        <p className="kw-dim">{t(`calendar.whatText.${what}`)}</p>
        {what === 'hours' && <Shifts shifts={shifts} onChange={setShifts} />}
        {what === 'weekday' && <label>{t('calendar.likeDay')}<Select value={like} onChange={setLike} options={[1, 2, 3, 4, 5, 6, 7].map((d) => ({ value: d, label: t(`weekday.${d}`) }))} /></label>}
        {what !== 'usual' && <label>{t('f.note')}<Input value={note} maxLength={100} placeholder={t('calendar.notePlace')} onChange={(e) => setNote(e.target.value)} /></label>}
        <Impact code={calendar.code} what="days" body={body} />
      </div>
    </Drawer>
  )
}

/** Shifts of a day: name, from, to, breaks. */
export function Shifts({ shifts, onChange }: { shifts: Shift[]; onChange: (s: Shift[]) => void }) {
  const { t } = useTranslation('masterdata')
  const put = (i: number, p: Partial<Shift>) => onChange(shifts.map((s, n) => (n === i ? { ...s, ...p } : s)))
  return (
    <div className="md-shifts">
      {shifts.map((s, i) => (
        <div key={i} className={spansOf(s) ? 'md-shift' : 'md-shift md-badshift'}>
          <Input value={s.shift} maxLength={50} placeholder={t('calendar.shiftName')} aria-label={t('calendar.shiftName')} onChange={(e) => put(i, { shift: e.target.value })} />
          <Clock label={t('calendar.from')} value={s.from} onChange={(v) => put(i, { from: v })} />
          <span>–</span>
          <Clock label={t('calendar.to')} value={s.to} onChange={(v) => put(i, { to: v })} />
          <Input value={s.breaks} placeholder={t('calendar.breaks')} aria-label={t('calendar.breaks')} status={spansOf(s) ? undefined : 'error'} onChange={(e) => put(i, { breaks: e.target.value })} />
          <Button type="text" size="small" icon={<DeleteOutlined />} disabled={shifts.length === 1} title={shifts.length === 1 ? t('why.lastShift') : undefined} aria-label={t('kit:form.dropLine')} onClick={() => onChange(shifts.filter((_, n) => n !== i))} />
        </div>
      ))}
      <Button type="dashed" size="small" icon={<PlusOutlined />} onClick={() => onChange([...shifts, { shift: '', from: shifts[shifts.length - 1]?.to === '24:00' ? '00:00' : (shifts[shifts.length - 1]?.to ?? '08:00'), to: '17:00', breaks: '' }])}>{t('calendar.addShift')}</Button>
    </div>
  )
}

/** HH:MM; 830 and 8:30 become 08:30. */
export function Clock({ label, value, onChange }: { label: string; value: string; onChange: (v: string) => void }) {
  const tidy = (s: string) => { const m = /^(\d{1,2})[:\uff1a.]?(\d{2})$/.exec(s.trim()); return m ? `${m[1]!.padStart(2, '0')}:${m[2]}` : s.trim() }
  return <Input className="md-clock num" value={value} maxLength={5} inputMode="numeric" aria-label={label} onFocus={(e) => e.target.select()} onChange={(e) => onChange(e.target.value)} onBlur={(e) => onChange(tidy(e.target.value))} />
}
