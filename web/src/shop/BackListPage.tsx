import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { useGet } from '@/api/hooks'
import { readCode } from '@/kit/code'
import { format } from '@/kit/num'
import { BigButton, Chip, Notice, ScanBox, ShopCard, ShopPage } from '@/kit/shop'
import { useFind } from './find'
import { Wait } from './parts'

/** Goods that customers send back and that are expected: scan the paper, or choose. */
export default function BackListPage() {
  const { t } = useTranslation('back')
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams()
  const q = params.get('q') ?? ''
  const { find, choice } = useFind()
  const { data, error, refetch } = useGet('/api/v1/sales/returns', { query: { q: q || undefined, filter: ['status:in:expected,part_received'], sort: '-at_ms', limit: 100 }, live: ['sales.'] })
  const list = data?.items ?? []
  const open = (number: string) => void navigate(`/m/back/${encodeURIComponent(number)}`)
  const scan = (code: string) => {
    const c = readCode(code)
    if (c.kind && !['SHP', 'SO'].includes(c.kind)) return find(code)
    const hit = list.filter((r) => [r.number, r.shipment, r.order, r.complaint].includes(c.number))
    if (hit.length === 1 && hit[0]) open(hit[0].number)
    else setParams({ q: c.number }, { replace: true })
  }
  return (
    <ShopPage title={t('menu.back')} back="/m">
      <ScanBox compact title={t('floor.scanPaper')} hint={t('floor.scanPaperHint')} onScan={scan} />
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {q && <BigButton small onClick={() => setParams({}, { replace: true })}>{t('floor.showAll')}</BigButton>}
      {data && list.length === 0 && <Notice tone="green" icon="check" title={t('floor.noneBack')} />}
      <div className="kf-grid kf-wide">
        {list.map((r) => (
          <ShopCard key={r.number} tone={r.status === 'part_received' ? 'teal' : 'blue'} onClick={() => open(r.number)}>
            <div className="kf-top"><b className="kf-no">{r.number}</b><Chip status={r.status} tone={r.status === 'part_received' ? 'teal' : 'grey'} word={t(`rstatus.${r.status}`)} /></div>
            <div className="kf-opcard"><div><h3>{r.customer}</h3><div className="kf-meta"><span>{r.items}</span><span>{r.shipment}</span></div><div className="kf-meta"><span>{r.reason}</span></div></div><div className="kf-left"><b className="num">{format(r.received)} / {format(r.qty)}</b></div></div>
          </ShopCard>
        ))}
      </div>
      {choice}
    </ShopPage>
  )
}
