import { PrinterOutlined } from '@ant-design/icons'
import { Button, Checkbox, Dropdown, Input } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Card, DetailPage, Facts, type Column } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { locationUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import './masterdata.css'

type Warehouse = Answer<'get', '/api/v1/masterdata/warehouses/{code}'>
type Place = NonNullable<Warehouse['locations']>[number]
const facts: Column<Warehouse>[] = [{ key: 'kind', type: 'enum', words: 'warehouse' }, { key: 'in_costing', type: 'bool' }, { key: 'site' }]

/** "A-19-1" stands in aisle "A". */
const aisle = (p: Place): string => /^[^-/.\s]+/.exec(p.place)?.[0] ?? ''

export default function WarehousePage() {
  const { t } = useTranslation('masterdata')
  const { code = '' } = useParams()
  const may = useMay()
  const [q, setQ] = useState('')
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const warehouse = useGet('/api/v1/masterdata/warehouses/{code}', { path: { code } })
  const stock = useGet('/api/v1/inventory/locations', { query: { filter: [`warehouse:eq:${code}`], limit: 200 }, enabled: may('inventory.read'), live: ['inventory.'] })
  const w = warehouse.data
  const lots = useMemo(() => new Map((stock.data?.items ?? []).map((l) => [l.location, l.items])), [stock.data])
  const places = (w?.locations ?? []).filter((p) => p.code.toLowerCase().includes(q.trim().toLowerCase()))
  const aisles = [...new Set(places.map(aisle))]
  const toggle = (codes: string[], on: boolean) => setPicked((old) => { const next = new Set(old); codes.forEach((c) => (on ? next.add(c) : next.delete(c))); return next })
  const print = (kind: 'pdf' | 'zpl' | 'small') => openPdf(`/api/v1/masterdata/locations/label.${kind === 'zpl' ? 'zpl' : 'pdf'}`, { query: { code: (picked.size ? [...picked] : places.map((p) => p.code)).slice(0, 500), site: w?.site, small: kind === 'small' || undefined } })
  return (
    <DetailPage
      query={warehouse} title={code} sub={w?.name} facts={w && <Facts ns="masterdata" columns={facts} row={w} />}
      actions={w && (
        <>
          {may('inventory.read') && <Link to={`/inventory/stock?filter=${encodeURIComponent(`warehouse:eq:${code}`)}`}>{t('warehouse.stock')} →</Link>}
          <Dropdown trigger={['click']} menu={{ items: [{ key: 'pdf', label: t('warehouse.big') }, { key: 'small', label: t('warehouse.small') }, { key: 'zpl', label: t('warehouse.zpl') }], onClick: (e) => print(e.key as 'pdf') }}>
            <Button type="primary" icon={<PrinterOutlined />} disabled={places.length === 0}>{picked.size ? t('warehouse.printN', { n: picked.size }) : t('warehouse.print')}</Button>
          </Dropdown>
        </>
      )}
    >
      {w && (
        <Card title={t('warehouse.places', { n: w.locations.length })} extra={<Input size="small" allowClear className="kw-search" placeholder={t('warehouse.find')} aria-label={t('warehouse.find')} value={q} onChange={(e) => setQ(e.target.value)} />}>
          {places.length === 0 && <div className="kw-none">{t('warehouse.noPlaces')}</div>}
          {aisles.map((a) => {
            const here = places.filter((p) => aisle(p) === a)
            const on = here.filter((p) => picked.has(p.code)).length
            return (
              <section key={a} className="md-aisle">
                <h4><Checkbox checked={on === here.length} indeterminate={on > 0 && on < here.length} onChange={(e) => toggle(here.map((p) => p.code), e.target.checked)}>{a ? t('warehouse.aisle', { a }) : t('warehouse.itself')}</Checkbox><span className="kw-dim num">{here.length}</span></h4>
                <div className="md-places">
                  {here.map((p) => {
                    const n = lots.get(p.code) ?? 0
                    return (
                      <div key={p.code} className={n ? 'md-place md-full' : 'md-place'} title={p.code}>
                        <Checkbox checked={picked.has(p.code)} aria-label={p.code} onChange={(e) => toggle([p.code], e.target.checked)} />
                        {may('inventory.read') ? <Link to={locationUrl(p.code)}>{p.place || p.code}</Link> : <span>{p.place || p.code}</span>}
                        {stock.data && <small className="num">{n ? t('warehouse.items', { n }) : t('warehouse.empty')}</small>}
                      </div>
                    )
                  })}
                </div>
              </section>
            )
          })}
        </Card>
      )}
    </DetailPage>
  )
}
