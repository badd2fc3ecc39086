import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { today } from '@/kit/dates'
import { cmp, format } from '@/kit/num'
import { BigButton, Notice, ScanBox, ShopCard, ShopPage } from '@/kit/shop'
import { at } from './code'
import { useFind } from './find'
import { Due, Refused, Row as Tap, Wait } from './parts'
import { useMay } from '@/kit/who'

type Line = Row<'/api/v1/sales/orders'>

/** Orders that have goods waiting for them, the earliest due first. */
export default function ShipListPage() {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const { find, busy, choice } = useFind()
  const { data, error, refetch } = useGet('/api/v1/sales/orders', { query: { filter: ['allocated:gt:0', 'status:in:open,part_shipped'], sort: 'due,number,line', limit: 200 }, live: ['inventory.'] })
  const may = useMay()
  const picks = useGet('/api/v1/sales/picks', { query: { filter: ['status:eq:open'], limit: 20 }, enabled: may('sales.pick') })
  const wave = useSend('post', '/api/v1/sales/picks')
  const pickOf = (n: string) => `/m/pick/${encodeURIComponent(n)}`
  const orders = new Map<string, Line[]>()
  for (const l of data?.items ?? []) orders.set(l.number, [...(orders.get(l.number) ?? []), l])
  const listed = new Set((picks.data?.items ?? []).flatMap((p) => p.orders.split(', ')))
  const walk = [...orders.keys()].filter((o) => !listed.has(o)).slice(0, 20)
  return (
    <ShopPage title={t('shop:menu.ship')} back="/m">
      <ScanBox compact title={t('wares:ship.scanOrder')} hint={t('wares:ship.scanOrderHint')} busy={busy} onScan={find} />
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {data && orders.size === 0 && <Notice tone="green" icon="check" title={t('wares:ship.none')}>{t('wares:ship.noneDo')}</Notice>}
      {(picks.data?.items ?? []).map((p) => <Tap key={p.id} icon="list" label={p.number} value={t('wares:wave.left', { n: p.left, all: p.stops })} onClick={() => void navigate(pickOf(p.number))} />)}
      {may('sales.pick') && walk.length > 0 && <BigButton small icon="list" busy={wave.isPending} onClick={() => wave.mutate({ body: { orders: walk } }, { onSuccess: (p) => void navigate(pickOf(p.number)) })}>{t('wares:wave.make', { n: walk.length })}</BigButton>}
      <div className="kf-grid kf-wide">
        {[...orders].map(([number, lines]) => {
          const first = lines[0]!
          const whole = lines.every((l) => cmp(l.allocated, l.qty) >= 0)
          return (
            <ShopCard key={number} tone={first.due < today() ? 'red' : whole ? 'green' : 'blue'} onClick={() => void navigate(at.ship(number))}>
              <div className="kf-top"><b className="kf-no">{number}</b><Due date={first.due} />{!whole && <span className="kf-tag">{t('wares:ship.part')}</span>}</div>
              <h3>{first.customer}</h3>
              <div className="kf-meta"><span>{lines.slice(0, 2).map((l) => `${l.name} ${format(l.allocated)} ${l.uom}`).join('，')}{lines.length > 2 && ` …${t('wares:goods.lines', { n: lines.length })}`}</span></div>
            </ShopCard>
          )
        })}
      </div>
      {choice}
      <Refused error={wave.error} onClose={() => wave.reset()} />
    </ShopPage>
  )
}
