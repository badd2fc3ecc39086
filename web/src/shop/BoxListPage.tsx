import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import { readCode } from '@/kit/code'
import { BigButton, Choices, Notice, ScanBox, Sheet, ShopCard, ShopPage } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { useMay } from '@/kit/who'
import { at } from './code'
import { Refused, Wait } from './parts'
import { useFind } from './find'
import { ScanSheet } from './ScanSheet'

/** Boxes and pallets: scan one, or make a new one where you stand. */
export default function BoxListPage() {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const may = useMay()
  const { find, choice } = useFind()
  const { data, error, refetch } = useGet('/api/v1/inventory/containers', { query: { sort: '-made_ms', limit: 30 } })
  const make = useSend('post', '/api/v1/inventory/containers')
  const [kind, setKind] = useState<'box' | 'pallet' | 'tote'>('box')
  const [sheet, setSheet] = useState<'kind' | 'where' | undefined>()
  const scan = (c: string) => (readCode(c).kind === 'BOX' ? void navigate(at.box(readCode(c).number)) : readCode(c).kind ? find(c) : void navigate(at.box(c)))
  return (
    <ShopPage title={t('shop:menu.box')} back="/m" bar={may('inventory.transfer') && <BigButton kind="main" icon="box" busy={make.isPending} onClick={() => setSheet('kind')}>{t('lineside:box.new')}</BigButton>}>
      <ScanBox compact title={t('lineside:box.scanBox')} hint={t('lineside:box.scanBoxHint')} onScan={scan} />
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {data && data.items.length === 0 && <Notice title={t('lineside:box.noneYet')} />}
      <div className="kf-grid kf-wide">
        {(data?.items ?? []).map((b) => (
          <ShopCard key={b.code} onClick={() => void navigate(at.box(b.code))}>
            <div className="kf-opcard"><div><h3>{b.code}</h3><div className="kf-meta"><span>{t(`lineside:box.kind.${b.kind}`)}</span><b>{b.location}</b></div></div><div className="kf-left"><b className="num">{b.items}</b><small>{t('lineside:box.items')}</small></div></div>
          </ShopCard>
        ))}
      </div>
      <Sheet open={sheet === 'kind'} title={t('lineside:box.new')} onClose={() => setSheet(undefined)}><Choices options={(['box', 'pallet', 'tote'] as const).map((k) => ({ value: k, label: t(`lineside:box.kind.${k}`) }))} onChange={(v) => { setKind(v as typeof kind); setSheet('where') }} /></Sheet>
      <ScanSheet open={sheet === 'where'} title={t('lineside:box.scanWhere')} onClose={() => setSheet(undefined)} onScan={(location) => make.mutate({ body: { kind, location } }, { onSuccess: (r) => { signal('ok'); void navigate(at.box(r.codes[0] ?? '')) } })} />
      {choice}
      <Refused error={make.error} onClose={() => make.reset()} />
    </ShopPage>
  )
}
