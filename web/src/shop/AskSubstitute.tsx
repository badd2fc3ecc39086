import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '@/api/client'
import { useSend } from '@/api/hooks'
import { format } from '@/kit/num'
import { Choices, Notice, ScanBox, Sheet, toast } from '@/kit/shop'
import { Refused } from './parts'
import type { PickLine, Stock } from './picks'

/** Asks for another item in the place of one that is short: choose or scan it, say why. It is used when somebody has approved it. */
export default function AskSubstitute({ order, line: l, sub, onClose }: { order: string; line: PickLine; sub?: string; onClose: () => void }) {
  const { t } = useTranslation('material')
  const ask = useSend('post', '/api/v1/production/substitutes')
  const [item, setItem] = useState(sub ?? '')
  const [unknown, setUnknown] = useState<Error | undefined>()
  const scan = (code: string) => void call<Stock>('GET', '/api/v1/inventory/scan', { query: { code } }).then((s) => setItem(s.item ?? ''), (err: unknown) => setUnknown(err as Error))
  if (ask.error ?? unknown) return <Refused error={ask.error ?? unknown} order={order} onClose={() => { ask.reset(); setUnknown(undefined) }} />
  return (
    <Sheet open title={t('sub.title')} onClose={onClose}>
      <Notice title={`${l.name} ${l.item}`}>{t('sub.open', { qty: format(l.open), uom: l.uom })}</Notice>
      {!item && l.substitutes && l.substitutes.length > 0 && <><h3 className="kf-h3">{t('sub.listed')}</h3><Choices options={l.substitutes.map((s) => ({ value: s, label: s }))} onChange={setItem} /></>}
      {!item && <ScanBox compact title={t('sub.scan')} onScan={scan} />}
      {item && <><h3 className="kf-h3">{t('sub.why', { item })}</h3><Choices options={['short', 'late', 'bad', 'other'].map((c) => ({ value: t(`sub.reason.${c}`), label: t(`sub.reason.${c}`) }))} onChange={(reason) => ask.mutate({ body: { order, item: l.item, substitute: item, reason } }, { onSuccess: () => { toast(t('sub.asked')); onClose() } })} /></>}
    </Sheet>
  )
}
