import type { TFunction } from 'i18next'
import { dayOf } from '@/kit/dates'
import { add, cmp, format, sub } from '@/kit/num'
import type { Track } from './orders'

/** What one tells the customer on the phone or in a chat: a few plain lines, no inner numbers. */
export function customerText(o: Track, t: TFunction): string {
  const rows = o.lines.map((l) => {
    const qty = (n: string) => `${format(n)} ${l.uom}`
    const said: string[] = []
    if (l.status === 'cancelled') said.push(t('sales:tell.cancelled'))
    else {
      if (cmp(l.shipped, '0') > 0) said.push(t('sales:tell.shipped', { qty: qty(l.shipped) }))
      if (cmp(l.allocated, '0') > 0) said.push(t('sales:tell.ready', { qty: qty(l.allocated) }))
      const rest = sub(l.qty, add(l.shipped, l.allocated))
      if (cmp(rest, '0') > 0) said.push(cmp(l.in_work, '0') > 0 ? t('sales:tell.inWork', { qty: qty(rest) }) : t('sales:tell.open', { qty: qty(rest) }))
      if (cmp(rest, '0') > 0 && l.expected_ms) said.push(t('sales:tell.expected', { date: dayOf(l.expected_ms) }))
      if (l.status !== 'shipped') said.push(t('sales:tell.due', { date: l.due }))
    }
    return `${l.line}. ${l.name} ${l.item} × ${qty(l.qty)}${t('sales:tell.colon')}${said.join(t('sales:tell.comma'))}`
  })
  const parcels = o.shipments.filter((s) => !s.reversed_ms).map((s) => t('sales:tell.parcel', { date: dayOf(s.shipped_ms), carrier: s.carrier || t('sales:tell.carrier'), waybill: s.waybill || '–', n: s.cartons }))
  if (rows.length === 0 && o.merged_into) rows.push(t('sales:tell.merged', { number: o.merged_into }))
  return [t('sales:tell.head', { number: o.number }), ...rows, ...parcels].join('\n')
}
