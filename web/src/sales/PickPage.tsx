import { BarcodeOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { ActButton, Card, DetailPage, Facts, Lines, type Column } from '@/kit/crud'
import { orderUrl } from './orders'
import './sales.css'

type Pick = Answer<'get', '/api/v1/sales/picks/{number}'>
const facts: Column<Pick>[] = [{ key: 'orders', label: 'menu.orders', render: (p) => <>{p.orders.map((o) => <Link key={o} to={orderUrl(o)}>{o} </Link>)}</> }, { key: 'left', type: 'number' }, { key: 'made_ms', type: 'instant' }, { key: 'made_by' }]
const columns: Column<Pick['lines'][number]>[] = [
  { key: 'pos', type: 'number' }, { key: 'warehouse' }, { key: 'location' }, { key: 'name' }, { key: 'item' }, { key: 'lot' }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'picked', type: 'qty' }, { key: 'short', type: 'qty', label: 'pick.missing' }, { key: 'why' }, { key: 'order', type: 'link', to: (l) => orderUrl(l.order) }, { key: 'customer' },
]

/** A pick list on the desk; it is walked on the floor. */
export default function PickPage() {
  const { t } = useTranslation('sales')
  const { number = '' } = useParams()
  const navigate = useNavigate()
  const pick = useGet('/api/v1/sales/picks/{number}', { path: { number } })
  const drop = useSend('post', '/api/v1/sales/picks/{number}/drop')
  const p = pick.data
  return (
    <DetailPage query={pick} title={number} status={p?.status} word={p && t(`pick.status.${p.status}`)} facts={p && <Facts ns="sales" columns={facts} row={p} />}
      actions={p && (
        <>
          {p.status !== 'cancelled' && <ActButton danger send={drop} input={(reason) => ({ path: { number }, body: { reason } })} confirm={{ title: t('pick.dropAsk', { number }), reason: true }} done={t('pick.dropped')}>{t('pick.drop')}</ActButton>}
          {p.status === 'open' && <Button type="primary" icon={<BarcodeOutlined />} onClick={() => void navigate(`/m/pick/${encodeURIComponent(number)}`)}>{t('pick.walk')}</Button>}
        </>
      )}
    >
      {p && <Card title={t('pick.way')} flush><Lines ns="sales" columns={columns} rows={p.lines} id={(l) => String(l.pos)} /></Card>}
    </DetailPage>
  )
}
