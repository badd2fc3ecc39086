import { BarcodeOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { ActButton, Card, DetailPage, Facts, Lines, type Column } from '@/kit/crud'
import { lotUrl } from '@/kit/links'
import { format } from '@/kit/num'
import { useMay } from '@/kit/who'
import { itemUrl, orderUrl } from './orders'
import './production.css'

type Pick = Answer<'get', '/api/v1/production/picks/{number}'>
type Stop = Pick['stops'][number]
const facts: Column<Pick>[] = [{ key: 'orders', label: 'menu.orders', render: (p) => <>{p.orders.map((o) => <Link key={o} to={orderUrl(o)}>{o} </Link>)}</> }, { key: 'left', label: 'f.stops_left', type: 'number' }, { key: 'made_ms', type: 'instant' }, { key: 'made_by' }]
const stops = (reason: (code: string) => string): Column<Stop>[] => [
  { key: 'pos', type: 'number' }, { key: 'warehouse' }, { key: 'location' }, { key: 'name' }, { key: 'item', type: 'link', to: (s) => itemUrl(s.item) }, { key: 'lot', type: 'link', to: (s) => (s.lot ? lotUrl(s.item, s.lot) : undefined) }, { key: 'expires_on', type: 'date' },
  { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'picked', type: 'qty' }, { key: 'short', type: 'qty', label: 'f.missing' },
  { key: 'for', label: 'f.for', render: (s) => <div className="pr-for">{s.for.map((f) => <span key={f.order}><Link to={orderUrl(f.order)}>{f.order}</Link> × {format(f.qty)}{f.work_center && ` · ${f.work_center}`}{f.others && ` · ${f.others}`}{f.reason && <span className="kw-late"> · {reason(f.reason)}</span>}</span>)}</div> },
]
const shorts: Column<Pick['short'][number]>[] = [{ key: 'order', type: 'link', to: (s) => orderUrl(s.order) }, { key: 'item', type: 'link', to: (s) => itemUrl(s.item) }, { key: 'name' }, { key: 'qty', type: 'qty', uom: 'uom', label: 'f.missing' }, { key: 'work_center' }]

/** A pick list of work orders on the desk; it is walked on the floor, where each scan issues what was taken. */
export default function PickPage() {
  const { t } = useTranslation('production')
  const { number = '' } = useParams()
  const navigate = useNavigate()
  const may = useMay()
  const pick = useGet('/api/v1/production/picks/{number}', { path: { number }, live: ['production.'] })
  const drop = useSend('post', '/api/v1/production/picks/{number}/drop')
  const p = pick.data
  const reason = (r: string) => (r === 'no_stock' ? t('pick.noStock') : r)
  return (
    <DetailPage query={pick} title={number} status={p?.status} word={p && t(`pick.status.${p.status}`)} facts={p && <Facts ns="production" columns={facts} row={p} />}
      actions={p && may('production.issue') && (
        <>
          {p.status !== 'cancelled' && p.left > 0 && <ActButton danger send={drop} input={(why) => ({ path: { number }, body: { reason: why } })} confirm={{ title: t('pick.dropAsk', { number }), reason: true }} done={t('pick.dropped')}>{t('pick.drop')}</ActButton>}
          {p.status === 'open' && <Button type="primary" icon={<BarcodeOutlined />} onClick={() => void navigate(`/m/wopick/${encodeURIComponent(number)}`)}>{t('pick.walk')}</Button>}
        </>
      )}
    >
      {p && <Card title={t('pick.way')} flush><Lines ns="production" columns={stops(reason)} rows={p.stops} id={(s) => String(s.pos)} /></Card>}
      {p && p.short.length > 0 && <Card title={t('pick.shortTitle')} flush><Lines ns="production" columns={shorts} rows={p.short} id={(s) => `${s.order}|${s.item}`} /></Card>}
    </DetailPage>
  )
}
