import { CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { App, Button, Dropdown } from 'antd'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { ActButton, Card, DetailPage, FormDrawer, History, type Field } from '@/kit/crud'
import { planItemUrl } from '@/kit/links'
import { format } from '@/kit/num'
import { useMay } from '@/kit/who'
import { Item } from './ComparePage'
import { AdoptDialog, Steps } from './AdoptDialog'
import { docUrl } from './plan'
import { Rough } from './Rough'
import './planning.css'

type Scenario = Answer<'get', '/api/v1/planning/scenarios/{number}'>
type Change = Scenario['changes'][number]
const KINDS = ['demand', 'order', 'stock', 'supply', 'item', 'capacity'] as const
type Kind = (typeof KINDS)[number]

const items = { path: '/api/v1/masterdata/items' as const, filters: [{ col: 'status', op: 'eq' as const, value: 'active' }] }
const item: Field<Record<string, unknown>> = { key: 'item', type: 'entity', from: items, required: true }
const fields: Record<Kind, Field<Record<string, unknown>>[]> = {
  demand: [item, { key: 'qty', type: 'qty', required: true, half: true }, { key: 'day', type: 'date', label: 'f.due', required: true, half: true }],
  order: [{ key: 'number', label: 'f.document', help: 'planning:scenario.help.number', required: true, half: true }, { key: 'line', type: 'int', help: 'planning:scenario.help.line', half: true }, { key: 'qty', type: 'qty', half: true, hidden: (v) => !!v.gone }, { key: 'day', type: 'date', label: 'f.due', half: true, hidden: (v) => !!v.gone }, { key: 'gone', type: 'bool', help: 'planning:scenario.help.gone' }],
  stock: [item, { key: 'qty', type: 'qty', help: 'planning:scenario.help.stock', required: true }],
  supply: [{ key: 'number', label: 'f.document', help: 'planning:scenario.help.supply', required: true, half: true }, { key: 'line', type: 'int', help: 'planning:scenario.help.line', half: true }, { key: 'day', type: 'date', half: true, hidden: (v) => !!v.gone }, { key: 'gone', type: 'bool', help: 'planning:scenario.help.gone' }],
  item: [item, { key: 'lead_days', type: 'int', half: true }, { key: 'safety_stock', type: 'qty', half: true }],
  capacity: [{ key: 'center', type: 'entity', from: { path: '/api/v1/masterdata/work-centers' as const }, required: true, half: true }, { key: 'site', type: 'entity', from: { path: '/api/v1/masterdata/sites' as const }, help: 'planning:scenario.help.site', half: true }, { key: 'percent', type: 'int', help: 'planning:scenario.help.percent', required: true }, { key: 'day', type: 'date', label: 'f.from_day', help: 'planning:scenario.help.fromDay', half: true }, { key: 'to', type: 'date', label: 'f.to_day', help: 'planning:scenario.help.toDay', half: true }],
}

/** An assumption in words. */
function words(c: Change, t: TFunction): string {
  const number = c.line ? `${c.number}/${c.line}` : c.number
  const what = [c.qty && t('scenario.say.qty', { qty: format(c.qty) }), c.day && t('scenario.say.day', { day: c.day }), c.lead_days !== undefined && t('scenario.say.lead', { n: c.lead_days }), c.safety_stock && t('scenario.say.safety', { qty: format(c.safety_stock) })].filter(Boolean).join('，')
  if (c.kind === 'capacity') return t('scenario.say.capacity', { center: c.site ? `${c.center} @ ${c.site}` : c.center, n: c.percent, when: [c.day && t('scenario.say.from', { day: c.day }), c.to && t('scenario.say.to', { day: c.to })].filter(Boolean).join(' ') })
  const key = c.gone ? `scenario.say.${c.kind}Gone` : `scenario.say.${c.kind}`
  return t(key, { item: c.item, number, day: c.day, qty: c.kind === 'stock' && c.qty && !c.qty.startsWith('-') ? `+${format(c.qty)}` : format(c.qty), what })
}

/** One what-if: its assumptions, and what they would do to the live plan. */
export default function ScenarioPage() {
  const { t } = useTranslation('planning')
  const { message } = App.useApp()
  const { number = '' } = useParams()
  const may = useMay()
  const query = useGet('/api/v1/planning/scenarios/{number}', { path: { number } })
  const edit = useSend('post', '/api/v1/planning/scenarios/{number}')
  const run = useSend('post', '/api/v1/planning/scenarios/{number}/run')
  const drop = useSend('post', '/api/v1/planning/scenarios/{number}/drop')
  const [kind, setKind] = useState<Kind | undefined>()
  const [asking, setAsking] = useState(false)
  const s = query.data
  const open = s?.state === 'open'
  const change = open && may('planning.run')
  const failed = (err: unknown) => void message.error({ content: messageOf(err), duration: 10 })
  const remove = (at: number) => s && edit.mutate({ path: { number }, body: { version: s.version, name: s.name, changes: s.changes.filter((_, i) => i !== at) } }, { onSuccess: () => void message.success(t('scenario.saved')), onError: failed })
  const add = <Dropdown trigger={['click']} menu={{ items: KINDS.map((k) => ({ key: k, label: t(`scenario.kind.${k}`) })), onClick: (e) => setKind(e.key as Kind) }}><Button icon={<PlusOutlined />}>{t('scenario.add')}</Button></Dropdown>
  const body = s && (
    <div className="pn-page">
      <Card title={t('scenario.changes')} extra={change && add}>
        {s.changes.length === 0 && <div className="kw-none">{t('scenario.noChanges')}{change && add}</div>}
        <ul className="pn-changes">{s.changes.map((c, i) => <li key={i}><span>{words(c, t)}</span>{change && <Button size="small" type="text" icon={<CloseOutlined />} aria-label={t('scenario.remove')} title={t('scenario.remove')} loading={edit.isPending} onClick={() => remove(i)} />}</li>)}</ul>
        {s.diff && s.stale && open && <p className="pn-note">{t('scenario.stale')}</p>}
      </Card>
      {s.steps && <Card title={t('adopt.became')}><Steps steps={s.steps} /></Card>}
      {s.diff && <Diff diff={s.diff} />}
      {s.rough && <Rough r={s.rough} />}
    </div>
  )
  return (
    <>
      <DetailPage
        query={query} title={number} sub={s?.name} status={s?.state} word={s && t(`scenario.state.${s.state}`)}
        actions={open && s && (
          <>
            {change && <ActButton send={drop} input={{ path: { number } }} confirm={{ title: t('scenario.dropAsk', { number }), ok: t('scenario.drop') }} done={t('scenario.dropped')}>{t('scenario.drop')}</ActButton>}
            {may('planning.firm') && <Button disabled={s.changes.length === 0} title={s.changes.length === 0 ? t('scenario.noChanges') : undefined} onClick={() => setAsking(true)}>{t('scenario.adopt')}</Button>}
            {change && <Button type="primary" loading={run.isPending} disabled={s.changes.length === 0} title={s.changes.length === 0 ? t('scenario.noChanges') : undefined} onClick={() => run.mutate({ path: { number } }, { onSuccess: () => void message.success(t('scenario.ran')), onError: failed })}>{t('scenario.run')}</Button>}
          </>
        )}
        tabs={body && [{ key: 'diff', label: t('scenario.diff'), children: body }, { key: 'log', label: t('firm.log'), children: <History subject={`scenario:${number}`} /> }]}
      />
      {open && <AdoptDialog number={number} open={asking} onClose={() => setAsking(false)} />}
      {s && kind && (
        <FormDrawer ns="planning" title={t(`scenario.kind.${kind}`)} method="post" path="/api/v1/planning/scenarios/{number}" pathParams={{ number }} fields={fields[kind] as never} open onClose={() => setKind(undefined)}
          shape={(b) => ({ version: s.version, name: s.name, changes: [...s.changes, { ...b, kind }] })} said={() => t('scenario.saved')} />
      )}
    </>
  )
}

const FIGURES = ['late', 'past', 'orders', 'messages'] as const
function Diff({ diff }: { diff: NonNullable<Scenario['diff']> }) {
  const { t } = useTranslation('planning')
  const day = (d: string) => (d === '' ? t('scenario.inTime') : d === '?' ? t('scenario.never') : d)
  return (
    <>
      <Card>
        <dl className="pn-figures">
          {FIGURES.map((k) => {
            const d = diff.after[k] - diff.before[k]
            return <div key={k}><dt>{t(`f.${k}`)}</dt><dd className="num">{format(String(diff.after[k]))}</dd><small className="num">{t('compare.was', { n: format(String(diff.before[k])) })} {d !== 0 && <b className={k === 'orders' ? undefined : d > 0 ? 'pn-worse' : 'pn-better'}>{d > 0 ? '+' : '−'}{format(String(Math.abs(d)))}</b>}</small></div>
          })}
        </dl>
      </Card>
      {diff.late.length > 0 && (
        <Card title={t('scenario.late', { n: diff.late.length })}>
          <ul className="pn-changes">
            {diff.late.map((l) => {
              const to = docUrl(l.kind, l.number)
              const name = l.line ? `${l.number}/${l.line}` : l.number || t(`entry.${l.kind}`)
              const worse = l.is !== '' && (l.was === '' || l.is === '?' || l.is > l.was)
              return <li key={`${l.kind}${l.number}${l.line}${l.item}`}><span>{to ? <Link to={to}>{name}</Link> : <b>{name}</b>} <Link to={planItemUrl(l.item)}>{l.item}</Link> <small className="kw-dim">{t('f.due')} {l.due}</small></span><span className="num">{day(l.was)} → <b className={worse ? 'pn-worse' : 'pn-better'}>{day(l.is)}</b>{worse && l.cause && <small className="kw-dim"> {l.cause}</small>}</span></li>
            })}
          </ul>
        </Card>
      )}
      <Card title={t('scenario.moved', { n: diff.items.length })}>
        {diff.items.length === 0 && <div className="kw-none">{t('scenario.same')}</div>}
        <ul className="pn-moved">{diff.items.map((m) => <Item key={m.item} m={m} />)}</ul>
      </Card>
    </>
  )
}
