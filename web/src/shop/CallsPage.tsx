import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'
import { Notice, ShopPage } from '@/kit/shop'
import { CallCard } from './callcard'
import { ScanAnywhere } from './find'
import { Wait } from './parts'
import './station.css'

/** Open calls for help, those that ask this person's role first; live. */
export default function CallsPage() {
  const { t } = useTranslation('line')
  const { data, error, refetch } = useGet('/api/v1/production/calls/open', { staleTime: 5_000 })
  const mine = data?.items.slice(0, data.mine) ?? []
  const rest = data?.items.slice(data.mine) ?? []
  return (
    <ShopPage title={t('call.list')} back="/m">
      <ScanAnywhere />
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {data && data.items.length === 0 && <Notice tone="green" icon="check" title={t('call.none')}>{t('call.noneDo')}</Notice>}
      {mine.length > 0 && <section className="kf-col"><h3 className="kf-h3">{t('call.mine')} <span className="num">{mine.length}</span></h3><div className="kf-grid kf-wide">{mine.map((c) => <CallCard key={c.id} c={c} />)}</div></section>}
      {rest.length > 0 && <section className="kf-col"><h3 className="kf-h3">{t('call.open')} <span className="num">{rest.length}</span></h3><div className="kf-grid kf-wide">{rest.map((c) => <CallCard key={c.id} c={c} />)}</div></section>}
    </ShopPage>
  )
}
