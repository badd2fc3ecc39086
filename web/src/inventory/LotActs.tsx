import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Body } from '@/api/types'
import { FormDrawer, type Field } from '@/kit/crud'
import { lotUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { place } from './boxes'

const parts: Field<{ lot?: string; qty?: string }>[] = [{ key: 'qty', type: 'qty', required: true, width: 130 }, { key: 'lot', label: 'f.new_lot' }]
const lots: Field<{ lot?: string; qty?: string }>[] = [{ key: 'lot', required: true }, { key: 'qty', type: 'qty', width: 130 }]
const split: Field<NonNullable<Body<'post', '/api/v1/inventory/lots/split'>>>[] = [
  { key: 'location', type: 'entity', from: place, required: true, half: true }, { key: 'held', type: 'bool', label: 'f.is_held', half: true }, { key: 'parts', type: 'lines', label: 'f.new_lots', fields: parts as never, help: 'inventory:help.newLots' }, { key: 'reason' },
]
const merge: Field<NonNullable<Body<'post', '/api/v1/inventory/lots/merge'>>>[] = [
  { key: 'location', type: 'entity', from: place, required: true, half: true }, { key: 'held', type: 'bool', label: 'f.is_held', half: true }, { key: 'lots', type: 'lines', label: 'f.merged_lots', fields: lots as never, help: 'inventory:help.mergeQty' }, { key: 'to', label: 'f.new_lot', help: 'inventory:help.newLot' }, { key: 'reason' },
]

/** A lot becomes several, or several become one; the new lot's page prints its label. */
export function LotActs({ item, lot, location, held }: { item: string; lot: string; location?: string; held?: boolean }) {
  const { t } = useTranslation('inventory')
  const may = useMay()
  const navigate = useNavigate()
  const [act, setAct] = useState<'split' | 'merge' | undefined>()
  if (!may('inventory.lots')) return null
  const close = () => setAct(undefined)
  const said = (r: { number: string; to: { lot: string }[] }) => t('relot.done', { number: r.number, lots: r.to.map((l) => l.lot).join(', ') })
  const go = (r: { item: string; to: { lot: string }[] }) => void navigate(lotUrl(r.item, r.to[0]?.lot ?? lot))
  return (
    <>
      <Button onClick={() => setAct('split')}>{t('relot.split')}</Button>
      <Button onClick={() => setAct('merge')}>{t('relot.merge')}</Button>
      <FormDrawer ns="inventory" title={t('relot.splitOf', { lot })} ok={t('relot.split')} method="post" path="/api/v1/inventory/lots/split" fields={split} open={act === 'split'} onClose={close} initial={{ location, held }} shape={(b) => ({ ...b, item, lot })} said={said} onDone={go} />
      <FormDrawer ns="inventory" title={t('relot.mergeOf', { item })} ok={t('relot.merge')} method="post" path="/api/v1/inventory/lots/merge" fields={merge} open={act === 'merge'} onClose={close} initial={{ location, held, lots: [{ lot }, {}] }} shape={(b) => ({ ...b, item })} said={said} onDone={go} />
    </>
  )
}
