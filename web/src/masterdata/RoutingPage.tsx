import { CopyOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons'
import { Alert, Button, Dropdown } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import { Card, DetailPage, History } from '@/kit/crud'
import { bomUrl, itemUrl, proposeUrl } from '@/kit/links'
import { useKeys } from '@/kit/useKeys'
import { useMay } from '@/kit/who'
import { RoutingCompare } from './Compare'
import { RoutingEditor } from './RoutingEditor'
import { RoutingFlow } from './RoutingFlow'
import { tellVersion } from './tell'
import { VersionBar } from './VersionBar'

export default function RoutingPage() {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const { code = '' } = useParams()
  const [params, setParams] = useSearchParams()
  const item = useGet('/api/v1/masterdata/items/{code}', { path: { code } })
  const it = item.data
  const all = it?.routings ?? []
  const version = params.get('version') ?? (all.find((r) => r.today) ?? all[0])?.version ?? ''
  const mode = params.get('edit') as 'this' | 'copy' | 'blank' | null
  const write = may('masterdata.write')
  const put = (change: Record<string, string | undefined>) => setParams((p) => { for (const [k, v] of Object.entries(change)) if (v === undefined) p.delete(k); else p.set(k, v); return p }, { replace: true })
  useKeys({ e: write && all.length > 0 && !mode && (() => put({ edit: 'this' })) })
  const editing = write && it && mode
  const rest = { code, versions: all.map((r) => r.version), onDone: (v: string) => put({ edit: undefined, version: v }), onClose: () => put({ edit: undefined }) }
  return (
    <DetailPage
      query={item} title={code} sub={it?.name} status={it?.status}
      actions={it && !editing && (
        <>
          <Link to={itemUrl(code)}>{t('bom.item')} →</Link>
          {it.boms.length > 0 && <Link to={bomUrl(code)}>{t('item.bom')} →</Link>}
          {may('masterdata.change') && <Link to={proposeUrl('routing', code)}>{t('ec.propose')}</Link>}
          {write && all.length > 0 && (
            <Dropdown trigger={['click']} menu={{ items: [{ key: 'copy', icon: <CopyOutlined />, label: t('edit.copyOf', { v: version }) }, { key: 'blank', icon: <PlusOutlined />, label: t('edit.blank') }], onClick: (e) => put({ edit: e.key }) }}>
              <Button icon={<PlusOutlined />}>{t('edit.newVersion')}</Button>
            </Dropdown>
          )}
          {write && all.length > 0 && <Button type="primary" icon={<EditOutlined />} title="e" onClick={() => put({ edit: 'this' })}>{t('edit.this')}</Button>}
        </>
      )}
      tabs={it && !editing && all.length > 0
        ? [
            { key: 'flow', label: t('routing.flow'), children: <><VersionBar versions={all} version={version} onPick={(v) => put({ version: v })} /><Strays code={code} version={version} /><RoutingFlow code={code} version={version} /></> },
            ...(all.length > 1 ? [{ key: 'compare', label: t('compare.tab'), children: <RoutingCompare code={code} versions={all} version={version} /> }] : []),
            { key: 'log', label: t('item.log'), children: <Card><History subject={`item:${code}`} tell={tellVersion} /></Card> },
          ]
        : undefined}
    >
      {it && !editing && all.length === 0 ? (
        <Card><div className="kw-none"><b>{t('routing.none')}</b><span>{t('routing.noneText')}</span>{write && <Button type="primary" icon={<PlusOutlined />} onClick={() => put({ edit: 'blank' })}>{t('routing.first')}</Button>}</div></Card>
      ) : editing ? (mode === 'blank' ? <RoutingEditor key="blank" fresh {...rest} /> : <Loaded key={mode} version={version} fresh={mode === 'copy'} {...rest} />) : undefined}
    </DetailPage>
  )
}

/** BOM lines that name a step which is no more. */
function Strays({ code, version }: { code: string; version: string }) {
  const { t } = useTranslation('masterdata')
  const { data } = useGet('/api/v1/masterdata/routings/{code}/versions/{version}', { path: { code, version } })
  const strays = data?.strays ?? []
  if (strays.length === 0) return null
  return <Alert className="md-strays" type="warning" showIcon title={t('routing.strays', { n: strays.length })} description={strays.slice(0, 8).map((s) => `${s.item} (${t('version', { v: s.version })}, ${t('f.op')} ${s.op})`).join(' · ')} action={<Link to={`${bomUrl(code)}?version=${encodeURIComponent(strays[0]!.version)}&edit=this`}>{t('routing.fixBom')}</Link>} />
}

/** The version as it is now, read anew; it does not change under the hands. */
function Loaded({ code, version, ...rest }: { code: string; version: string; fresh: boolean; versions: string[]; onDone: (v: string) => void; onClose: () => void }) {
  const [since] = useState(Date.now)
  const { data, error, dataUpdatedAt } = useGet('/api/v1/masterdata/routings/{code}/versions/{version}', { path: { code, version }, staleTime: 0 })
  const [kept, setKept] = useState<typeof data>()
  useEffect(() => { if (!kept && data && dataUpdatedAt >= since) setKept(data) }, [data, dataUpdatedAt, kept, since])
  if (error && !kept) return <div className="kw-none" role="alert">{messageOf(error)}</div>
  return kept ? <RoutingEditor code={code} from={kept} {...rest} /> : null
}
