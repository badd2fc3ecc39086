import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { call } from '@/api/client'
import { useGet } from '@/api/hooks'
import { readCode } from '@/kit/code'
import { showInstant } from '@/kit/dates'
import { format, sub } from '@/kit/num'
import { BigButton, Notice, ScanBox, ShopCard, ShopPage } from '@/kit/shop'
import { at } from './code'
import { useFind } from './find'
import { Wait } from './parts'

/** What waits for a yes or no; a traveler's scan shows that order's. */
export default function InspectListPage() {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const [search, setSearch] = useSearchParams()
  const order = search.get('q') ?? ''
  const { find, busy, choice } = useFind()
  const { data, error, refetch } = useGet('/api/v1/quality/inspections', { query: { filter: ['status:eq:open', ...(order ? [`document:eq:${order}`] : [])], sort: 'requested_ms', limit: 100 } })
  const scan = (code: string) => {
    const c = readCode(code)
    if (c.kind === 'WO' || c.kind === 'OP') setSearch({ q: c.number }, { replace: true })
    else if (c.kind === 'LOT') void call<{ items: { number: string }[] }>('GET', '/api/v1/quality/inspections', { query: { filter: ['status:eq:open', `item:eq:${c.item}`, `lot:eq:${c.number}`], limit: 1 } }).then((r) => { const n = r.items[0]?.number; if (n) void navigate(at.inspect(n)); else find(code) }, () => find(code))
    else find(code)
  }
  const list = data?.items ?? []
  return (
    <ShopPage title={t('shop:menu.inspect')} sub={order || undefined} back="/m">
      <ScanBox compact title={t('wares:insp.scan')} hint={t('wares:insp.hint')} busy={busy} onScan={scan} />
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {data && list.length === 0 && <Notice tone="green" icon="check" title={t(order ? 'wares:insp.noneOf' : 'wares:insp.none', { order })} />}
      {order && <BigButton small onClick={() => setSearch({}, { replace: true })}>{t('wares:insp.showAll')}</BigButton>}
      <div className="kf-grid kf-wide">
        {list.map((i) => (
          <ShopCard key={i.number} tone="blue" onClick={() => void navigate(at.inspect(i.number))}>
            <div className="kf-opcard">
              <div>
                <div className="kf-top"><b className="kf-no">{i.document || i.number}</b><span className="kf-tag">{t(`wares:insp.kind.${i.kind}`, { defaultValue: i.kind })}</span></div>
                <h3>{i.name}</h3>
                <div className="kf-meta"><span>{i.number}</span>{i.lot && <span>{i.lot}</span>}<span className="num">{showInstant(i.requested_ms).slice(5)}</span><span>{i.requested_by}</span></div>
              </div>
              <div className="kf-left"><b className="num">{format(sub(sub(i.qty, i.passed), i.failed))}</b><small>{t('wares:insp.waiting')} {i.uom}</small></div>
            </div>
          </ShopCard>
        ))}
      </div>
      {choice}
    </ShopPage>
  )
}
