import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cmp, format } from '@/kit/num'
import { NumberBox, NumberPad, Notice, Sheet } from '@/kit/shop'
import { useEntry } from '@/kit/units'
import { Copies, LabelLinks } from './parts'
import { clean } from './quantity'
import { UnitKeys } from './UnitKeys'

/** Labels of a lot with another quantity on them: one for each box, in any unit of the item. */
export default function LabelSheet({ item, lot, uom, places, all, onClose }: { item: string; lot?: string; uom?: string; places: number; all: string; onClose: () => void }) {
  const { t } = useTranslation('step')
  const [qty, setQty] = useState('')
  const [copies, setCopies] = useState(1)
  const entry = useEntry(item, { uom, places })
  const own = entry.own(clean(qty))
  const typed = cmp(clean(qty), '0') > 0
  const query = new URLSearchParams({ item, ...(lot && { lot }), ...(typed && { qty: clean(qty) }), ...(typed && entry.uom && { uom: entry.uom }), copies: String(copies) })
  const url = (kind: string) => `/api/v1/inventory/labels.${kind}?${query.toString()}`
  return (
    <Sheet open title={t('label.title')} onClose={onClose} bar={own === undefined || (entry.uom && !typed) ? undefined : <LabelLinks pdf={url('pdf')} zpl={url('zpl')} />}>
      <NumberBox label={t('label.qty')} value={qty || (entry.uom ? '' : all)} uom={entry.shown} active />
      <UnitKeys entry={entry} qty={clean(qty)} onChange={() => setQty('')} />
      {!typed && !entry.uom && <Notice title={t('label.all', { qty: format(all), uom: uom ?? '' })} />}
      <NumberPad value={qty} places={entry.places} all={entry.typed(all)} onChange={setQty} />
      <Copies value={copies} onChange={setCopies} />
    </Sheet>
  )
}
