import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import { BigButton, BigProgress, Notice, ShopCard, ShopPage } from '@/kit/shop'
import { useMay } from '@/kit/who'
import { at } from './code'
import { ScanAnywhere } from './find'
import { Refused, Wait } from './parts'
import { ScanSheet } from './ScanSheet'

/** Stock-takes that go on; a new one of the location where you stand. */
export default function CountListPage() {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const may = useMay()
  const { data, error, refetch } = useGet('/api/v1/inventory/counts', { query: { filter: ['status:eq:open'], sort: '-made_ms', limit: 50 } })
  const start = useSend('post', '/api/v1/inventory/counts')
  const [open, setOpen] = useState(false)
  return (
    <ShopPage title={t('shop:menu.count')} back="/m" bar={may('inventory.count') && <BigButton kind="main" icon="list" busy={start.isPending} onClick={() => setOpen(true)}>{t('lineside:count.new')}</BigButton>}>
      {!open && <ScanAnywhere />}
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {data && data.items.length === 0 && <Notice title={t('lineside:count.none')}>{t('lineside:count.noneDo')}</Notice>}
      <div className="kf-grid kf-wide">
        {(data?.items ?? []).map((c) => (
          <ShopCard key={c.number} tone="blue" onClick={() => void navigate(at.count(c.number))}>
            <div className="kw-no"><span>{c.number}</span>{c.blind && <span className="kf-tag">{t('lineside:count.blind')}</span>}</div><h3>{c.scope}</h3><BigProgress done={String(c.counted)} total={String(c.lines)} />
          </ShopCard>
        ))}
      </div>
      <ScanSheet open={open} title={t('lineside:count.scanPlace')} onClose={() => setOpen(false)} onScan={(location) => { setOpen(false); start.mutate({ body: { location, blind: true } }, { onSuccess: (r) => void navigate(at.count(r.number)) }) }} />
      <Refused error={start.error} onClose={() => start.reset()} />
    </ShopPage>
  )
}
