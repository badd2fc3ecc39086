import { useQuery } from '@tanstack/react-query'
import { Alert, App, Button, Input, Modal, Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { call } from '@/api/client'
import { fieldErrors, messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Card, EntitySelect } from '@/kit/crud'
import { showInstant } from '@/kit/dates'
import { useMay } from '@/kit/who'
import './masterdata.css'

type Choice = NonNullable<Answer<'get', '/api/v1/masterdata/settings'>['items']>[number]
type Rule = NonNullable<Answer<'get', '/api/v1/masterdata/numbers'>['items']>[number]
const locations = { path: '/api/v1/masterdata/locations' as const }

/** Every choice of every room, and how documents are numbered. */
export default function SettingsPage() {
  const { t } = useTranslation('masterdata')
  const mayAll = useMay()
  const [may, mayMail] = [mayAll('masterdata.settings'), mayAll('mail.manage')]
  const settings = useGet('/api/v1/masterdata/settings')
  const numbers = useGet('/api/v1/masterdata/numbers')
  const [choice, setChoice] = useState<Choice | undefined>()
  const [rule, setRule] = useState<Rule | undefined>()
  const error = settings.error ?? numbers.error
  const by = (r: { changed_by?: string; changed_ms?: number }) => (r.changed_ms ? t('settings.by', { who: r.changed_by, when: showInstant(r.changed_ms) }) : t('settings.never'))
  const rooms = [...new Set((settings.data?.items ?? []).map((s) => s.room))]
  if (error) return <div className="kw-none" role="alert">{messageOf(error)}</div>
  return (
    <div className="kw-detail-body md-settings">
      {rooms.map((room) => (
        <Card key={room} title={t(`settings.room.${room}`, { defaultValue: room })}>
          <ul className="md-choices">
            {settings.data!.items.filter((s) => s.room === room).map((s) => (
              <li key={s.name}>
                <div><b>{s.title}</b>{s.site && <span className="kw-dim"> {s.site}</span>}<p className="kw-dim">{s.help}</p></div>
                <div className="md-value">
                  <b className="num">{worded(s, t)}</b>{s.kind === 'percent' && <span className="kw-dim"> %</span>}
                  <small className="kw-dim">{s.chosen ? by(s) : t('settings.default')}</small>
                </div>
                {may && <Button size="small" aria-label={t('settings.change', { name: s.title })} onClick={() => setChoice(s)}>{t('item.edit')}</Button>}
              </li>
            ))}
          </ul>
        </Card>
      ))}
      <Card title={t('settings.numbers')}>
        <p className="kw-dim">{t('settings.numbersText')}</p>
        <ul className="md-choices">
          {(numbers.data?.items ?? []).map((r) => (
            <li key={r.kind}>
              <div><b>{t(`settings.kind.${r.kind}`, { defaultValue: r.kind })}</b><p className="kw-dim num">{r.pattern}</p></div>
              <div className="md-value"><b className="num">{r.next}</b><small className="kw-dim">{r.chosen ? by(r) : t('settings.default')}</small></div>
              {may && <Button size="small" aria-label={t('settings.change', { name: t(`settings.kind.${r.kind}`, { defaultValue: r.kind }) })} onClick={() => setRule(r)}>{t('item.edit')}</Button>}
            </li>
          ))}
        </ul>
      </Card>
      {mayMail && <Card title={t('settings.mail')}><p className="kw-dim">{t('settings.mailText')} <Link to="/system/mail">{t('settings.mailLink')}</Link></p></Card>}
      {!may && <p className="kw-dim">{t('settings.mayNot')}</p>}
      {choice && <ChoiceModal choice={choice} onClose={() => setChoice(undefined)} />}
      {rule && <RuleModal rule={rule} onClose={() => setRule(undefined)} />}
    </div>
  )
}

type T = ReturnType<typeof useTranslation>['t']
function worded(s: Choice, t: T): string {
  if (s.in_force === '') return t('settings.none')
  if (s.kind === 'bool') return t(s.in_force === '1' ? 'settings.yes' : 'settings.no')
  return s.kind === 'choice' ? t(`settings.word.${s.in_force}`, { defaultValue: s.in_force }) : s.in_force
}

function ChoiceModal({ choice: s, onClose }: { choice: Choice; onClose: () => void }) {
  const { t } = useTranslation('masterdata')
  const { message } = App.useApp()
  const [value, setValue] = useState(s.in_force)
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState('')
  const send = useSend('put', '/api/v1/masterdata/settings/{name}')
  const save = () => send.mutate({ path: { name: s.name }, body: { value, reason } }, { onSuccess: () => { void message.success(t('kit:form.saved')); onClose() }, onError: (err) => setProblem(Object.values(fieldErrors(err))[0] ?? messageOf(err)) })
  return (
    <Modal open title={s.title} onCancel={onClose} onOk={save} okText={t('kit:save')} cancelText={t('kit:cancel')} okButtonProps={{ loading: send.isPending }}>
      <div className="md-form" onKeyDown={(e) => { if (e.key === 'Enter' && !(e.target as HTMLElement).closest('.ant-select')) save() }}>
        <p className="kw-dim">{s.help}</p>
        <label>{t('settings.value')}
          {s.kind === 'choice' || s.kind === 'bool'
            ? <Select autoFocus value={value} onChange={setValue} options={s.kind === 'bool' ? [{ value: '1', label: t('settings.yes') }, { value: '0', label: t('settings.no') }] : (s.choices ?? []).map((c) => ({ value: c, label: t(`settings.word.${c}`, { defaultValue: c }) }))} />
            : s.kind === 'location'
              ? <EntitySelect {...locations} autoFocus chosen={value} onChange={(v) => setValue(v ?? '')} />
              : <Input autoFocus value={value} suffix={s.kind === 'percent' ? '%' : undefined} onFocus={(e) => e.target.select()} onChange={(e) => setValue(e.target.value)} />}
        </label>
        <p className="kw-dim">{t('settings.defaultIs', { value: s.default || t('settings.none') })} <Button type="link" size="small" disabled={value === s.default} onClick={() => setValue(s.default)}>{t('settings.takeDefault')}</Button></p>
        <label>{t('f.reason')}<Input value={reason} maxLength={500} onChange={(e) => setReason(e.target.value)} /></label>
        {problem && <Alert type="error" showIcon title={problem} />}
      </div>
    </Modal>
  )
}

type Seen = Answer<'get', '/api/v1/masterdata/numbers/{kind}/preview'>

function RuleModal({ rule, onClose }: { rule: Rule; onClose: () => void }) {
  const { t } = useTranslation('masterdata')
  const { message } = App.useApp()
  const [pattern, setPattern] = useState(rule.pattern)
  const asked = useDeferredValue(pattern.trim())
  const seen = useQuery<Seen>({ queryKey: ['number', rule.kind, asked], queryFn: ({ signal }) => call<Seen>('GET', '/api/v1/masterdata/numbers/{kind}/preview', { path: { kind: rule.kind }, query: { pattern: asked }, signal }), retry: false, gcTime: 0 })
  const send = useSend('put', '/api/v1/masterdata/numbers/{kind}')
  const problem = send.error ?? seen.error
  const save = () => send.mutate({ path: { kind: rule.kind }, body: { pattern: pattern.trim() } }, { onSuccess: () => { void message.success(t('kit:form.saved')); onClose() } })
  return (
    <Modal open title={t(`settings.kind.${rule.kind}`, { defaultValue: rule.kind })} onCancel={onClose} onOk={save} okText={t('kit:save')} cancelText={t('kit:cancel')} okButtonProps={{ loading: send.isPending, disabled: !!seen.error || seen.isPending }}>
      <div className="md-form" onKeyDown={(e) => { if (e.key === 'Enter' && !seen.error) save() }}>
        <label>{t('settings.pattern')}<Input autoFocus className="num" value={pattern} maxLength={60} status={seen.error ? 'error' : undefined} onChange={(e) => setPattern(e.target.value)} /></label>
        <div className="md-chips">{['{yyyy}', '{yy}', '{mm}', '{dd}', '{yymm}', '{0000}'].map((x) => <button key={x} type="button" className="md-token num" onClick={() => setPattern(pattern + x)}>{x}</button>)}</div>
        <p className="kw-dim">{t('settings.patternText')}</p>
        {problem ? <Alert type="error" showIcon title={Object.values(fieldErrors(problem))[0] ?? messageOf(problem)} /> : seen.data && <div className="md-impact"><div><span>{t('settings.next')}</span><b className="num md-next">{seen.data.next}</b></div><p className="kw-dim">{t('settings.size', { n: seen.data.size })}</p></div>}
        <p className="kw-dim">{t('settings.defaultIs', { value: rule.default })} <Button type="link" size="small" disabled={pattern === rule.default} onClick={() => setPattern(rule.default)}>{t('settings.takeDefault')}</Button></p>
      </div>
    </Modal>
  )
}
