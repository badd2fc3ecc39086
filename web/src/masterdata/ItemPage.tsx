import { CopyOutlined, DeleteOutlined, EditOutlined, LineChartOutlined, MoreOutlined, PartitionOutlined, QrcodeOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Dropdown, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams, useSearchParams } from 'react-router'
import { call, newKey } from '@/api/client'
import { messageOf } from '@/api/errors'
import { refreshRoom, useGet, useSend } from '@/api/hooks'
import type { Answer, Body, Row } from '@/api/types'
import { AvailableLine } from '@/app/Available'
import { RunCharts } from '@/app/RunCharts'
import { ActButton, Attachments, Card, DetailPage, Facts, FormDrawer, History, SubList, useConfirm, type Column, type Fact, type Field, type Tab } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { bomUrl, itemUrl, lotUrl, partnerUrl, planItemUrl, proposeUrl, routingUrl, stockCardUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { BomTree } from './BomTree'
import { NextCode } from './CodeRules'
import { changed, editFields } from './items'
import { OpenUses } from './OpenUses'
import { PictureCard } from './Picture'
import { RoutingFlow } from './RoutingFlow'
import { tellVersion } from './tell'
import { UnitsCard } from './Units'
import { VersionBar } from './VersionBar'
import { WhereUsed } from './WhereUsed'

type Detail = Answer<'get', '/api/v1/masterdata/items/{code}'>
type Stock = Row<'/api/v1/inventory/stock'>

const head: Column<Detail>[] = [
  { key: 'spec' }, { key: 'kind', type: 'enum', words: 'kind' }, { key: 'tracking', type: 'enum', words: 'tracking' }, { key: 'family' }, { key: 'uom' },
]
const facts: Column<Detail>[] = [
  { key: 'decimals', type: 'number' }, { key: 'shelf_life_days', type: 'number', render: (d) => (d.shelf_life_days ? String(d.shelf_life_days) : null) }, { key: 'gtin' }, { key: 'barcode' }, { key: 'created_ms', type: 'instant' }, { key: 'updated_ms', type: 'instant' },
]
const planning: Column<Detail>[] = [
  { key: 'supplier', type: 'link', to: (d) => (d.supplier ? partnerUrl(d.supplier) : undefined), render: (d) => d.supplier && <Link to={partnerUrl(d.supplier)}>{d.supplier} {d.supplier_name}</Link> },
  { key: 'lead_days', type: 'number' }, { key: 'lead_from', type: 'enum', words: 'leadFrom' }, { key: 'lead_per', type: 'qty', uom: 'uom' }, { key: 'lead_per_days', type: 'number' }, { key: 'supply_site' }, { key: 'transfer_days', type: 'number' }, { key: 'safety_stock', type: 'qty', uom: 'uom' }, { key: 'reorder_point', type: 'qty', uom: 'uom' }, { key: 'max_stock', type: 'qty', uom: 'uom' },
  { key: 'lot_rule', type: 'enum', words: 'rule' }, { key: 'min_lot', type: 'qty', uom: 'uom' }, { key: 'lot_multiple', type: 'qty', uom: 'uom' }, { key: 'max_lot', type: 'qty', uom: 'uom' }, { key: 'fixed_lot', type: 'qty', uom: 'uom' }, { key: 'period_days', type: 'number' }, { key: 'yield_pct', type: 'number' },
]
const money: Column<Detail>[] = [{ key: 'standard_cost', type: 'money', masked: true }, { key: 'purchase_price', type: 'money', masked: true }]
const stock: Column<Stock>[] = [
  { key: 'location' }, { key: 'lot', type: 'link', to: (s) => (s.lot ? lotUrl(s.item, s.lot) : undefined) }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'reserved', type: 'qty', uom: 'uom' },
  { key: 'status', type: 'status' }, { key: 'received_on', type: 'date' }, { key: 'expires_on', type: 'date' },
]

type Copy = NonNullable<Body<'post', '/api/v1/masterdata/items/{code}/copy'>>
const copyFields = (it: Detail, next: React.ReactNode): Field<Copy>[] => [
  { key: 'code', required: true, suffix: next }, { key: 'name', required: true },
  ...(it.boms.some((b) => b.today) ? [{ key: 'bom', type: 'bool', label: 'item.bom', half: true } as const] : []), ...(it.routings.some((r) => r.today) ? [{ key: 'routing', type: 'bool', label: 'item.routing', half: true } as const] : []),
]

export default function ItemPage() {
  const { t } = useTranslation('masterdata')
  const { code = '' } = useParams()
  const may = useMay()
  const [editing, setEditing] = useState(false)
  const [params, setParams] = useSearchParams()
  const navigate = useNavigate()
  const ask = useConfirm()
  const { message } = App.useApp()
  const [copying, setCopying] = useState(false)
  const site = params.get('site') ?? undefined
  const item = useGet('/api/v1/masterdata/items/{code}', { path: { code }, query: { site } })
  const sites = useGet('/api/v1/masterdata/sites')
  const client = useQueryClient()
  const off = useSend('post', '/api/v1/masterdata/items/{code}/deactivate')
  const on = useSend('post', '/api/v1/masterdata/items/{code}/activate')
  const it = item.data
  const write = may('masterdata.write')
  const drop = async () => {
    if (!it || (await ask({ title: t('item.deleteAsk', { code }), text: t('item.deleteText'), danger: true, ok: t('item.delete') })) === false) return
    try {
      await call('POST', '/api/v1/masterdata/items/{code}/delete', { path: { code }, body: { rev: it.rev }, key: newKey() })
      await navigate('/masterdata/items') // first away: its page would ask for what is no more
      client.removeQueries({ queryKey: ['/api/v1/masterdata/items/{code}'] })
      void refreshRoom(client, '/api/v1/masterdata/items')
      void message.success(t('item.deleted', { code }))
    } catch (err) { void message.error({ content: messageOf(err), duration: 8 }) }
  }
  const active = it?.status === 'active'
  const tabs: Tab[] = it
    ? [
        { key: 'facts', label: t('item.facts'), children: (
          <div className="kw-panels">
            <Card title={t('item.facts')}><Facts ns="masterdata" columns={facts} row={it} /></Card>
            {(it.standard_cost !== undefined || it.purchase_price !== undefined) && <Card title={t('item.money')}><Facts ns="masterdata" columns={money} row={it} /></Card>}
            {(write || it.picture !== '0') && <Card title={t('picture.title')}><PictureCard code={code} id={it.picture} write={write} /></Card>}
            {(write || it.units.length > 0) && <Card title={t('item.units')}><UnitsCard key={it.rev} item={it} write={write} /></Card>}
          </div>
        ) },
        { key: 'planning', label: t('item.planning'), children: <Card title={t('item.planningAt', { site: it.site })} extra={(sites.data?.items?.length ?? 0) > 1 && <Segmented size="small" value={it.site} options={sites.data!.items!.map((s) => ({ value: s.code, label: s.code }))} onChange={(v) => setParams((p) => { p.set('site', v); return p }, { replace: true })} />}><Facts ns="masterdata" columns={planning.filter((c) => (c.key !== 'fixed_lot' || it.lot_rule === 'fixed') && (c.key !== 'period_days' || it.lot_rule === 'period') && (c.key !== 'lead_per_days' && c.key !== 'lead_per' || it.lead_per !== '0') && (c.key !== 'transfer_days' && c.key !== 'supply_site' || !!it.supply_site))} row={it} /></Card> },
        ...(it.boms.length > 0 ? [{ key: 'bom', label: t('item.bom'), children: <ItemBom item={it} /> }] : []),
        ...(it.routings.length > 0 ? [{ key: 'routing', label: t('item.routing'), children: <ItemRouting item={it} /> }] : []),
        { key: 'used', label: t('item.used'), children: <WhereUsed code={code} /> },
        ...(may('inventory.read')
          ? [{ key: 'stock', label: t('item.stock'), children: <><p className="md-more"><Link to={stockCardUrl(code)}>{t('item.card')} →</Link></p><SubList ns="masterdata" path="/api/v1/inventory/stock" columns={stock} fixed={[{ col: 'item', op: 'eq', value: code }]} sort={['location']} live={['inventory.']} empty={<div className="kw-none">{t('item.noStock')}</div>} /></> }]
          : []),
        ...(may('production.read') && it.routings.length > 0 ? [{ key: 'readings', label: t('item.readings'), children: <RunCharts item={code} /> }] : []),
        { key: 'files', label: t('item.files'), children: <Attachments subject={`item:${code}`} write={write} /> },
        { key: 'log', label: t('item.log'), children: <Card><History subject={`item:${code}`} tell={(f) => tell(f) ?? tellVersion(f)} /></Card> },
      ]
    : []
  return (
    <>
      <DetailPage
        query={item} title={code} sub={it?.name} status={it?.status}
        actions={it && (
          <>
            {may('masterdata.change') && <Link to={proposeUrl('item', code)}>{t('ec.propose')}</Link>}
            {may('inventory.read') && <Button icon={<QrcodeOutlined />} onClick={() => openPdf('/api/v1/inventory/labels.pdf', { query: { item: code } })}>{t('item.label')}</Button>}
            {write && (active
              ? <ActButton send={off} danger input={(reason) => ({ path: { code }, body: { rev: it.rev, reason, confirmed: true } })} confirm={{ title: t('item.offAsk', { code }), text: <><OpenUses code={code} /><p>{t('item.offText')}</p></>, reason: true }} done={t('item.offDone')}>{t('item.off')}</ActButton>
              : <ActButton send={on} input={{ path: { code }, body: { rev: it.rev } }} done={t('item.onDone')}>{t('item.on')}</ActButton>)}
            {write && (
              <Dropdown trigger={['click']} menu={{ items: [{ key: 'copy', icon: <CopyOutlined />, label: t('item.copy') }, { key: 'delete', icon: <DeleteOutlined />, danger: true, label: t('item.delete') }], onClick: (e) => { if (e.key === 'copy') setCopying(true); else void drop() } }}>
                <Button icon={<MoreOutlined />} aria-label={t('item.more')} />
              </Dropdown>
            )}
            {may('planning.read') && active && <Link to={planItemUrl(code)}><Button icon={<LineChartOutlined />}>{t('item.plan')}</Button></Link>}
            {write && <Button type="primary" icon={<EditOutlined />} onClick={() => setEditing(true)}>{t('item.edit')}</Button>}
          </>
        )}
        facts={it && <Facts ns="masterdata" columns={head} row={it} />}
        tabs={tabs}
      >
        {it && <AvailableLine item={code} />}
      </DetailPage>
      {it && write && <FormDrawer ns="masterdata" title={t('items.edit', { code })} method="put" path="/api/v1/masterdata/items/{code}" pathParams={{ code }} fields={editFields(may)} initial={it} shape={(b) => ({ ...changed(it, b), site: it.site })} open={editing} onClose={() => setEditing(false)} width={560} />}
      {it && write && <FormDrawer ns="masterdata" title={t('item.copyOf', { code })} method="post" path="/api/v1/masterdata/items/{code}/copy" pathParams={{ code }} fields={copyFields(it, <NextCode />)} initial={{ name: it.name, kind: it.kind, family: it.family, bom: it.boms.some((b) => b.today), routing: it.routings.some((r) => r.today) }} open={copying} onClose={() => setCopying(false)} onDone={(made) => void navigate(itemUrl(made.code))} />}
    </>
  )
}

function ItemBom({ item }: { item: Detail }) {
  const { t } = useTranslation('masterdata')
  const [version, setVersion] = useState(item.boms[0]?.version ?? '')
  return <><VersionBar versions={item.boms} version={version} onPick={setVersion} extra={<Link to={bomUrl(item.code)}><PartitionOutlined /> {t('item.fullBom')}</Link>} /><BomTree code={item.code} version={version} qty="1" /></>
}

function ItemRouting({ item }: { item: Detail }) {
  const { t } = useTranslation('masterdata')
  const [version, setVersion] = useState(item.routings[0]?.version ?? '')
  return <><VersionBar versions={item.routings} version={version} onPick={setVersion} extra={<Link to={routingUrl(item.code)}>{t('item.fullRouting')} →</Link>} /><RoutingFlow code={item.code} version={version} /></>
}

/** "name: old → new" for every value that was changed. */
function tell(fact: Fact) {
  const { before, after } = fact.payload as { before?: Record<string, unknown>; after?: Record<string, unknown> }
  if (!before || !after) return undefined
  return <span className="num">{Object.keys({ ...before, ...after }).filter((k) => JSON.stringify(before[k]) !== JSON.stringify(after[k])).map((k) => <ChangeOf key={k} name={k} before={before[k]} after={after[k]} />)}</span>
}

function ChangeOf({ name, before, after }: { name: string; before: unknown; after: unknown }) {
  const { t } = useTranslation('masterdata')
  const word = (v: unknown) => (v === undefined || v === null || v === '' ? '–' : String(v))
  return <span className="md-change">{t(`f.${name}`, { defaultValue: name })}: <s>{word(before)}</s> → <b>{word(after)}</b></span>
}
