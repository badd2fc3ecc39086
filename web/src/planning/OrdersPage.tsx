import { DownOutlined, LockOutlined, SendOutlined } from '@ant-design/icons'
import { App, Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import { ListPage } from '@/kit/crud'
import { addDays, today } from '@/kit/dates'
import { filterText } from '@/kit/crud/listState'
import { SitePick, useSiteFilter } from '@/kit/SitePick'
import { useMay } from '@/kit/who'
import { toRelease, useColumns } from './columns'
import { FirmDrawer } from './FirmDrawer'
import { NoPlan } from './NoPlan'
import { KINDS, monday, type Planned } from './plan'
import { ReleaseDrawer, type ToRelease } from './ReleaseDrawer'
import { WhyDrawer } from './WhyDrawer'
import './planning.css'

const tabs = { col: 'kind', values: KINDS, count: true }
const sort = ['start', 'level', 'item']
const MERGES = ['each', 'item', 'week', 'supplier'] as const
/** The planned orders of the live plan: why each, hold, release. */
export default function OrdersPage() {
  const { t } = useTranslation('planning')
  const { message } = App.useApp()
  const may = useMay()
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams()
  const firm = useSend('post', '/api/v1/planning/firm')
  const [firming, setFirming] = useState<Planned | undefined>()
  const [releasing, setReleasing] = useState<{ orders: ToRelease[]; clear?: () => void } | undefined>()
  const columns = useColumns()
  const here = useSiteFilter()
  const runs = useGet('/api/v1/planning/runs', { query: { limit: 1, filter: ['live:eq:true'] } })
  const [shown, setShown] = useState<Planned | undefined>()
  const asked = params.get('n')
  const one = useGet('/api/v1/planning/orders', { query: { limit: 1, filter: [`n:eq:${asked}`, ...here.map(filterText)] }, enabled: !!asked && String(shown?.n) !== asked })
  const why = asked ? (String(shown?.n) === asked ? shown : one.data?.items[0]) : undefined
  const show = (o: Planned | undefined) => { setShown(o); setParams((p) => { if (o) p.set('n', String(o.n)); else p.delete('n'); return p }, { replace: true }) }
  const hold = (rows: Planned[], merge: (typeof MERGES)[number], clear: () => void) => firm.mutate({ body: { site: rows[0]?.site, run: rows[0]?.run, orders: rows.map((o) => o.n), merge: merge === 'each' ? '' : merge } }, {
    onSuccess: (r) => { clear(); void message.success({ content: <>{t('firm.made', { list: r.orders.slice(0, 3).join(', ') + (r.orders.length > 3 ? ' …' : '') })} <a href="/planning/firm" onClick={(e) => { e.preventDefault(); void navigate('/planning/firm') }}>{t('menu.firm')}</a></>, duration: 6 }) },
    onError: (err) => void message.error({ content: messageOf(err), duration: 8 }),
  })
  const quick = (filter: string[]) => void navigate(`/planning/orders?${filter.map((f) => `filter=${encodeURIComponent(f)}`).join('&')}`)
  const week = monday(today())
  if (runs.data && runs.data.items.length === 0) return <NoPlan />
  return (
    <>
      <ListPage
        path="/api/v1/planning/orders" ns="planning" columns={columns} sort={sort} tabs={tabs} fixed={here} onOpen={show} searchHint={t('orders.search')} empty={<div className="kw-none"><b>{t('orders.none')}</b><span>{t('orders.noneText')}</span></div>}
        bulk={may('planning.firm') || may('planning.release')
          ? (rows, clear) => (
              <>
                {may('planning.firm') && <Dropdown trigger={['click']} menu={{ items: MERGES.map((m) => ({ key: m, label: t(`merge.${m}`) })), onClick: ({ key }) => hold(rows, key as 'item', clear) }}><Button size="small" icon={<LockOutlined />} loading={firm.isPending}>{t('firm.do')} <DownOutlined /></Button></Dropdown>}
                {may('planning.release') && <Button size="small" type="primary" icon={<SendOutlined />} onClick={() => setReleasing({ orders: rows.map(toRelease), clear })}>{t('release.one')}</Button>}
              </>
            )
          : undefined}
        actions={(
          <><SitePick /><Dropdown trigger={['click']} menu={{ items: [{ key: 'past', label: t('quick.past') }, { key: 'this', label: t('quick.this') }, { key: 'next', label: t('quick.next') }, { key: 'firm', label: t('quick.firm') }, { key: 'all', label: t('quick.all') }], onClick: ({ key }) => quick(key === 'past' ? ['past:eq:true', 'state:eq:planned'] : key === 'this' ? [`start:le:${addDays(week, 6)}`, 'state:eq:planned'] : key === 'next' ? [`start:ge:${addDays(week, 7)}`, `start:le:${addDays(week, 13)}`, 'state:eq:planned'] : key === 'firm' ? ['state:in:firm,released'] : []) }}>
            <Button>{t('quick.do')} <DownOutlined /></Button>
          </Dropdown></>
        )}
      />
      <WhyDrawer order={why} onClose={() => show(undefined)} onFirm={setFirming} onRelease={(o) => { show(undefined); setReleasing({ orders: [toRelease(o)] }) }} />
      <FirmDrawer order={firming} onClose={() => setFirming(undefined)} onDone={() => show(undefined)} />
      <ReleaseDrawer orders={releasing?.orders} onClose={() => setReleasing(undefined)} onDone={() => releasing?.clear?.()} />
    </>
  )
}
