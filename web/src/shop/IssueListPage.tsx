import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import { readCode } from '@/kit/code'
import { BigButton, Notice, ScanBox, ShopCard, ShopPage } from '@/kit/shop'
import { at } from './code'
import { useFind } from './find'
import { Due, Refused, Wait } from './parts'

/** Scan a traveler, choose an order that waits for material, or several that are picked on one way. */
export default function IssueListPage() {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const { find, busy, choice } = useFind()
  const { data, error, refetch } = useGet('/api/v1/production/operations', { query: { filter: ['status:eq:waiting_material', 'report:eq:true'], sort: 'priority,due', limit: 100 }, keep: true, live: ['inventory.'] })
  const lists = useGet('/api/v1/production/picks', { query: { filter: ['status:eq:open'], limit: 20 }, live: ['production.'] })
  const make = useSend('post', '/api/v1/production/picks')
  const [several, setSeveral] = useState<string[] | undefined>()
  const toggle = (order: string) => setSeveral((s) => (s?.includes(order) ? s.filter((o) => o !== order) : [...(s ?? []), order]))
  const scan = (code: string) => {
    const c = readCode(code)
    if ((c.kind === 'WO' || c.kind === 'OP') && several) toggle(c.number)
    else if (c.kind === 'WO' || c.kind === 'OP') void navigate(at.issue(c.number))
    else find(code)
  }
  return (
    <ShopPage title={t('shop:menu.issue')} back="/m"
      bar={several && (
        <>
          <BigButton onClick={() => setSeveral(undefined)}>{t('material:pick.one')}</BigButton>
          <BigButton kind="main" icon="list" busy={make.isPending} disabled={several.length === 0} onClick={() => make.mutate({ body: { orders: several } }, { onSuccess: (p) => void navigate(`/m/wopick/${p.number}`) })}>{t('material:pick.make', { n: several.length })}</BigButton>
        </>
      )}
    >
      <ScanBox compact title={t('issue.scanOrder')} hint={t('issue.scanOrderHint')} busy={busy} onScan={scan} />
      {(lists.data?.items?.length ?? 0) > 0 && <h3 className="kf-h3">{t('material:pick.lists')}</h3>}
      <div className="kf-grid kf-wide">
        {lists.data?.items?.map((p) => (
          <ShopCard key={p.number} tone="blue" onClick={() => void navigate(`/m/wopick/${p.number}`)}>
            <div className="kf-top"><b className="kf-no">{p.number}</b><span>{t('material:pick.stops', { n: p.stops })}</span></div>
            <div className="kf-meta"><span>{p.orders}</span><span>{p.made_by}</span></div>
          </ShopCard>
        ))}
      </div>
      <h3 className="kf-h3">{t('issue.waiting')}</h3>
      {!several && (data?.items?.length ?? 0) > 0 && <BigButton small icon="list" onClick={() => setSeveral([])}>{t('material:pick.several')}</BigButton>}
      {several && <Notice title={t('material:pick.severalDo')} />}
      {several && several.length > 0 && <div className="kf-tags">{several.map((o) => <button key={o} type="button" onClick={() => toggle(o)}>{o} ×</button>)}</div>}
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {data?.items?.length === 0 && <Notice tone="green" icon="check" title={t('issue.none')}>{t('issue.noneDo')}</Notice>}
      <div className="kf-grid kf-wide">
        {data?.items?.map((o) => (
          <ShopCard key={o.id} tone={several?.includes(o.order) ? 'green' : 'amber'} onClick={() => (several ? toggle(o.order) : void navigate(at.issue(o.order)))}>
            <div className="kf-top"><b className="kf-no">{o.order}</b><Due date={o.due} /></div>
            <h3>{o.item_name}</h3>
            <div className="kf-meta"><span>{o.op} {o.name}</span><span>{o.work_center_name}</span></div>
          </ShopCard>
        ))}
      </div>
      {choice}
      <Refused error={make.error} onClose={() => make.reset()} />
    </ShopPage>
  )
}
