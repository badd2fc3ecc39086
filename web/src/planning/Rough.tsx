import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Answer } from '@/api/types'
import { Card } from '@/kit/crud'
import { planItemUrl, workCenterUrl } from '@/kit/links'
import { docUrl } from './plan'

type RoughCut = NonNullable<Answer<'get', '/api/v1/planning/scenarios/{number}'>['rough']>
const hours = (ms: number) => Math.round(ms / 3_600_000)
const behind = (n: number, t: TFunction) => (n === 0 ? t('rough.inTime') : n < 0 ? t('rough.never') : t('rough.days', { n }))

/** What work centers say of a what-if, rough-cut: how far behind they are, week by week, and which demands come on another day by it. */
export function Rough({ r }: { r: RoughCut }) {
  const { t } = useTranslation('planning')
  const day = (d: string) => (d === '' ? t('scenario.inTime') : d === '?' ? t('scenario.never') : d)
  const worse = (was: number, is: number) => (is < 0 && was >= 0) || (was >= 0 && is > was)
  return (
    <>
      <Card title={t('rough.title')} flush>
        <p className="pn-roughnote">{t('rough.text')}</p>
        {r.centers.length === 0 && <div className="kw-none">{t('rough.none')}</div>}
        {r.centers.length > 0 && (
          <div className="pn-rough">
            <table>
              <thead><tr><th>{t('rough.center')}</th><th>{t('rough.behind')}</th>{r.centers[0]!.weeks.map((w) => <th key={w.week} className="num">{w.week.slice(5)}</th>)}</tr></thead>
              <tbody>
                {r.centers.map((c) => (
                  <tr key={`${c.site ?? ''} ${c.center}`}>
                    <th><Link to={workCenterUrl(c.center)}>{c.name}</Link><small className="num">{c.center}</small>{c.site && <small>{t('rough.at', { site: c.site })}</small>}</th>
                    <td>{c.behind === c.behind_was ? <span className={c.behind === 0 ? 'kw-dim' : 'pn-worse'}>{behind(c.behind, t)}</span> : <><span className="kw-dim">{behind(c.behind_was, t)} → </span><b className={worse(c.behind_was, c.behind) ? 'pn-worse' : 'pn-better'}>{behind(c.behind, t)}</b></>}</td>
                    {c.weeks.map((w) => (
                      <td key={w.week} className="num" title={t('rough.was', { load: hours(w.load_was_ms), hours: hours(w.hours_was_ms) })}>
                        <b className={w.load_ms > w.hours_ms ? 'pn-worse' : undefined}>{hours(w.load_ms)}</b><small>/ {hours(w.hours_ms)}</small>{(w.load_ms !== w.load_was_ms || w.hours_ms !== w.hours_was_ms) && <i>{hours(w.load_was_ms)} / {hours(w.hours_was_ms)}</i>}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Card>
      {r.late.length > 0 && (
        <Card title={t('rough.late', { n: r.late.length })}>
          <ul className="pn-changes">
            {r.late.map((l) => {
              const to = docUrl(l.kind, l.number)
              const name = l.line ? `${l.number}/${l.line}` : l.number || t(`entry.${l.kind}`)
              const bad = l.is !== '' && (l.was === '' || l.is === '?' || l.is > l.was)
              return <li key={`${l.site ?? ''} ${l.kind}${l.number}${l.line}${l.item}${l.due}`}><span>{to ? <Link to={to}>{name}</Link> : <b>{name}</b>} <Link to={planItemUrl(l.item)}>{l.item}</Link> <small className="kw-dim">{l.site && `${t('rough.at', { site: l.site })} · `}{t('f.due')} {l.due}</small></span><span className="num">{day(l.was)} → <b className={bad ? 'pn-worse' : 'pn-better'}>{day(l.is)}</b>{(l.cause || l.cause_site) && <small className="kw-dim"> {[l.cause, l.cause_site && t('rough.at', { site: l.cause_site })].filter(Boolean).join(' ')}</small>}</span></li>
            })}
          </ul>
        </Card>
      )}
    </>
  )
}
