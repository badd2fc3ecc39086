import { CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { App, Button, Checkbox, DatePicker, Drawer, Input, Select } from 'antd'
import dayjs from 'dayjs'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import { EntitySelect } from '@/kit/crud'
import { instantAt, showInstant } from '@/kit/dates'
import { HOUR, type Change, type Gantt } from './model'
import Searching from './Searching'
import { changeKey, changeText } from './words'

const KINDS = ['rush', 'down', 'overtime', 'parts', 'drop', 'capacity'] as const
const GOALS = ['tardiness', 'upset', 'setup', 'makespan', 'waiting', 'late_orders'] as const
const FIRST = ['tardiness', 'upset', 'setup', 'makespan', 'waiting']
const SECONDS = [0, 2, 10, 30, 60, 120, 300, 900]
const OPEN_ORDERS = [{ col: 'status', op: 'in' as const, value: 'planned,released,started' }]
const nameOf = (r: Record<string, unknown>) => String(r.item_name ?? '')

/** What if: events and wishes as changes of the schedule, how to weigh them and how long to look for the best answer. */
export default function WhatIf({ g, base, changes, open, onClose, onAdd, onTake, onDraft }: { g: Gantt; base: string; changes: Change[]; open: boolean; onClose: () => void; onAdd: (c: Change) => void; onTake: (c: Change) => void; onDraft: (id: string) => void }) {
  const { t } = useTranslation('scheduling')
  const { message } = App.useApp()
  const [kind, setKind] = useState<(typeof KINDS)[number]>('rush')
  const [order, setOrder] = useState<string>()
  const [machine, setMachine] = useState<string>()
  const [center, setCenter] = useState<string>()
  const hour = () => Math.ceil(Date.now() / HOUR) * HOUR
  const [from, setFrom] = useState(hour)
  const [to, setTo] = useState(() => hour() + 4 * HOUR)
  const [note, setNote] = useState('')
  const [name, setName] = useState('')
  const [goal, setGoal] = useState<string[]>(FIRST)
  const [seconds, setSeconds] = useState(2)
  const [fresh, setFresh] = useState(false)
  const [search, setSearch] = useState<string>()
  const propose = useSend('post', '/api/v1/scheduling/drafts')
  const look = useSend('post', '/api/v1/scheduling/searches')
  const ofOrder = kind === 'rush' || kind === 'parts' || kind === 'drop'
  const ofMachine = kind === 'down' || kind === 'overtime'
  const ready = ofOrder ? !!order : ofMachine ? !!machine && to > from : !!center
  const add = () => {
    onAdd({ kind, ...(ofOrder && { order }), ...(ofMachine && { machine, from_ms: from, to_ms: to }), ...(kind === 'parts' && { from_ms: from }), ...(kind === 'capacity' && { work_center: center }), ...(note && { note }) })
    setNote('')
  }
  const refused = (err: Error) => void message.error({ content: messageOf(err), duration: 8 })
  const done = (id: string) => { setName(''); setSearch(undefined); onDraft(id) }
  const work = () => {
    const draft = { site: g.site, live: base, name: name.trim() || changes.map((c) => changeText(c, t)).join('; ').slice(0, 100), changes, goal, fresh }
    if (seconds <= 2) propose.mutate({ body: { ...draft, seconds } }, { onSuccess: (d) => done(d.id), onError: refused })
    else look.mutate({ body: { draft, seconds } }, { onSuccess: (x) => setSearch(x.id), onError: refused })
  }
  const centers = [...new Map(g.machines.filter((m) => m.kind !== 'subcontract').map((m) => [m.work_center, m.work_center_name])).entries()]
  return (
    <Drawer title={t('whatif.title')} open={open} onClose={onClose} size={460} footer={search ? undefined : <div className="ap-foot"><Button onClick={onClose}>{t('kit:close')}</Button><Button type="primary" loading={propose.isPending || look.isPending} disabled={changes.length === 0 && !fresh && seconds === 0} title={t('whatif.workHelp')} onClick={work}>{t('whatif.work')}</Button></div>}>
      {search && <Searching id={search} goal={goal[0] ?? 'tardiness'} onDraft={done} onGone={() => setSearch(undefined)} />}
      {!search && <div className="ap-whatif">
        <p className="kw-dim">{t('whatif.text')}</p>
        <div className="ap-kinds" role="radiogroup" aria-label={t('whatif.kind')}>{KINDS.map((k) => <button key={k} type="button" role="radio" aria-checked={k === kind} onClick={() => setKind(k)}><b>{t(`kind.${k}`)}</b><small>{t(`kindHelp.${k}`)}</small></button>)}</div>
        {ofOrder && <Row k={t('f.order')}><EntitySelect path="/api/v1/production/orders" value="number" name={nameOf} filters={OPEN_ORDERS} chosen={order} onChange={setOrder} /></Row>}
        {ofMachine && <Row k={t('f.machine')}><Select showSearch style={{ width: '100%' }} value={machine} onChange={setMachine} placeholder={t('kit:entity.choose')} options={g.machines.filter((m) => m.kind !== 'subcontract').map((m) => ({ value: m.machine, label: `${m.machine} ${m.work_center_name}` }))} /></Row>}
        {kind === 'capacity' && <Row k={t('f.work_center')}><Select showSearch style={{ width: '100%' }} value={center} onChange={setCenter} placeholder={t('kit:entity.choose')} options={centers.map(([code, n]) => ({ value: code, label: `${n} ${code}` }))} /></Row>}
        {(ofMachine || kind === 'parts') && <Row k={t(kind === 'parts' ? 'whatif.there' : 'told.from')}><Moment value={from} onChange={(ms) => { setFrom(ms); if (to <= ms) setTo(ms + 4 * HOUR) }} label={t('told.from')} /></Row>}
        {ofMachine && <Row k={t('told.to')}><Moment value={to} onChange={setTo} label={t('told.to')} /></Row>}
        {kind !== 'drop' && kind !== 'capacity' && <Row k={t('f.note')}><Input value={note} maxLength={500} onChange={(e) => setNote(e.target.value)} /></Row>}
        <Button icon={<PlusOutlined />} disabled={!ready} title={t('whatif.addHelp')} onClick={add}>{t('whatif.add')}</Button>
        <h4>{t('whatif.list', { n: changes.length })}</h4>
        {changes.length === 0 ? <p className="kw-dim">{t('whatif.none')}</p> : <ul className="ap-changes">{changes.map((c) => <li key={changeKey(c)}><span>{changeText(c, t)}</span><Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('impact.take', { what: changeText(c, t) })} onClick={() => onTake(c)} /></li>)}</ul>}
        <h4>{t('whatif.how')}</h4>
        <Row k={t('whatif.name')}><Input value={name} maxLength={100} placeholder={t('whatif.nameHelp')} onChange={(e) => setName(e.target.value)} /></Row>
        <Row k={t('whatif.goal')}><Select mode="multiple" style={{ width: '100%' }} value={goal} onChange={setGoal} options={GOALS.map((x) => ({ value: x, label: t(`goal.${x}`) }))} /></Row>
        <Row k={t('whatif.seconds')}><Select style={{ width: '100%' }} value={seconds} onChange={setSeconds} aria-label={t('whatif.seconds')} options={SECONDS.map((n) => ({ value: n, label: n === 0 ? t('whatif.atOnce') : t('whatif.upTo', { span: n < 60 ? t('whatif.s', { n }) : t('whatif.min', { n: n / 60 }) }) }))} /></Row>
        <Checkbox checked={fresh} onChange={(e) => setFresh(e.target.checked)}>{t('whatif.fresh')}</Checkbox>
      </div>}
    </Drawer>
  )
}
function Row({ k, children }: { k: string; children: ReactNode }) {
  return <label className="ap-row"><span>{k}</span>{children}</label>
}
/** A date and time by the clock on the site's wall. */
function Moment({ value, onChange, label }: { value: number; onChange: (ms: number) => void; label: string }) {
  return <DatePicker showTime={{ format: 'HH:mm', minuteStep: 15 }} format="YYYY-MM-DD HH:mm" style={{ width: '100%' }} aria-label={label} allowClear={false} value={dayjs(showInstant(value))} onChange={(d) => { const one = Array.isArray(d) ? d[0] : d; if (one) onChange(instantAt(one.format('YYYY-MM-DD'), one.format('HH:mm'))) }} />
}
