import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'
import type { Body } from '@/api/types'
import { FormDrawer, type Field } from '@/kit/crud'
import { filled, pieces } from './links'

type New = NonNullable<Body<'post', '/api/v1/sales/returns'>>
export const WISHES = ['replace', 'credit', 'repair', 'none'] as const

interface Complaint { number: string; shipment: string; item: string; lot: string; serial: string; qty: string; symptom: string }

/** Goods that are expected back: from a complaint, or of a shipment. */
export function ReturnForm({ complaint, shipment: named = '', open, onClose, onDone }: { complaint?: Complaint; shipment?: string; open: boolean; onClose: () => void; onDone: (number: string) => void }) {
  const { t } = useTranslation('back')
  const shipment = useGet('/api/v1/sales/shipments/{number}', { path: { number: complaint?.shipment ?? named }, enabled: open && !!(complaint?.shipment ?? named) })
  const of = (shipment.data?.lines ?? []).filter((l) => !complaint || l.item === complaint.item)
  const fields: Field<New>[] = [
    ...(complaint ? [] : [{ key: 'shipment' as const, required: true, half: true }]), { key: 'wish', type: 'select', options: WISHES, words: 'wish', half: true, initial: 'none' }, { key: 'reason', type: 'textarea', required: true },
    { key: 'lines', type: 'lines', help: 'back:help.returnLines', fields: [{ key: 'line', type: 'int', width: 80 }, { key: 'lot' }, { key: 'qty', type: 'qty', width: 110 }, { key: 'serials', help: 'back:help.serials' }] },
  ]
  const start = complaint && of.length > 0
    ? { reason: complaint.symptom, lines: [{ line: of.find((l) => l.lot === complaint.lot)?.line ?? of[0]?.line, lot: complaint.lot, qty: complaint.serial ? '' : complaint.qty, serials: complaint.serial }] }
    : { shipment: named, reason: complaint?.symptom, lines: of.length > 0 ? of.map((l) => ({ line: l.line, lot: l.lot, qty: l.serials?.length ? '' : l.qty, serials: (l.serials ?? []).join(' ') })) : [{}] } // what went out; what stays with him is struck
  const shape = (b: Record<string, unknown>) => filled({
    ...b, ...(complaint && { complaint: complaint.number }),
    lines: ((b.lines as Record<string, unknown>[]) ?? []).filter((l) => l.line).map((l) => filled({ ...l, line: Number(l.line), serials: pieces(l.serials) })),
  })
  return <FormDrawer key={of.length} ns="back" title={t('returns.new')} method="post" path="/api/v1/sales/returns" fields={fields} initial={start} shape={shape} open={open} onClose={onClose} width={720} said={(r) => t('returns.made', { number: r.number })} onDone={(r) => onDone(r.number)} />
}
