import { PlusOutlined, PrinterOutlined } from '@ant-design/icons'
import { Button, Checkbox, Dropdown, Input } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { ActButton, Card, DetailPage, Facts, FormDrawer, type Column } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { locationUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { EditActions, Log, shaped } from './edit'
import { treeOf, type Node } from './places'
import { PlacesModal } from './PlacesModal'
import { NONE, warehouseFields } from './resources'
import './masterdata.css'

type Warehouse = Answer<'get', '/api/v1/masterdata/warehouses/{code}'>
type Place = NonNullable<Warehouse['locations']>[number]
const facts: Column<Warehouse>[] = [{ key: 'kind', type: 'enum', words: 'warehouse' }, { key: 'in_costing', type: 'bool' }, { key: 'site' }]

export default function WarehousePage() {
  const { t } = useTranslation('masterdata')
  const { code = '' } = useParams()
  const may = useMay()
  const [q, setQ] = useState('')
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [open, setOpen] = useState<'edit' | 'places' | 'name' | ''>('')
  const warehouse = useGet('/api/v1/masterdata/warehouses/{code}', { path: { code } })
  const stock = useGet('/api/v1/inventory/locations', { query: { filter: [`warehouse:eq:${code}`], limit: 200 }, enabled: may('inventory.read'), live: ['inventory.'] })
  const turn = useSend('post', '/api/v1/masterdata/locations/switch')
  const w = warehouse.data
  const write = may('masterdata.write')
  const lots = useMemo(() => new Map((stock.data?.items ?? []).map((l) => [l.location, l.items])), [stock.data])
  const text = q.trim().toLowerCase()
  const places = (w?.locations ?? []).filter((p) => p.code.toLowerCase().includes(text) || p.name.toLowerCase().includes(text))
  const own = places.find((p) => p.place === '')
  const tree = treeOf(places)
  const chosen = (w?.locations ?? []).filter((p) => picked.has(p.code))
  const toggle = (codes: string[], on: boolean) => setPicked((old) => { const next = new Set(old); codes.forEach((c) => (on ? next.add(c) : next.delete(c))); return next })
  const print = (kind: 'pdf' | 'zpl' | 'small') => openPdf(`/api/v1/masterdata/locations/label.${kind === 'zpl' ? 'zpl' : 'pdf'}`, { query: { code: (picked.size ? [...picked] : places.map((p) => p.code)).slice(0, 500), site: w?.site, small: kind === 'small' || undefined } })
  const active = chosen.some((p) => p.active)
  const named = chosen.length === 1 ? chosen[0] : undefined

  const leaf = (p: Place, label: string) => {
    const n = lots.get(p.code) ?? 0
    return (
      <div key={p.code} className={`md-place${n ? ' md-full' : ''}${p.active ? '' : ' md-gone'}`} title={p.code}>
        <Checkbox checked={picked.has(p.code)} aria-label={p.code} onChange={(e) => toggle([p.code], e.target.checked)} />
        {may('inventory.read') ? <Link to={locationUrl(p.code)}>{label}</Link> : <span>{label}</span>}
        {p.name && <span className="md-pname">{p.name}</span>}
        {!p.active ? <small>{t('kit:status.inactive')}</small> : stock.data && <small className="num">{n ? t('warehouse.items', { n }) : t('warehouse.empty')}</small>}
      </div>
    )
  }
  const branch = (n: Node<Place>, depth: number) => {
    const codes = n.all.map((p) => p.code)
    const on = codes.filter((c) => picked.has(c)).length
    const full = n.all.filter((p) => lots.get(p.code)).length
    const leaves = n.children.filter((c) => c.children.length === 0)
    return (
      <details key={n.key} className="md-branch" open={depth === 0 || !!text || tree.length + n.all.length < 40}>
        <summary>
          <Checkbox checked={on === codes.length} indeterminate={on > 0 && on < codes.length} aria-label={n.key} onClick={(e) => e.stopPropagation()} onChange={(e) => toggle(codes, e.target.checked)} />
          <b>{depth === 0 ? t('warehouse.aisle', { a: n.label }) : n.key}</b>
          <span className="kw-dim num">{stock.data ? t('warehouse.full', { full, n: codes.length }) : codes.length}</span>
          {stock.data && <span className="md-fill" aria-hidden="true"><i style={{ width: `${(full / codes.length) * 100}%` }} /></span>}
        </summary>
        <div className="md-inner">
          {(n.place || leaves.length > 0) && <div className="md-places">{n.place && leaf(n.place, n.key)}{leaves.map((c) => leaf(c.place!, c.place!.place))}</div>}
          {n.children.filter((c) => c.children.length > 0).map((c) => branch(c, depth + 1))}
        </div>
      </details>
    )
  }
  return (
    <>
      <DetailPage
        query={warehouse} title={code} sub={w?.name} status={w && (w.active ? 'active' : 'inactive')} facts={w && <Facts ns="masterdata" columns={facts} row={w} />}
        actions={w && (
          <>
            {may('inventory.read') && <Link to={`/inventory/stock?filter=${encodeURIComponent(`warehouse:eq:${code}`)}`}>{t('warehouse.stock')} →</Link>}
            <Dropdown trigger={['click']} menu={{ items: [{ key: 'pdf', label: t('warehouse.big') }, { key: 'small', label: t('warehouse.small') }, { key: 'zpl', label: t('warehouse.zpl') }], onClick: (e) => print(e.key as 'pdf') }}>
              <Button icon={<PrinterOutlined />} disabled={places.length === 0}>{picked.size ? t('warehouse.printN', { n: picked.size }) : t('warehouse.print')}</Button>
            </Dropdown>
            <EditActions noun="warehouses" code={code} site={w.site} rev={w.rev} active={w.active} onEdit={() => setOpen('edit')} />
          </>
        )}
        tabs={w && [
          { key: 'places', label: t('warehouse.tab'), count: w.locations.length, children: (
            <Card
              title={t('warehouse.places', { n: w.locations.length })}
              extra={(
                <div className="md-tools">
                  <Input size="small" allowClear className="kw-search" placeholder={t('warehouse.find')} aria-label={t('warehouse.find')} value={q} onChange={(e) => setQ(e.target.value)} />
                  {write && <Button size="small" type="primary" icon={<PlusOutlined />} disabled={!w.active} onClick={() => setOpen('places')}>{t('places.new')}</Button>}
                </div>
              )}
            >
              {write && picked.size > 0 && (
                <div className="md-bar md-picked">
                  <b>{t('kit:list.selected', { n: picked.size })}</b>
                  {named && named.place && <Button size="small" onClick={() => setOpen('name')}>{t('places.rename')}</Button>}
                  {active
                    ? <ActButton size="small" danger send={turn} input={(reason) => ({ body: { site: w.site, codes: chosen.filter((p) => p.active && p.place).map((p) => p.code), active: false, reason } })} confirm={{ title: t('places.offAsk', { n: chosen.filter((p) => p.active && p.place).length }), text: t('places.offText'), reason: true }} done={t('item.offDone')} disabled={!chosen.some((p) => p.active && p.place)} onDone={() => setPicked(new Set())}>{t('item.off')}</ActButton>
                    : <ActButton size="small" send={turn} input={{ body: { site: w.site, codes: chosen.map((p) => p.code), active: true } }} done={t('item.onDone')} onDone={() => setPicked(new Set())}>{t('item.on')}</ActButton>}
                  <Button size="small" type="link" onClick={() => setPicked(new Set())}>{t('kit:list.unselect')}</Button>
                </div>
              )}
              {places.length === 0 && <div className="kw-none">{t('warehouse.noPlaces')}</div>}
              {own && <div className="md-places md-own1">{leaf(own, t('warehouse.itself'))}</div>}
              {tree.some((n) => n.children.length === 0) && <div className="md-places md-own1">{tree.filter((n) => n.children.length === 0).map((n) => leaf(n.place!, n.place!.place))}</div>}
              {tree.filter((n) => n.children.length > 0).map((n) => branch(n, 0))}
            </Card>
          ) },
          { key: 'log', label: t('item.log'), children: <Log subject={`warehouse:${code}`} /> },
        ]}
      />
      {w && write && (
        <>
          <FormDrawer ns="masterdata" title={t('edit.title', { code })} method="put" path="/api/v1/masterdata/warehouses/{code}" pathParams={{ code }} fields={warehouseFields} initial={w} shape={(b) => shaped(w, warehouseFields, b, NONE)} open={open === 'edit'} onClose={() => setOpen('')} />
          <FormDrawer ns="masterdata" title={t('edit.title', { code: named?.code })} method="post" path="/api/v1/masterdata/locations/edit" fields={[{ key: 'name' }]} initial={named} shape={(b) => ({ name: '', ...b, code: named!.code, rev: named!.rev, site: w.site })} open={open === 'name'} onClose={() => setOpen('')} />
          {open === 'places' && <PlacesModal warehouse={code} site={w.site} onClose={() => setOpen('')} />}
        </>
      )}
    </>
  )
}
