import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import { purchaseOrderUrl, salesOrderUrl, transferUrl, workOrderUrl } from '@/kit/links'

export type Tone = 'green' | 'teal' | 'blue' | 'amber' | 'red' | 'grey'
export const toneOfState = (state: string): Tone => (state === 'complete' || state === 'there' ? 'green' : state === 'build' ? 'teal' : state === 'coming' ? 'amber' : state === 'transfer' ? 'blue' : 'red')

export const urlOf = (kind: string, number: string): string | undefined => {
  switch (kind) {
    case 'sales_order': return salesOrderUrl(number)
    case 'work_order': return workOrderUrl(number)
    case 'purchase_order': case 'subcontract_order': return purchaseOrderUrl(number)
    case 'transfer_order': case 'transfer': return transferUrl(number)
    case 'requisition': return `/purchasing/requisitions?q=${encodeURIComponent(number)}`
    default: return undefined
  }
}

/** The name of a document, leading to its page. */
export function Doc({ kind, number, line }: { kind: string; number: string; line?: number }) {
  const { t } = useTranslation('answers')
  const to = urlOf(kind, number)
  const name = number ? (line ? `${number}-${line}` : number) : t(`kind.${kind}`)
  return to ? <Link to={to} className="num">{name}</Link> : <span className="num">{name}</span>
}

/** State as colour, shape and word. */
export function State({ state }: { state: string }) {
  const { t } = useTranslation('answers')
  const tone = toneOfState(state)
  return <span className={`kw-chip kw-${tone}`}><i aria-hidden="true">{tone === 'green' ? '●' : tone === 'red' ? '◆' : tone === 'blue' ? '➜' : '■'}</i>{t(`state.${state}`)}</span>
}
