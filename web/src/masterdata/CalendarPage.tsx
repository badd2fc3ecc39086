import { CopyOutlined, EditOutlined, GiftOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams, useSearchParams } from 'react-router'
import { useGet } from '@/api/hooks'
import { Card, DetailPage, FormDrawer } from '@/kit/crud'
import { today } from '@/kit/dates'
import { calendarUrl, machineUrl, workCenterUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { DayDrawer } from './DayDrawer'
import { Log } from './edit'
import { HolidayDrawer } from './HolidayDrawer'
import { Month, type Range } from './Month'
import { SpecialDays, Week } from './Week'
import { WeekDrawer } from './WeekDrawer'

export default function CalendarPage() {
  const { t } = useTranslation('masterdata')
  const { code = '' } = useParams()
  const write = useMay()('masterdata.write')
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams()
  const month = params.get('month') ?? today().slice(0, 7)
  const [picked, setPicked] = useState<Range | undefined>()
  const [open, setOpen] = useState<'day' | 'week' | 'holidays' | 'copy' | 'name' | ''>('')
  const calendar = useGet('/api/v1/masterdata/calendars/{code}', { path: { code } })
  const c = calendar.data
  const close = () => setOpen('')
  return (
    <>
      <DetailPage
        query={calendar} title={code} sub={c && [c.name, c.site, c.time_zone].filter(Boolean).join(' · ')}
        actions={c && write && (
          <>
            <Button icon={<CopyOutlined />} onClick={() => setOpen('copy')}>{t('calendar.copy')}</Button>
            <Button icon={<EditOutlined />} onClick={() => setOpen('name')}>{t('calendar.rename')}</Button>
            <Button icon={<GiftOutlined />} onClick={() => setOpen('holidays')}>{t('calendar.holidays')}</Button>
          </>
        )}
        tabs={c && [
          { key: 'month', label: t('calendar.month'), children: (
            <div className="md-cal">
              <Card>
                <Month code={code} site={c.site} month={month} onMonth={(m) => { setPicked(undefined); setParams((p) => { p.set('month', m); return p }, { replace: true }) }} picked={picked} onPick={setPicked} onOpen={write ? (r) => { setPicked(r); setOpen('day') } : undefined} />
              </Card>
              <div className="md-aside">
                {write && <Button block type="primary" disabled={!picked} title={picked ? undefined : t('why.pickDay')} icon={<EditOutlined />} onClick={() => setOpen('day')}>{picked ? t('calendar.editDay', { day: picked.from === picked.to ? picked.from : `${picked.from} – ${picked.to.slice(5)}` }) : t('calendar.pickDay')}</Button>}
                {write && <p className="kw-dim">{t('calendar.pickHint')}</p>}
                <Card title={t('calendar.users')}>
                  {c.work_centers.length + c.machines.length === 0
                    ? <p className="kw-dim">{t('calendar.noUsers')}</p>
                    : <div className="md-chips">{c.work_centers.map((w) => <Link key={w} to={workCenterUrl(w)}>{w}</Link>)}{c.machines.map((m) => <Link key={m} to={machineUrl(m)}>{m}</Link>)}</div>}
                </Card>
              </div>
            </div>
          ) },
          { key: 'week', label: t('calendar.week'), children: <Card title={t('calendar.week')} extra={write && <Button size="small" type="primary" icon={<EditOutlined />} onClick={() => setOpen('week')}>{t('item.edit')}</Button>}><Week calendar={c} /></Card> },
          { key: 'days', label: t('calendar.days'), count: new Set(c.days.map((d) => d.date)).size, children: <Card title={t('calendar.days')}><SpecialDays calendar={c} /></Card> },
          { key: 'log', label: t('item.log'), children: <Log subject={`calendar:${code}`} /> },
        ]}
      />
      {c && open === 'day' && picked && <DayDrawer calendar={c} range={picked} onClose={close} />}
      {c && open === 'week' && <WeekDrawer calendar={c} onClose={close} />}
      {c && open === 'holidays' && <HolidayDrawer calendar={c} onClose={close} />}
      <FormDrawer ns="masterdata" title={t('calendar.copyOf', { code })} method="post" path="/api/v1/masterdata/calendars" fields={[{ key: 'code', required: true }, { key: 'name' }]} shape={(b) => ({ ...b, copy_of: code, site: c?.site })} open={open === 'copy'} onClose={close} onDone={(x) => void navigate(calendarUrl(x.code))} />
      <FormDrawer ns="masterdata" title={t('edit.title', { code })} method="put" path="/api/v1/masterdata/calendars/{code}" pathParams={{ code }} fields={[{ key: 'name' }]} initial={c} shape={(b) => ({ name: '', ...b, rev: c?.rev, site: c?.site })} open={open === 'name'} onClose={close} />
    </>
  )
}
