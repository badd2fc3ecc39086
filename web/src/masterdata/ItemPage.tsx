import { EditOutlined, PartitionOutlined, QrcodeOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer, Row } from '@/api/types'
import { ActButton, Attachments, Card, DetailPage, Facts, FormDrawer, History, Lines, SubList, type Column, type Fact, type Tab } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { bomUrl, itemUrl, lotUrl, partnerUrl, routingUrl, stockCardUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { BomTree } from './BomTree'
import { changed, editFields } from './items'
import { RoutingFlow } from './RoutingFlow'
import { VersionBar } from './VersionBar'

type Detail = Answer<'get', '/api/v1/masterdata/items/{code}'>
type Use = NonNullable<Answer<'get', '/api/v1/masterdata/items/{code}/where-used'>['items']>[number]
type Stock = Row<'/api/v1/inventory/stock'>

const head: Column<Detail>[] = [
  { key: 'spec' }, { key: 'kind', type: 'enum', words: 'kind' }, { key: 'tracking', type: 'enum', words: 'tracking' }, { key: 'family' }, { key: 'uom' },
]
const facts: Column<Detail>[] = [
  { key: 'decimals', type: 'number' }, { key: 'shelf_life_days', type: 'number', render: (d) => (d.shelf_life_days ? String(d.shelf_life_days) : null) }, { key: 'gtin' }, { key: 'barcode' }, { key: 'created_ms', type: 'instant' }, { key: 'updated_ms', type: 'instant' },
]
const planning: Column<Detail>[] = [
  { key: 'supplier', type: 'link', to: (d) => (d.supplier ? partnerUrl(d.supplier) : undefined), render: (d) => d.supplier && <Link to={partnerUrl(d.supplier)}>{d.supplier} {d.supplier_name}</Link> },
  { key: 'lead_days', type: 'number' }, { key: 'safety_stock', type: 'qty', uom: 'uom' }, { key: 'reorder_point', type: 'qty', uom: 'uom' }, { key: 'max_stock', type: 'qty', uom: 'uom' },
  { key: 'lot_rule', type: 'enum', words: 'rule' }, { key: 'min_lot', type: 'qty', uom: 'uom' }, { key: 'lot_multiple', type: 'qty', uom: 'uom' }, { key: 'max_lot', type: 'qty', uom: 'uom' }, { key: 'fixed_lot', type: 'qty', uom: 'uom' }, { key: 'period_days', type: 'number' }, { key: 'yield_pct', type: 'number' },
]
const money: Column<Detail>[] = [{ key: 'standard_cost', type: 'money', masked: true }, { key: 'purchase_price', type: 'money', masked: true }]
const used: Column<Use>[] = [
  { key: 'level', type: 'number', width: 56 },
  { key: 'item', type: 'link', to: (u) => bomUrl(u.item) }, { key: 'name' }, { key: 'of' }, { key: 'per', type: 'qty', uom: 'uom' }, { key: 'version' },
  { key: 'effective_from', type: 'date' }, { key: 'effective_to', type: 'date' }, { key: 'today', type: 'bool' },
]
const stock: Column<Stock>[] = [
  { key: 'location' }, { key: 'lot', type: 'link', to: (s) => (s.lot ? lotUrl(s.item, s.lot) : undefined) }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'reserved', type: 'qty', uom: 'uom' },
  { key: 'status', type: 'status' }, { key: 'received_on', type: 'date' }, { key: 'expires_on', type: 'date' },
]

export default function ItemPage() {
  const { t } = useTranslation('masterdata')
  const { code = '' } = useParams()
  const may = useMay()
  const [editing, setEditing] = useState(false)
  const item = useGet('/api/v1/masterdata/items/{code}', { path: { code } })
  const off = useSend('post', '/api/v1/masterdata/items/{code}/deactivate')
  const on = useSend('post', '/api/v1/masterdata/items/{code}/activate')
  const it = item.data
  const write = may('masterdata.write')
  const active = it?.status === 'active'
  const tabs: Tab[] = it
    ? [
        { key: 'facts', label: t('item.facts'), children: (
          <div className="kw-panels">
            <Card title={t('item.facts')}><Facts ns="masterdata" columns={facts} row={it} /></Card>
            {(it.standard_cost !== undefined || it.purchase_price !== undefined) && <Card title={t('item.money')}><Facts ns="masterdata" columns={money} row={it} /></Card>}
            {it.units.length > 0 && <Card title={t('item.units')}><ul className="md-units">{it.units.map((u) => <li key={u.uom} className="num">{t('item.unit', { uom: u.uom, factor: u.factor, base: it.uom })}</li>)}</ul></Card>}
          </div>
        ) },
        { key: 'planning', label: t('item.planning'), children: <Card title={t('item.planningAt', { site: it.site })}><Facts ns="masterdata" columns={planning.filter((c) => (c.key !== 'fixed_lot' || it.lot_rule === 'fixed') && (c.key !== 'period_days' || it.lot_rule === 'period'))} row={it} /></Card> },
        ...(it.boms.length > 0 ? [{ key: 'bom', label: t('item.bom'), children: <ItemBom item={it} /> }] : []),
        ...(it.routings.length > 0 ? [{ key: 'routing', label: t('item.routing'), children: <ItemRouting item={it} /> }] : []),
        { key: 'used', label: t('item.used'), children: <WhereUsed code={code} /> },
        ...(may('inventory.read')
          ? [{ key: 'stock', label: t('item.stock'), children: <><p className="md-more"><Link to={stockCardUrl(code)}>{t('item.card')} →</Link></p><SubList ns="masterdata" path="/api/v1/inventory/stock" columns={stock} fixed={[{ col: 'item', op: 'eq', value: code }]} sort={['location']} live={['inventory.']} empty={<div className="kw-none">{t('item.noStock')}</div>} /></> }]
          : []),
        { key: 'files', label: t('item.files'), children: <Attachments subject={`item:${code}`} write={write} /> },
        { key: 'log', label: t('item.log'), children: <Card><History subject={`item:${code}`} tell={tell} /></Card> },
      ]
    : []
  return (
    <>
      <DetailPage
        query={item} title={code} sub={it?.name} status={it?.status}
        actions={it && (
          <>
            {may('inventory.read') && <Button icon={<QrcodeOutlined />} onClick={() => openPdf('/api/v1/inventory/labels.pdf', { query: { item: code } })}>{t('item.label')}</Button>}
            {write && (active
              ? <ActButton send={off} danger input={(reason) => ({ path: { code }, body: { rev: it.rev, reason } })} confirm={{ title: t('item.offAsk', { code }), text: t('item.offText'), reason: true }} done={t('item.offDone')}>{t('item.off')}</ActButton>
              : <ActButton send={on} input={{ path: { code }, body: { rev: it.rev } }} done={t('item.onDone')}>{t('item.on')}</ActButton>)}
            {write && <Button type="primary" icon={<EditOutlined />} onClick={() => setEditing(true)}>{t('item.edit')}</Button>}
          </>
        )}
        facts={it && <Facts ns="masterdata" columns={head} row={it} />}
        tabs={tabs}
      />
      {it && write && <FormDrawer ns="masterdata" title={t('items.edit', { code })} method="put" path="/api/v1/masterdata/items/{code}" pathParams={{ code }} fields={editFields(may)} initial={it} shape={(b) => changed(it, b)} open={editing} onClose={() => setEditing(false)} width={560} />}
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

function WhereUsed({ code }: { code: string }) {
  const { t } = useTranslation('masterdata')
  const { data } = useGet('/api/v1/masterdata/items/{code}/where-used', { path: { code } })
  return (
    <>
      <Lines ns="masterdata" columns={used} rows={data?.items} open={(u) => itemUrl(u.item)} id={(u) => `${u.item}|${u.version}|${u.line}|${u.level}|${u.of}`} empty={data && <div className="kw-none">{t('item.notUsed')}</div>} />
      {data?.capped && <p className="kw-dim">{t('item.capped')}</p>}
    </>
  )
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
