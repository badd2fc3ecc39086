import { Drawer, Skeleton } from 'antd'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { add, format, isZero } from '@/kit/num'
import { Qty } from '@/kit/Qty'
import { itemUrl } from '@/kit/links'
import { useSite } from '@/kit/SitePick'
import { Doc, State } from './words'

export type KitPage = Answer<'get', '/api/v1/planning/kit-of-item'>
export interface Picked { kind: string; number: string; line?: number; part?: string }

/** Why an order stands as it does: each item that it takes, and what comes for it. */
export function KitDrawer({ picked, onClose }: { picked?: Picked; onClose: () => void }) {
  const { t } = useTranslation('answers')
  const site = useSite()
  const kit = useGet('/api/v1/planning/kits/{kind}/{number}', {
    path: { kind: (picked?.kind ?? 'sales_order') as 'sales_order', number: picked?.number ?? '' }, query: { line: picked?.line ?? 0, site }, enabled: !!picked, live: ['inventory.', 'production.', 'purchasing.', 'sales.'],
  })
  const k = kit.data
  return (
    <Drawer open={!!picked} onClose={onClose} size={720} title={picked && <Doc kind={picked.kind} number={picked.number} line={picked.line} />} destroyOnHidden>
      {kit.error ? <div className="kw-none" role="alert">{messageOf(kit.error)}</div> : !k ? <Skeleton active /> : <KitFacts kit={k} part={picked?.part} />}
      {k && <p className="kw-dim">{t('kit.rule')}</p>}
    </Drawer>
  )
}

/** Steps and items of a kit. */
export function KitFacts({ kit: k, part }: { kit: KitPage; part?: string }) {
  const { t } = useTranslation('answers')
  const mark = useRef<HTMLTableRowElement>(null)
  useEffect(() => { mark.current?.scrollIntoView({ block: 'center' }) }, [part, k])
  return (
    <div className="an-kit">
      <div className="an-sum">
        <State state={k.state} />
        <span>{t('kit.sets', { sets: format(k.sets), qty: format(k.qty), uom: k.uom })}</span>
        {!isZero(k.stock) && <span className="kw-dim">{t('kit.stock', { n: format(k.stock) })}</span>}
        <span className="kw-grow" />
        {k.state !== 'complete' && <span>{k.ready ? t('kits.ready', { day: k.ready }) : t('kits.never')}</span>}
        {k.done && <span className={k.late ? 'kw-late' : 'kw-dim'}>{t('kit.done', { day: k.done })}</span>}
      </div>
      {(k.waits ?? []).length > 0 && <p className="an-why">{t('kit.waits')} {(k.waits ?? []).map((w) => <Doc key={w} kind="work_order" number={w} />)}</p>}
      {(k.steps ?? []).length > 1 && (
        <ol className="an-steps" aria-label={t('kit.steps')}>
          {(k.steps ?? []).map((s) => <li key={s.day}><b className="num">{format(s.sets)}</b><small className="num">{s.day}</small></li>)}
        </ol>
      )}
      <div className="an-scroll">
        <table className="an-table an-stack">
          <thead><tr><th>{t('c.item')}</th><th>{t('c.state')}</th><th className="kw-right">{t('c.need')}</th><th className="kw-right">{t('c.have')}</th><th>{t('c.comes')}</th><th>{t('c.day')}</th></tr></thead>
          <tbody>
            {(k.uses ?? []).map((u) => (
              <tr key={`${u.site ?? ''} ${u.item}`} ref={u.item === part && !u.site ? mark : undefined} className={u.item === part && !u.site ? 'an-on' : u.site ? 'an-away' : undefined}>
                <td className="an-stack-all"><Link to={itemUrl(u.item)}>{u.name}</Link><small className="num">{u.item}</small>{u.site && <small>{t('kit.at', { site: u.site })}</small>}</td>
                <td data-l={t('c.state')}><State state={u.state} /></td>
                <td data-l={t('c.need')} className="kw-right"><Qty value={u.need} uom={u.uom} /></td>
                <td data-l={t('c.have')} className="kw-right">
                  {u.site ? <span className="num">{format(add(u.reserved, u.stock))}</span> : <Link to={`/planning/available/${encodeURIComponent(u.item)}`} className="num">{format(add(u.reserved, u.stock))}</Link>}
                  {!isZero(u.others) && <small>{t('kit.others', { n: format(u.others) })}</small>}
                </td>
                <td data-l={t('c.comes')}>
                  {(u.sources ?? []).map((s) => <div key={s.kind + s.number + s.line + s.day}><Doc kind={s.kind} number={s.number} line={s.line} /> <span className="num">{format(s.qty)}</span> <small className="num">{s.day}</small></div>)}
                  {!isZero(u.built) && <div>{t('kit.built', { n: format(u.built) })}</div>}
                  {!isZero(u.short) && u.kind === 'transfer' && <div className={u.day ? undefined : 'kw-late'}>{t('kit.toBring', { n: format(u.short), site: u.from, days: u.lead_days })}<small>{isZero(u.there) ? t('kit.noneThere', { site: u.from }) : t('kit.there', { n: format(u.there), site: u.from })}</small></div>}
                  {!isZero(u.short) && u.kind !== 'transfer' && <div className="kw-late">{t(u.kind === 'customer' ? 'kit.customer' : u.kind === 'make' ? 'kit.toMake' : 'kit.toBuy', { n: format(u.short), days: u.lead_days })}{u.supplier && <small className="num">{u.supplier}</small>}</div>}
                </td>
                <td data-l={t('c.day')} className="num">{u.day || t('kits.never')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}
