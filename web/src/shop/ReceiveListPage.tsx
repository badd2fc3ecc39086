import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useGet } from '@/api/hooks'
import { readCode } from '@/kit/code'
import { cmp, format } from '@/kit/num'
import { Chip, Notice, ScanBox, ShopCard, ShopPage } from '@/kit/shop'
import { at } from './code'
import { useFind } from './find'
import { Due, Wait } from './parts'

/** Finished pieces that stand beside the line. */
export default function ReceiveListPage() {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const { find, busy, choice } = useFind()
  const { data, error, refetch } = useGet('/api/v1/production/receivable', { live: ['quality.'] })
  const scan = (code: string) => {
    const c = readCode(code)
    if (c.kind === 'WO' || c.kind === 'OP') void navigate(at.receive(c.number))
    else if (data?.some((r) => r.order === c.number)) void navigate(at.receive(c.number))
    else find(code)
  }
  return (
    <ShopPage title={t('shop:menu.receive')} back="/m">
      <ScanBox compact title={t('wares:recv.scan')} hint={t('wares:recv.hint')} busy={busy} onScan={scan} />
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <Notice tone="green" icon="check" title={t('wares:recv.none')}>{t('wares:recv.noneDo')}</Notice>}
      <div className="kf-grid kf-wide">
        {data?.map((r) => {
          const ready = cmp(r.receivable, '0') > 0
          return (
            <ShopCard key={r.order} tone={ready ? 'green' : 'amber'} onClick={() => void navigate(at.receive(r.order))}>
              <div className="kf-opcard">
                <div>
                  <div className="kf-top"><b className="kf-no">{r.order}</b>{!ready && <Chip status="waiting_inspection" />}</div>
                  <h3>{r.name}</h3>
                  <div className="kf-meta"><span>{r.item}</span><Due date={r.due} />{r.sales_order && <span>{r.sales_order}</span>}</div>
                </div>
                <div className="kf-left"><b className="num">{format(ready ? r.receivable : r.waiting_inspection)}</b><small>{t(ready ? 'wares:recv.ready' : 'wares:insp.waiting')} {r.uom}</small></div>
              </div>
            </ShopCard>
          )
        })}
      </div>
      {choice}
    </ShopPage>
  )
}
