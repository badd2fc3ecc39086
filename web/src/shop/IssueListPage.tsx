import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useGet } from '@/api/hooks'
import { readCode } from '@/kit/code'
import { Notice, ScanBox, ShopCard, ShopPage } from '@/kit/shop'
import { at } from './code'
import { useFind } from './find'
import { Due, Wait } from './parts'

/** Scan a traveler, or choose an order that waits for material. */
export default function IssueListPage() {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const { find, busy, choice } = useFind()
  const { data, error, refetch } = useGet('/api/v1/production/operations', { query: { filter: ['status:eq:waiting_material', 'report:eq:true'], sort: 'priority,due', limit: 100 }, keep: true, live: ['inventory.'] })
  const scan = (code: string) => {
    const c = readCode(code)
    if (c.kind === 'WO' || c.kind === 'OP') void navigate(at.issue(c.number))
    else find(code)
  }
  return (
    <ShopPage title={t('shop:menu.issue')} back="/m">
      <ScanBox compact title={t('issue.scanOrder')} hint={t('issue.scanOrderHint')} busy={busy} onScan={scan} />
      <h3 className="kf-h3">{t('issue.waiting')}</h3>
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {data?.items?.length === 0 && <Notice tone="green" icon="check" title={t('issue.none')}>{t('issue.noneDo')}</Notice>}
      <div className="kf-grid kf-wide">
        {data?.items?.map((o) => (
          <ShopCard key={o.id} tone="amber" onClick={() => void navigate(at.issue(o.order))}>
            <div className="kf-top"><b className="kf-no">{o.order}</b><Due date={o.due} /></div>
            <h3>{o.item_name}</h3>
            <div className="kf-meta"><span>{o.op} {o.name}</span><span>{o.work_center_name}</span></div>
          </ShopCard>
        ))}
      </div>
      {choice}
    </ShopPage>
  )
}
