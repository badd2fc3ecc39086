import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { documentUrl, locationUrl, partnerUrl } from '@/kit/links'

/** A place of the ledger: a location, somebody outside, or where goods begin and end. */
export function PlaceName({ kind, name, status }: { kind: string; name: string; status?: string }) {
  const { t } = useTranslation('inventory')
  const held = status === 'hold' && <span className="iv-held">{t('place.held')}</span>
  if (kind === 'stock') return <><Link to={locationUrl(name)}>{name}</Link>{held}</>
  if (kind === 'supplier' || kind === 'customer' || kind === 'subcontractor') return <span className="iv-place">{t(`place.${kind}`)} {name && name !== kind && <Link to={partnerUrl(name)}>{name}</Link>}</span>
  return <span className="iv-place">{t(`place.${kind}`, { defaultValue: kind })}{name && name !== kind && ` ${name}`}{held}</span>
}

/** "MO2611-0076 report", leading to the page of the document. */
export function DocumentName({ kind, number }: { kind: string; number: string }) {
  const { t } = useTranslation('inventory')
  const to = documentUrl(kind, number)
  return <span className="iv-doc">{to ? <Link to={to}>{number}</Link> : number} <small>{t(`doc.${kind}`, { defaultValue: kind })}</small></span>
}
