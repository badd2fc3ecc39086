import { Input } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { useGet } from '@/api/hooks'
import { Card, DetailPage } from '@/kit/crud'
import { itemUrl, routingUrl } from '@/kit/links'
import { cmp, parse } from '@/kit/num'
import { BomTree } from './BomTree'
import { VersionBar } from './VersionBar'

export default function BomPage() {
  const { t } = useTranslation('masterdata')
  const { code = '' } = useParams()
  const [params, setParams] = useSearchParams()
  const item = useGet('/api/v1/masterdata/items/{code}', { path: { code } })
  const it = item.data
  const boms = it?.boms ?? []
  const version = params.get('version') ?? (boms.find((b) => b.today) ?? boms[0])?.version ?? ''
  const [typed, setTyped] = useState(params.get('qty') ?? '1')
  const [qty, setQty] = useState(typed)
  useEffect(() => {
    const n = parse(typed)
    if (n === undefined || cmp(n, '0') <= 0) return
    const timer = setTimeout(() => setQty(n), 250)
    return () => clearTimeout(timer)
  }, [typed])
  return (
    <DetailPage
      query={item} title={code} sub={it?.name} status={it?.status}
      actions={it && <><Link to={itemUrl(code)}>{t('bom.item')} →</Link>{it.routings.length > 0 && <Link to={routingUrl(code)}>{t('item.routing')} →</Link>}</>}
    >
      {it && (boms.length === 0
        ? <Card><div className="kw-none"><b>{t('bom.none')}</b><span>{t('boms.noneText')}</span></div></Card>
        : (
            <div>
              <VersionBar
                versions={boms} version={version} onPick={(v) => setParams((p) => { p.set('version', v); return p }, { replace: true })}
                extra={<label className="md-for">{t('bom.for')} <Input className="kw-numeric md-qty" size="small" inputMode="decimal" value={typed} suffix={it.uom} status={parse(typed) === undefined ? 'error' : undefined} aria-label={t('bom.for')} onChange={(e) => setTyped(e.target.value)} /></label>}
              />
              <BomTree code={code} version={version} qty={qty} />
            </div>
          ))}
    </DetailPage>
  )
}
