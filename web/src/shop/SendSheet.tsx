import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { cmp, format } from '@/kit/num'
import { BigButton, BigFacts, NumberBox, NumberPad, Sheet } from '@/kit/shop'
import { useAllUnits, useEntry } from '@/kit/units'
import { clean } from './quantity'
import { UnitKeys } from './UnitKeys'

type Part = NonNullable<NonNullable<Answer<'get', '/api/v1/purchasing/orders/{number}'>['lines']>[number]['components']>[number]
export interface ToSend { line: number; code: string; part: Part }

/** How much of what was scanned goes to the subcontractor: what is still needed, or another quantity, in any unit of it. */
export default function SendSheet({ chosen: c, busy, onClose, onSend }: { chosen: ToSend; busy: boolean; onClose: () => void; onSend: (qty: string, unit: { uom?: string }) => void }) {
  const { t } = useTranslation('floor')
  const [qty, setQty] = useState('')
  const need = cmp(c.part.to_send, '0') > 0 ? c.part.to_send : undefined
  const entry = useEntry(c.part.item, { uom: c.part.uom, places: useAllUnits(c.part.item)?.decimals ?? 6 })
  const all = entry.typed(need)
  const shown = cmp(clean(qty), '0') > 0 ? clean(qty) : all ?? ''
  const ready = cmp(clean(shown), '0') > 0 && entry.own(clean(shown)) !== undefined
  const code = readCode(c.code)
  return (
    <Sheet open title={c.part.name} onClose={onClose}
      bar={<BigButton kind="main" icon="ship" busy={busy} disabled={!ready} onClick={() => onSend(clean(shown), entry.body)}>{t('wares:send.qty', { qty: format(clean(shown)), uom: entry.shown })}</BigButton>}
    >
      <BigFacts items={[[t('issue.lot'), code.kind === 'LOT' ? code.number : undefined], [t('issue.needs'), `${format(c.part.to_send)} ${c.part.uom}`]]} />
      <NumberBox label={t('fig.qty')} value={qty || shown} uom={entry.shown} active />
      <UnitKeys entry={entry} qty={clean(shown)} onChange={() => setQty('')} />
      <NumberPad value={qty} places={entry.places} all={all} allLabel={entry.places === 0 && all !== undefined ? `${t('kit:pad.all')} ${format(all)}` : undefined} onChange={setQty} />
    </Sheet>
  )
}
