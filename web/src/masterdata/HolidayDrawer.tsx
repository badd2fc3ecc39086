import { Alert, App, Button, Drawer, Grid, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { readHolidays } from './calendar'
import { Impact } from './Impact'

type Calendar = Answer<'get', '/api/v1/masterdata/calendars/{code}'>

/** A list of holidays and make-up days, pasted from a notice. */
export function HolidayDrawer({ calendar, onClose }: { calendar: Calendar; onClose: () => void }) {
  const { t } = useTranslation('masterdata')
  const { message } = App.useApp()
  const wide = Grid.useBreakpoint().md
  const [text, setText] = useState('')
  const [like, setLike] = useState(1)
  const send = useSend('put', '/api/v1/masterdata/calendars/{code}/days')
  const { list, bad } = readHolidays(text)
  const body = list.length > 0 && bad.length === 0
    ? { site: calendar.site, rev: calendar.rev, days: list.map((h) => ({ from: h.from, to: h.to, what: h.work ? 'weekday' as const : 'closed' as const, weekday: h.work ? like : 0, note: h.note || t(h.work ? 'calendar.makeUp' : 'calendar.holiday') })) }
    : undefined
  const save = () => { if (body) send.mutate({ path: { code: calendar.code }, body }, { onSuccess: () => { void message.success(t('kit:form.saved')); onClose() }, onError: (err) => void message.error({ content: messageOf(err), duration: 6 }) }) }
  return (
    <Drawer
      open onClose={onClose} title={t('calendar.paste')} size={wide ? 620 : '100%'} className="kw-form-drawer"
      footer={<div className="kw-form-foot"><span className="kw-grow" /><Button onClick={onClose}>{t('kit:cancel')}</Button><Button type="primary" disabled={!body} title={body ? undefined : t('why.holidays')} loading={send.isPending} onClick={save}>{body ? t('calendar.takeOver', { n: list.length }) : t('kit:save')}</Button></div>}
    >
      <div className="md-form">
        <p>{t('calendar.pasteText')}</p>
        <Input.TextArea autoFocus rows={9} className="num" value={text} placeholder={t('calendar.pasteSample')} aria-label={t('calendar.paste')} onChange={(e) => setText(e.target.value)} />
        {!text && <Button size="small" type="link" className="md-left" onClick={() => setText(t('calendar.china'))}>{t('calendar.useChina')}</Button>}
        {text && <p className="kw-dim">{t('calendar.checkNotice')}</p>}
        {list.some((h) => h.work) && <label>{t('calendar.makeUpLike')}<Select value={like} onChange={setLike} options={[1, 2, 3, 4, 5, 6, 7].map((d) => ({ value: d, label: t(`weekday.${d}`) }))} /></label>}
        {bad.length > 0 && <Alert type="error" showIcon title={t('calendar.badLines', { lines: bad.join(t('comma')) })} />}
        {list.length > 0 && <ul className="md-days">{list.map((h) => <li key={`${h.line}`}><span className="num">{h.from === h.to ? h.from : `${h.from} – ${h.to.slice(5)}`}</span><Chip status={h.work ? 'active' : 'closed'} tone={h.work ? 'teal' : 'grey'} word={h.note || t(h.work ? 'calendar.makeUp' : 'calendar.holiday')} /></li>)}</ul>}
        <Impact code={calendar.code} what="days" body={body} />
      </div>
    </Drawer>
  )
}
