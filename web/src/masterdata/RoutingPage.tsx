import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { useGet } from '@/api/hooks'
import { Card, DetailPage } from '@/kit/crud'
import { bomUrl, itemUrl } from '@/kit/links'
import { RoutingFlow } from './RoutingFlow'
import { VersionBar } from './VersionBar'

export default function RoutingPage() {
  const { t } = useTranslation('masterdata')
  const { code = '' } = useParams()
  const [params, setParams] = useSearchParams()
  const item = useGet('/api/v1/masterdata/items/{code}', { path: { code } })
  const it = item.data
  const all = it?.routings ?? []
  const version = params.get('version') ?? (all.find((r) => r.today) ?? all[0])?.version ?? ''
  return (
    <DetailPage query={item} title={code} sub={it?.name} status={it?.status} actions={it && <><Link to={itemUrl(code)}>{t('bom.item')} →</Link>{it.boms.length > 0 && <Link to={bomUrl(code)}>{t('item.bom')} →</Link>}</>}>
      {it && (all.length === 0
        ? <Card><div className="kw-none"><b>{t('routing.none')}</b><span>{t('boms.noneText')}</span></div></Card>
        : <div><VersionBar versions={all} version={version} onPick={(v) => setParams((p) => { p.set('version', v); return p }, { replace: true })} /><RoutingFlow code={code} version={version} /></div>)}
    </DetailPage>
  )
}
