import { ApartmentOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { planItemUrl } from '@/kit/links'
import { add, cmp, format } from '@/kit/num'
import { useAtSite } from '@/kit/SitePick'
import { brief, daysLate, docUrl, entryName, traceable, traceUrl, type Entry, type ItemPage } from './plan'

type Mark = { side: 'need' | 'supply'; i: number } | undefined

/** Needs and supplies side by side; the one under the pointer (or tapped) shows who takes what. */
export function Pegs({ page: p }: { page: ItemPage }) {
  const { t } = useTranslation('planning')
  const [over, setOver] = useState<Mark>()
  const [held, setHeld] = useState<Mark>()
  const mark = held ?? over
  // what the marked one gives to, or takes from, each of the other side
  const shares = new Map<number, string>()
  if (mark) for (const g of p.pegs) if (mark.side === 'supply' ? g.supply === mark.i : g.need === mark.i) { const o = mark.side === 'supply' ? g.need : g.supply; shares.set(o, add(shares.get(o) ?? '0', g.qty)) }
  const at = useAtSite()
  const order = (list: Entry[]) => list.map((e, i) => ({ e, i })).sort((a, b) => a.e.day.localeCompare(b.e.day) || a.i - b.i)
  const side = (name: 'need' | 'supply', list: Entry[]) => (
    <section>
      <h3>{t(`pegs.${name}`)} <span className="num">{list.length}</span></h3>
      {list.length === 0 && <div className="kw-none">{t(`pegs.no_${name}`)}</div>}
      <ul className="pn-entries">
        {order(list).map(({ e, i }) => {
          const me = mark?.side === name && mark.i === i
          const share = mark && mark.side !== name ? shares.get(i) : undefined
          const late = daysLate(e.day, e.possible)
          const to = docUrl(e.kind, e.number ?? '', p.item)
          const overdue = name === 'supply' && e.document_day && e.document_day < e.day && e.kind !== 'stock'
          return (
            <li
              key={i} className={[me ? 'pn-me' : '', share ? 'pn-share' : '', mark && !me && !share ? 'pn-faint' : '', e.kind.startsWith('planned') && name === 'supply' ? 'pn-planned' : ''].join(' ')}
              onMouseEnter={() => setOver({ side: name, i })} onMouseLeave={() => setOver(undefined)} onClick={(ev) => { if (!(ev.target as HTMLElement).closest('a')) setHeld(held?.side === name && held.i === i ? undefined : { side: name, i }) }}
            >
              <span className="num pn-day">{e.day}{late > 0 && <em className="kw-late" title={t('pegs.possible', { day: e.possible })}>→ {e.possible}</em>}</span>
              <span className="pn-what">
                <small>{t(`entry.${e.kind}`)}</small>
                {e.kind === 'planned' ? <Link to={at(`/planning/orders?n=${e.n}`)}>{e.number}</Link> : to ? <Link to={to}>{entryName(e, t)}</Link> : e.number ? <b className="num">{entryName(e, t)}</b> : null}
                {e.for && e.for !== e.number && <Link className="pn-for" to={at(planItemUrl(e.for))}>{e.for}</Link>}
                {e.expires && <small className={e.expires < p.today ? 'kw-late' : undefined}>{t('pegs.expires', { day: e.expires })}</small>}
                {overdue && <small className="kw-late">{t('pegs.overdue', { day: e.document_day })}</small>}
              </span>
              <span className="num pn-qty" title={format(e.qty)}>{share && cmp(share, e.qty) !== 0 ? <><b>{brief(share)}</b> / {brief(e.qty)}</> : share ? <b>{brief(e.qty)}</b> : brief(e.qty)}</span>
              {traceable(e) ? <Link className="pn-trace" to={at(traceUrl(p.item, e))} aria-label={t('trace.do')} title={t('trace.do')}><ApartmentOutlined /></Link> : <span />}
            </li>
          )
        })}
      </ul>
    </section>
  )
  return (
    <>
      <p className="kw-dim pn-hint">{t('pegs.hint')}</p>
      <div className="pn-pegs">{side('need', p.needs)}{side('supply', p.supplies)}</div>
    </>
  )
}
