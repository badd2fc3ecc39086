import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { daysBetween } from '@/kit/dates'
import { format, isZero } from '@/kit/num'
import { docUrl, entryName, type Message } from './plan'

const CAUSE: Record<string, string> = { late: 'waits', defer: 'first' }

/** An exception as a planner would say it: which document, what to do with it, how much, why. */
export function MessageText({ m }: { m: Message }) {
  const { t } = useTranslation('planning')
  const name = m.document && m.document_kind !== 'stock' ? entryName({ kind: m.document_kind, number: m.document, line: m.line }, t) : ''
  const to = docUrl(m.document_kind, m.document)
  const why = `say.${CAUSE[m.act] ?? 'for'}`
  const days = m.from && m.to ? Math.abs(daysBetween(m.from, m.to)) : 0
  return (
    <span className="pn-say">
      {name && <>{to ? <Link to={to}>{name}</Link> : <b>{name}</b>}{t('say.colon')}</>}
      <span>{t(`say.${m.act}`, { from: m.from, to: m.to, qty: format(m.qty), uom: m.uom, days, cause: m.cause || t('say.theCustomer') })}</span>
      {m.cause && m.act !== 'ask_customer' && !isZero(m.qty) && <small>{t(why, { cause: m.cause })}</small>}
      {m.note && <em>{m.note}</em>}
      {m.did && <small>{t(`messages.did.${m.did}`, { by: m.judged_by })} {m.request && <Link to={`/purchasing/changes?q=${encodeURIComponent(m.request)}`}>{m.request}</Link>}</small>}
      {m.state === 'ignored' && m.judged_by && <small>{t('messages.by', { by: m.judged_by })}</small>}
    </span>
  )
}
