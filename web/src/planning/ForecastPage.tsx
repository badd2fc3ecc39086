import { App, Button, Input, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Card } from '@/kit/crud'
import { planItemUrl } from '@/kit/links'
import { format, isZero, parse } from '@/kit/num'
import { useMay } from '@/kit/who'
import './planning.css'

type Proposal = Answer<'get', '/api/v1/planning/forecast'>['items'][number]
const MONTHS = [3, 6, 12] as const

/** What is likely to be ordered, from what was, with what the method would have erred. */
export default function ForecastPage() {
  const { t } = useTranslation('planning')
  const [months, setMonths] = useState<number>(6)
  const [q, setQ] = useState('')
  const query = useGet('/api/v1/planning/forecast', { query: { months } })
  const seek = q.trim().toLowerCase()
  const items = (query.data?.items ?? []).filter((p) => !seek || p.item.toLowerCase().includes(seek) || p.name.toLowerCase().includes(seek))
  return (
    <div className="pn-page kw-loaded">
      <Card>
        <div className="pn-head pn-forecast-head">
          <Input allowClear className="pn-filter" placeholder={t('forecast.search')} aria-label={t('kit:list.search')} value={q} onChange={(e) => setQ(e.target.value)} />
          <span>{t('forecast.months')}</span><Segmented value={months} onChange={setMonths} options={MONTHS.map((n) => ({ value: n, label: String(n) }))} />
        </div>
        <p className="pn-hint kw-dim">{t('forecast.help')}</p>
      </Card>
      {query.error && !query.data && <div className="kw-none" role="alert">{messageOf(query.error)}</div>}
      {query.data && items.length === 0 && <div className="kw-none"><b>{t('forecast.none')}</b><span>{t('forecast.noneText')}</span></div>}
      {items.map((p) => <Product key={`${p.item}${months}`} p={p} today={query.data?.today ?? ''} />)}
    </div>
  )
}

function Product({ p, today }: { p: Proposal; today: string }) {
  const { t } = useTranslation('planning')
  const { message } = App.useApp()
  const mayAdopt = useMay()('sales.forecast')
  const [typed, setTyped] = useState<Record<string, string>>({})
  const send = useSend('post', '/api/v1/sales/forecasts')
  const value = (m: Proposal['coming'][number]) => typed[m.date] ?? m.qty
  const bad = p.coming.some((m) => { const v = parse(value(m)); return v === undefined || v.startsWith('-') })
  const top = Math.max(1, ...[...p.past, ...p.coming].map((m) => Number(m.qty)))
  const adopt = () => send.mutate({ body: { month: true, lines: p.coming.map((m) => ({ item: p.item, date: m.date < today ? today : m.date, qty: parse(value(m)) ?? '0' })) } }, {
    onSuccess: (r) => { setTyped({}); void message.success(t('forecast.adopted', { n: r.set })) },
    onError: (err) => void message.error({ content: messageOf(err), duration: 10 }),
  })
  const past = p.past.slice(-24)
  return (
    <Card title={<><Link to={planItemUrl(p.item)}>{p.item}</Link> <small className="kw-dim">{p.name}</small></>} extra={mayAdopt && <Button type="primary" size="small" loading={send.isPending} disabled={bad} title={bad ? t('kit:form.number', { defaultValue: t('forecast.adopt') }) : undefined} onClick={adopt}>{t('forecast.adopt')}</Button>}>
      <p className="pn-hint kw-dim"><b>{t(`forecast.method.${p.method}`)}</b>{' · '}{p.tested > 0 ? [t('forecast.error', { error: format(p.error), uom: p.uom, pct: format(p.error_pct) }), t('forecast.naive', { naive: format(p.naive_error) }), t('forecast.tested', { n: p.tested })].join(' · ') : t('forecast.untested')}</p>
      <div className="pn-bars" role="img" aria-label={`${t('forecast.past')}, ${t('forecast.coming')}`}>
        {past.map((m) => <i key={m.date} title={`${m.date.slice(0, 7)}　${format(m.qty)}`} style={{ height: `${Math.max(1, (Number(m.qty) / top) * 100)}%` }} />)}
        {p.coming.map((m) => <i key={m.date} className="pn-coming" title={`${m.date.slice(0, 7)}　${format(m.qty)}`} style={{ height: `${Math.max(1, (Number(m.qty) / top) * 100)}%` }} />)}
      </div>
      <ol className="pn-months">
        {p.coming.map((m) => (
          <li key={m.date}>
            <label><span>{m.date.slice(0, 7)}</span><Input size="small" className="kw-numeric" inputMode="decimal" readOnly={!mayAdopt} value={value(m)} status={parse(value(m)) === undefined ? 'error' : undefined} onChange={(e) => setTyped({ ...typed, [m.date]: e.target.value })} suffix={p.uom} /></label>
            <small className="kw-dim num">{isZero(m.now) ? '' : t('forecast.was', { n: format(m.now) })}</small>
          </li>
        ))}
      </ol>
    </Card>
  )
}
