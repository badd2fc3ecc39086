import { SwapOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Card } from '@/kit/crud'
import { showInstant } from '@/kit/dates'
import { planItemUrl } from '@/kit/links'
import { cmp, format, sub } from '@/kit/num'
import './planning.css'

type Moved = Answer<'get', '/api/v1/planning/compare'>['items'][number]
type Run = Answer<'get', '/api/v1/planning/runs'>['items'][number]
const FIGURES = ['late', 'past', 'orders', 'messages', 'demands', 'supplies'] as const
const GOOD_DOWN = new Set<string>(['late', 'past', 'messages'])

/** What moved between two plans, item by item, and which figure of the item explains it. */
export default function ComparePage() {
  const { t } = useTranslation('planning')
  const [params, setParams] = useSearchParams()
  const [q, setQ] = useState('')
  const runs = useGet('/api/v1/planning/runs', { query: { limit: 50, sort: '-recorded_ms' } })
  const list = runs.data?.items ?? []
  // two plans of one site: as long as nobody has chosen, the newest that has an older one beside it
  const older = (r?: Run) => list.slice(list.findIndex((x) => x.id === r?.id) + 1).find((x) => x.site === r?.site)
  const newest = list.find((r) => r.id === params.get('after')) ?? list.find(older) ?? list[0]
  const after = params.get('after') ?? newest?.id ?? ''
  const before = params.get('before') ?? older(newest)?.id ?? ''
  const query = useGet('/api/v1/planning/compare', { query: { before, after }, enabled: !!before && !!after && before !== after })
  const c = query.data
  const put = (b: string, a: string) => setParams({ before: b, after: a }, { replace: true })
  const several = new Set(list.map((r) => r.site)).size > 1
  const options = list.map((r) => ({ value: r.id, label: `${several ? `${r.site} · ` : ''}${showInstant(r.recorded_ms)} · ${r.actor}${r.live ? ` · ${t('plan.live')}` : ''}`, site: r.site }))
  const peers = options.filter((o) => o.site === newest?.site)
  const takeAfter = (id: string) => (list.find((r) => r.id === id)?.site === newest?.site ? put(before, id) : setParams({ after: id }, { replace: true }))
  const seek = q.trim().toLowerCase()
  const items = (c?.items ?? []).filter((m) => !seek || m.item.toLowerCase().includes(seek) || m.name.toLowerCase().includes(seek))
  return (
    <div className="pn-page kw-loaded">
      <Card>
        <div className="pn-choose">
          <label><span>{t('compare.before')}</span><Select value={before || undefined} onChange={(v) => put(v, after)} options={peers} aria-label={t('compare.before')} /></label>
          <Button icon={<SwapOutlined />} aria-label={t('compare.swap')} title={t('compare.swap')} onClick={() => put(after, before)} />
          <label><span>{t('compare.after')}</span><Select value={after || undefined} onChange={takeAfter} options={options} aria-label={t('compare.after')} /></label>
        </div>
        {c && (
          <dl className="pn-figures">
            {FIGURES.map((k) => {
              const d = c.after[k] - c.before[k]
              return <div key={k}><dt>{t(`f.${k}`)}</dt><dd className="num">{format(String(c.after[k]))}</dd><small className="num">{t('compare.was', { n: format(String(c.before[k])) })} {d !== 0 && <b className={GOOD_DOWN.has(k) ? (d > 0 ? 'pn-worse' : 'pn-better') : undefined}>{d > 0 ? '+' : '−'}{format(String(Math.abs(d)))}</b>}</small></div>
            })}
          </dl>
        )}
      </Card>
      {runs.data && !before && <div className="kw-none">{t('compare.one')}</div>}
      {query.error && !c && <div className="kw-none" role="alert">{messageOf(query.error)}</div>}
      {c && (
        <Card title={t('compare.moved', { n: c.items.length })} extra={c.items.length > 0 && <Input size="small" allowClear className="pn-filter" placeholder={t('items.search')} aria-label={t('kit:list.search')} value={q} onChange={(e) => setQ(e.target.value)} />}>
          {items.length === 0 && <div className="kw-none">{t(c.items.length > 0 ? 'compare.noMatch' : 'compare.same')}</div>}
          <ul className="pn-moved">{items.map((m) => <Item key={m.item} m={m} />)}</ul>
          {c.capped && <p className="kw-dim">{t('compare.capped')}</p>}
        </Card>
      )}
    </div>
  )
}

const FEW = 4
export function Item({ m }: { m: Moved }) {
  const { t } = useTranslation('planning')
  const [all, setAll] = useState(false)
  const d = sub(m.qty_is, m.qty_was)
  const side = (list: Moved['before'], word: string, cls: string) => (
    <div className={cls}>
      <small>{t(word)}</small>
      {list.length === 0 ? <span className="kw-dim">–</span> : <ol className="num">{(all ? list : list.slice(0, FEW)).map((o, i) => <li key={i}><b>{format(o.qty)}</b> <span>{o.start.slice(5)} → {o.due}</span></li>)}</ol>}
      {!all && list.length > FEW && <Button size="small" type="link" onClick={() => setAll(true)}>{t('compare.rest', { n: list.length - FEW })}</Button>}
    </div>
  )
  return (
    <li>
      <header><Link to={planItemUrl(m.item)}>{m.item}</Link> <span>{m.name}</span><b className="num">{format(m.qty_was)} → {format(m.qty_is)} {m.uom}{cmp(d, '0') !== 0 && <em> ({cmp(d, '0') > 0 ? '+' : '−'}{format(d.replace('-', ''))})</em>}</b></header>
      <p>{m.reasons.length === 0 ? t('compare.dates') : m.reasons.map((r) => <span key={r.code} className="pn-reason">{t(`reason.${r.code}`)} <b className="num">{format(r.was)} → {format(r.is)}</b></span>)}</p>
      <div className="pn-sides">{side(m.before, 'compare.gone', 'pn-gone')}{side(m.after, 'compare.come', 'pn-come')}</div>
    </li>
  )
}
