import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useGet } from '@/api/hooks'
import { Card } from '@/kit/crud'
import { showInstant } from '@/kit/dates'
import { cmp, format } from '@/kit/num'
import { docUrl, type Why } from './plan'

/** The steps by which the quantity of a planned order comes about. */
export function Arithmetic({ why: w, uom }: { why: Why; uom: string }) {
  const { t } = useTranslation('planning')
  return (
    <table className="pn-sum">
      <tbody>
        {w.steps.map((s, i) => (
          <tr key={i} className={i > 0 && w.steps[i - 1]!.code === 'needed' && s.code !== 'needed' ? 'pn-rule' : undefined}>
            <td>{t(`step.${s.code}`, { by: format(s.by), n: s.by ? format(s.by) : '' })}{s.number && <b className="num"> {s.number}</b>}</td>
            <td className="num kw-dim">{s.day}</td>
            <td className={`num ${cmp(s.qty, '0') < 0 ? 'pn-minus' : 'pn-plus'}`}>{cmp(s.qty, '0') < 0 ? '−' : '+'}{format(s.qty.replace('-', ''))}</td>
            <td className="num kw-dim">{format(s.sum)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot><tr><th>{t('why.total')}</th><td className="num kw-dim">{w.due}</td><th className="num">{format(w.qty)}</th><td className="kw-dim">{uom}</td></tr></tfoot>
    </table>
  )
}

const KINDS = ['work_order', 'purchase_order', 'subcontract_order', 'requisition', 'firm'] as const

function Through({ kind, number }: { kind: string; number: string }) {
  const to = docUrl(kind, number)
  return to ? <Link to={to}>{number}</Link> : <b>{number}</b>
}

/** How the quantity of a document that came out of a plan was reckoned when it was released. */
export function OriginCard({ kind, number, item }: { kind: string; number: string; item: string }) {
  const { t } = useTranslation('planning')
  const known = KINDS.find((k) => k === kind)
  const got = useGet('/api/v1/planning/origin', { query: { kind: known ?? 'work_order', number, item }, enabled: !!known && !!number })
  const list = got.data?.orders ?? []
  if (list.length === 0) return null
  return (
    <Card title={t('origin.title')}>
      {list.map((x) => (
        <section key={`${x.planned_ms} ${x.why.n}`} className="pn-origin">
          <p className="kw-dim">{t('origin.of', { at: showInstant(x.planned_ms), by: x.planned_by })}{x.through && <> · <Through kind={x.through_kind ?? ''} number={x.through} /></>}</p>
          <Arithmetic why={x.why} uom={x.uom} />
        </section>
      ))}
      {got.data && got.data.more > 0 && <p className="kw-dim">{t('origin.more', { n: got.data.more })}</p>}
    </Card>
  )
}
