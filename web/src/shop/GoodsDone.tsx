import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useSend } from '@/api/hooks'
import { OPEN_END } from '@/kit/dates'
import { cmp, format } from '@/kit/num'
import { BigButton, BigFacts, Notice, ShopPage, toast } from '@/kit/shop'
import { both } from '@/kit/units'
import { useMay } from '@/kit/who'
import { at, lotCode } from './code'
import { ScanAnywhere } from './find'
import type { Received } from './GoodsPage'
import { Copies, Done, LabelLinks, ReasonSheet, Refused } from './parts'

/** The lot that was made of a delivery, with its label. */
export function GoodsDone({ r, onMore, onBack }: { r: Received; onMore: () => void; onBack: () => void }) {
  const { t } = useTranslation('floor')
  const may = useMay()
  const navigate = useNavigate()
  const [copies, setCopies] = useState(1)
  const [why, setWhy] = useState(false)
  const undo = useSend('post', '/api/v1/purchasing/receipts/{number}/undo')
  const labels = `/api/v1/purchasing/receipts/${encodeURIComponent(r.number)}/labels`
  return (
    <ShopPage title={t('shop:menu.goods')} sub={r.order} back={onBack} bar={<>{cmp(r.open, '0') > 0 && <BigButton onClick={onMore}>{t('wares:goods.more')}</BigButton>}<BigButton kind="main" onClick={onBack}>{t('wares:goods.nextLine')}</BigButton></>}>
      <ScanAnywhere />
      <Done title={t('done.goods', { qty: format(r.qty), uom: r.uom })}>
        <div className="kf-biglot">{r.lot || (r.serials?.length === 1 ? r.serials[0] : r.item)}</div>
        <BigFacts items={[[t('wares:recv.product'), r.name], [t('fig.qty'), r.entered_uom ? both(r.qty, r.uom, r) : undefined], [t('wares:recv.number'), r.number], [t('wares:recv.location'), r.location], [t('issue.expires'), r.expires_on && r.expires_on !== OPEN_END ? r.expires_on : undefined], [t('wares:goods.open'), cmp(r.open, '0') > 0 ? `${format(r.open)} ${r.uom}` : undefined]]} />
        {(r.serials?.length ?? 0) > 1 && <div className="kf-tags">{r.serials?.map((s) => <span key={s}>{s}</span>)}</div>}
      </Done>
      {r.held && <Notice tone="amber" icon="inspect" title={t('wares:goods.held')}>{r.inspections?.join(', ')}</Notice>}
      <Copies value={copies} onChange={setCopies} />
      <LabelLinks pdf={`${labels}.pdf?copies=${copies}`} zpl={`${labels}.zpl?copies=${copies}`} />
      {r.held && may('quality.judge') && r.inspections?.[0] && <BigButton icon="inspect" onClick={() => void navigate(at.inspect(r.inspections![0]!))}>{t('act.inspect')}</BigButton>}
      {!r.held && may('inventory.transfer') && <BigButton icon="move" onClick={() => void navigate(at.putaway(lotCode(r.item, r.lot)))}>{t('shop:menu.putaway')}</BigButton>}
      {may('purchasing.undo') && <div className="kf-foot"><BigButton small icon="undo" onClick={() => setWhy(true)}>{t('wares:goods.undo')}</BigButton></div>}
      <ReasonSheet open={why} kind="goods" title={t('rep.why')} busy={undo.isPending} onClose={() => setWhy(false)}
        onChoose={(reason) => { setWhy(false); undo.mutate({ path: { number: r.number }, body: { reason } }, { onSuccess: () => { toast(t('done.undo')); onMore() } }) }} />
      <Refused error={undo.error} onClose={() => undo.reset()} />
    </ShopPage>
  )
}
