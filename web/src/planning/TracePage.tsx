import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import { Card } from '@/kit/crud'
import { planItemUrl } from '@/kit/links'
import { format } from '@/kit/num'
import { useAtSite, useSite } from '@/kit/SitePick'
import { OriginCard } from './Arithmetic'
import { brief, daysLate, docUrl, entryName, traceable, traceUrl, type Branch, type Entry } from './plan'
import './planning.css'

/** Where a need or supply belongs: up to the customer's order, down to the last part; what is late is red. */
export default function TracePage() {
  const { t } = useTranslation('planning')
  const { code = '' } = useParams()
  const [params] = useSearchParams()
  const site = useSite()
  const at = useAtSite()
  const kind = params.get('kind') ?? ''
  const n = params.get('n')
  const line = params.get('line')
  const number = params.get('number') ?? undefined
  const page = useGet('/api/v1/planning/items/{code}', { path: { code }, query: { site } })
  // without a chosen one: the first order of the item, else its first need
  const first = page.data && !kind ? (page.data.supplies.find((s) => s.kind === 'planned') ?? page.data.supplies.find(traceable) ?? page.data.needs.find(traceable)) : undefined
  const is = kind ? { kind, number, n: n ? parseInt(n, 10) : undefined, line: line ? parseInt(line, 10) : undefined } : first && { kind: first.kind, number: first.number, n: first.n, line: first.line }
  const trace = useGet('/api/v1/planning/trace', { query: { site, item: code, kind: is?.kind ?? '', number: is?.n ? undefined : is?.number, n: is?.n, line: is?.n ? undefined : is?.line }, enabled: !!is })
  const x = trace.data
  const others = page.data ? [...page.data.supplies, ...page.data.needs].filter((e) => traceable(e) && e.kind !== 'phantom' && !(e.for && e.for !== code)) : []
  const same = (e: Entry) => !!is && e.kind === is.kind && (is.n ? e.n === is.n : e.number === is.number && (!is.line || e.line === is.line))
  return (
    <div className="pn-tracepage">
      <nav aria-label={t('trace.others')}>
        <header><Link to={planItemUrl(code)}>{code}</Link><small>{page.data?.name}</small></header>
        {others.map((e, i) => <Link key={i} to={at(traceUrl(code, e))} replace aria-current={same(e) || undefined}><small>{t(`entry.${e.kind}`)}</small><b className="num">{entryName(e, t)}</b><span className="num">{brief(e.qty)}</span><small className={`num ${daysLate(e.day, e.possible) ? 'kw-late' : ''}`}>{e.day}</small></Link>)}
      </nav>
      <section>
        {page.error && !page.data && <div className="kw-none" role="alert">{messageOf(page.error)}</div>}
        {trace.error && !x && <div className="kw-none" role="alert"><span>{messageOf(trace.error)}</span><Link to={planItemUrl(code)}>{t('why.bench')}</Link></div>}
        {page.data && !is && <div className="kw-none">{t('item.nothing')}</div>}
        {x && (
          <>
            {x.up.length > 0 && <Card title={t('trace.up')}><ul className="pn-tree">{x.up.map((b, i) => <Node key={i} b={b} depth={0} up />)}</ul></Card>}
            <div className="pn-root"><Self item={x.item} name={x.name} uom={x.uom} e={x.entry} qty={x.entry.qty} /></div>
            <Card title={t('trace.down')}>{x.down.length > 0 ? <ul className="pn-tree">{x.down.map((b, i) => <Node key={i} b={b} depth={0} needed={x.up.length === 0 ? x.entry.day : undefined} />)}</ul> : <div className="kw-none">{t('trace.bottom')}</div>}</Card>
            {x.capped && <p className="kw-dim">{t('trace.capped')}</p>}
          </>
        )}
        {is?.number && !is.n && <OriginCard kind={is.kind} number={is.number} item={code} />}
      </section>
    </div>
  )
}

/** A node and what hangs under it; `needed` is the day on which the node above wants it. */
function Node({ b, depth, up, needed }: { b: Branch; depth: number; up?: boolean; needed?: string }) {
  const { t } = useTranslation('planning')
  const [open, setOpen] = useState(depth < 3)
  const part = !up && !!b.entry.for // a part that the node above needs; with a single supply both are one line
  const only = part && b.branches.length === 1 ? b.branches[0] : undefined
  const rest = only ? only.branches : b.branches
  const more = rest.length > 0
  const want = only ? b.entry.day : part ? undefined : needed
  return (
    <li>
      <div className="pn-node">
        {more ? <button type="button" className="pn-twist" aria-expanded={open} aria-label={t('trace.fold')} onClick={() => setOpen(!open)}>{open ? '−' : '+'}</button> : <i />}
        {up ? <Taker b={b} /> : only ? <Self item={b.item} name={b.name} uom={b.uom} e={only.entry} qty={b.qty} needed={want} /> : <Self item={b.item} name={b.name} uom={b.uom} e={b.entry} qty={b.qty} needed={want} part={part} />}
        {more && !open && <button type="button" className="pn-count" onClick={() => setOpen(true)}>{rest.length}</button>}
      </div>
      {more && open && <ul>{rest.map((c, i) => <Node key={i} b={c} depth={depth + 1} up={up} needed={up || only ? undefined : b.entry.day} />)}</ul>}
    </li>
  )
}

/** Who takes it: the order of the item above, or the customer's order at the top. */
function Taker({ b }: { b: Branch }) {
  const e = b.entry
  return <Self item={e.for || b.item} name={e.for ? (b.branches[0]?.name ?? '') : b.name} uom={b.uom} e={e} qty={b.qty} />
}

function Self({ item, name, uom, e, qty, needed, part }: { item: string; name: string; uom: string; e: Entry; qty: string; needed?: string; part?: boolean }) {
  const { t } = useTranslation('planning')
  const at = useAtSite()
  const to = docUrl(e.kind, e.number ?? '', item)
  const slip = part ? 0 : daysLate(e.day, e.possible)
  const tooLate = needed ? daysLate(needed, e.day) : 0
  const late = slip > 0 || tooLate > 0
  const when = needed && tooLate > 0 ? `${needed} → ${e.possible && e.possible > e.day ? e.possible : e.day}` : slip > 0 ? `${e.day} → ${e.possible}` : (needed ?? e.day)
  const days = tooLate > 0 && needed ? daysLate(needed, e.possible && e.possible > e.day ? e.possible : e.day) : slip
  return (
    <span className={late ? 'pn-self pn-late' : 'pn-self'}>
      <span className={`pn-kind pn-k-${part ? 'part' : e.kind}`}>{t(part ? 'trace.part' : `entry.${e.kind}`)}</span>
      {part ? null : e.kind === 'planned' ? <Link to={at(`/planning/orders?n=${e.n}`)}>{e.number}</Link> : to ? <Link to={to}>{entryName(e, t)}</Link> : e.number && e.number !== item ? <b className="num">{entryName(e, t)}</b> : null}
      <Link className="pn-code" to={at(planItemUrl(item))}>{item}</Link>
      <span className="pn-name">{name}</span>
      <span className="num pn-amount" title={format(qty)}>{brief(qty)} <small>{uom}</small></span>
      <span className="num pn-on">{when}</span>
      {late && <em>{t('list.lateBy', { n: days })}</em>}
    </span>
  )
}
