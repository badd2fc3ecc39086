import { CopyOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Dropdown, Input } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import { Card, DetailPage, History } from '@/kit/crud'
import { itemUrl, proposeUrl, routingUrl } from '@/kit/links'
import { cmp, parse } from '@/kit/num'
import { useKeys } from '@/kit/useKeys'
import { useMay } from '@/kit/who'
import { BomEditor } from './BomEditor'
import { BomTree } from './BomTree'
import { BomCompare } from './Compare'
import { GeneralSubs } from './GeneralSubs'
import { tellVersion } from './tell'
import { VersionBar } from './VersionBar'
import { WhereUsed } from './WhereUsed'

export default function BomPage() {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const { code = '' } = useParams()
  const [params, setParams] = useSearchParams()
  const item = useGet('/api/v1/masterdata/items/{code}', { path: { code } })
  const it = item.data
  const boms = it?.boms ?? []
  const version = params.get('version') ?? (boms.find((b) => b.today) ?? boms[0])?.version ?? ''
  const mode = params.get('edit') as 'this' | 'copy' | 'blank' | null
  const write = may('masterdata.write')
  const put = (change: Record<string, string | undefined>) => setParams((p) => { for (const [k, v] of Object.entries(change)) if (v === undefined) p.delete(k); else p.set(k, v); return p }, { replace: true })
  useKeys({ e: write && boms.length > 0 && !mode && (() => put({ edit: 'this' })) })
  const [typed, setTyped] = useState(params.get('qty') ?? '1')
  const [qty, setQty] = useState(typed)
  useEffect(() => {
    const n = parse(typed)
    if (n === undefined || cmp(n, '0') <= 0) return
    const timer = setTimeout(() => setQty(n), 250)
    return () => clearTimeout(timer)
  }, [typed])
  const editing = write && it && mode
  const fresh = (
    <Dropdown trigger={['click']} menu={{ items: [...(boms.length > 0 ? [{ key: 'copy', icon: <CopyOutlined />, label: t('edit.copyOf', { v: version }) }] : []), { key: 'blank', icon: <PlusOutlined />, label: t('edit.blank') }], onClick: (e) => put({ edit: e.key }) }}>
      <Button icon={<PlusOutlined />}>{t('edit.newVersion')}</Button>
    </Dropdown>
  )
  return (
    <DetailPage
      query={item} title={code} sub={it?.name} status={it?.status}
      actions={it && !editing && (
        <>
          <Link to={itemUrl(code)}>{t('bom.item')} →</Link>
          {it.routings.length > 0 && <Link to={routingUrl(code)}>{t('item.routing')} →</Link>}
          {may('masterdata.change') && <Link to={proposeUrl('bom', code)}>{t('ec.propose')}</Link>}
          {write && boms.length > 0 && fresh}
          {write && boms.length > 0 && <Button type="primary" icon={<EditOutlined />} title="e" onClick={() => put({ edit: 'this' })}>{t('edit.this')}</Button>}
        </>
      )}
      tabs={it && !editing && boms.length > 0
        ? [
            { key: 'tree', label: t('bom.tree'), children: (
              <>
                <VersionBar
                  versions={boms} version={version} onPick={(v) => put({ version: v })}
                  extra={<label className="md-for">{t('bom.for')} <Input className="kw-numeric md-qty" size="small" inputMode="decimal" value={typed} suffix={it.uom} status={parse(typed) === undefined ? 'error' : undefined} aria-label={t('bom.for')} onChange={(e) => setTyped(e.target.value)} /></label>}
                />
                <BomTree code={code} version={version} qty={qty} />
              </>
            ) },
            ...(boms.length > 1 ? [{ key: 'compare', label: t('compare.tab'), children: <BomCompare code={code} versions={boms} version={version} /> }] : []),
            { key: 'general', label: t('gsub.tab'), children: <GeneralSubs product={code} version={version} /> },
            { key: 'used', label: t('item.used'), children: <WhereUsed code={code} /> },
            { key: 'log', label: t('item.log'), children: <Card><History subject={`item:${code}`} tell={tellVersion} /></Card> },
          ]
        : undefined}
    >
      {it && !editing && boms.length === 0 ? (
        <Card><div className="kw-none"><b>{t('bom.none')}</b><span>{t('bom.noneText')}</span>{write && <Button type="primary" icon={<PlusOutlined />} onClick={() => put({ edit: 'blank' })}>{t('bom.first')}</Button>}</div></Card>
      ) : editing ? (mode === 'blank'
        ? <BomEditor key="blank" code={code} fresh versions={boms.map((b) => b.version)} onDone={(v) => put({ edit: undefined, version: v })} onClose={() => put({ edit: undefined })} />
        : <Loaded key={mode} code={code} version={version} fresh={mode === 'copy'} versions={boms.map((b) => b.version)} onDone={(v) => put({ edit: undefined, version: v })} onClose={() => put({ edit: undefined })} />) : undefined}
    </DetailPage>
  )
}

/** The version as it is now, read anew: what is edited must not come from a memory. It does not change under the hands. */
function Loaded({ code, version, ...rest }: { code: string; version: string; fresh: boolean; versions: string[]; onDone: (v: string) => void; onClose: () => void }) {
  const [since] = useState(Date.now)
  const { data, error, dataUpdatedAt } = useGet('/api/v1/masterdata/boms/{code}/versions/{version}', { path: { code, version }, staleTime: 0 })
  const [kept, setKept] = useState<typeof data>()
  useEffect(() => { if (!kept && data && dataUpdatedAt >= since) setKept(data) }, [data, dataUpdatedAt, kept, since])
  if (error && !kept) return <div className="kw-none" role="alert">{messageOf(error)}</div>
  return kept ? <BomEditor code={code} from={kept} {...rest} /> : null
}
