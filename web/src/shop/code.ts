import type { Hit } from '@/api/search'
import { readCode } from '@/kit/code'

const enc = encodeURIComponent

/** The content of a traveler's code: of the order, or of one of its operations. */
export const opCode = (order: string, op?: string | number): string => (op ? `KW:OP:${enc(order)}/${op}` : `KW:WO:${enc(order)}`)
export const lotCode = (item: string, lot: string): string => (lot ? `KW:LOT:${enc(item)}/${enc(lot)}` : `KW:ITM:${enc(item)}`)
export const serialCode = (item: string, serial: string): string => `KW:SN:${enc(item)}/${enc(serial)}`

export const at = {
  op: (order: string, op?: string | number) => `/m/op/${enc(order)}${op ? `/${op}` : ''}`,
  report: (order: string, op: string | number) => `/m/report/${enc(order)}/${op}`,
  issue: (order: string, code?: string) => `/m/issue/${enc(order)}${code ? `?code=${enc(code)}` : ''}`,
  giveBack: (order: string) => `/m/return/${enc(order)}`,
  inspect: (number: string) => `/m/inspect/${enc(number)}`,
  receive: (order: string) => `/m/receive/${enc(order)}`,
  goods: (order: string, line?: number) => `/m/goods/${enc(order)}${line ? `/${line}` : ''}`,
  send: (order: string) => `/m/send/${enc(order)}`,
  ship: (order: string) => `/m/ship/${enc(order)}`,
  shipment: (number: string) => `/m/shipments/${enc(number)}`,
  stock: (code: string) => `/m/stock?code=${enc(code)}`,
  move: (code: string, from?: string) => `/m/move?code=${enc(code)}${from ? `&from=${enc(from)}` : ''}`,
  calls: '/m/calls',
  handover: (number: string) => `/m/handover/${enc(number)}`,
  call: (order: string, op: string | number) => `/m/call/${enc(order)}/${op}`,
  box: (code: string) => `/m/box/${enc(code)}`,
  count: (number: string) => `/m/count/${enc(number)}`,
  putaway: (code: string) => `/m/putaway?code=${enc(code)}`,
  station: (workCenter: string) => `/m/station?at=${enc(workCenter)}`,
  badge: (badge: string) => `/m/login?badge=${enc(badge)}`,
}

/** Where one of our own labels leads on the floor; undefined for a bare number, which only the server knows. */
export function labelPath(code: string): string | undefined {
  const text = code.trim()
  const c = readCode(text)
  switch (c.kind) {
    case 'WO': return at.op(c.number)
    case 'OP': return at.op(c.number, text.split('/').pop())
    case 'LOT': case 'SN': case 'ITM': case 'LOC': return at.stock(text)
    case 'BDG': return at.badge(c.number)
    case 'SHP': return at.shipment(c.number)
    case 'SO': return at.ship(c.number)
    case 'BOX': return at.box(c.number)
  }
  return undefined
}

/** Where something that the search found leads on the floor; undefined for what has no page here. */
export function hitPath(h: Hit): string | undefined {
  const parts = (h.url.split('?')[0] ?? '').split('/')
  const [item = '', number = ''] = parts.slice(-2) // escaped already
  switch (h.kind) {
    case 'work_order': return at.op(h.title)
    case 'sales_order': return at.ship(h.title)
    case 'shipment': return at.shipment(h.title)
    case 'customer_return': return `/m/back/${enc(h.title)}`
    case 'purchase_order': return at.goods(h.title)
    case 'goods_receipt': return h.url.includes('?') ? undefined : `/m/goods/${number}`
    case 'inspection': return at.inspect(h.title)
    case 'lot': return at.stock(`KW:LOT:${item}/${number}`)
    case 'serial': return at.stock(`KW:SN:${item}/${number}`)
    case 'item': return at.stock(`KW:ITM:${enc(h.title)}`)
    case 'container': return at.box(h.title)
    case 'count': return at.count(h.title)
    case 'location': return at.stock(`KW:LOC:${enc(h.title)}`)
    case 'work_center': return at.station(h.title)
  }
  return undefined
}
