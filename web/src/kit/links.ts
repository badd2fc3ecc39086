// Addresses of things that many rooms speak of, so that every code on a screen can lead to its page.
const at = (path: string) => (...parts: string[]) => path + parts.map((p) => `/${encodeURIComponent(p)}`).join('')

export const itemUrl = at('/masterdata/items')
export const bomUrl = at('/masterdata/boms')
export const routingUrl = at('/masterdata/routings')
export const changeUrl = at('/masterdata/changes')
/** A new engineering change that begins with one item. */
export const proposeUrl = (kind: 'bom' | 'routing' | 'item', item: string): string => `/masterdata/changes?${new URLSearchParams({ new: `${kind}:${item}` }).toString()}`
export const orderChangesUrl = at('/production/changes')
export const partnerUrl = at('/masterdata/partners')
export const workCenterUrl = at('/masterdata/work-centers')
export const machineUrl = at('/masterdata/machines')
export const toolUrl = at('/masterdata/tools')
export const calendarUrl = at('/masterdata/calendars')
export const warehouseUrl = at('/masterdata/warehouses')
export const workerUrl = at('/masterdata/workers')
export const lotUrl = at('/inventory/lots')
export const serialUrl = at('/inventory/serials')
export const stockCardUrl = at('/inventory/items')
export const workOrderUrl = at('/production/orders')
export const purchaseOrderUrl = at('/purchasing/orders')
export const salesOrderUrl = at('/sales/orders')
export const planItemUrl = at('/planning/items')
export const firmOrderUrl = at('/planning/firm')
export const scenarioUrl = at('/planning/scenarios')
export const shipmentUrl = at('/sales/shipments')
export const complaintUrl = at('/sales/complaints')
export const returnUrl = at('/sales/returns')
export const supplyUrl = at('/sales/supplies')
export const transferUrl = at('/inventory/transfers')
export const userUrl = at('/identity/users')
export const roleUrl = at('/identity/roles')
export const locationUrl = (code: string): string => `/inventory/stock?location=${encodeURIComponent(code)}`
export const movesUrl = (document: string): string => `/inventory/moves?document=${encodeURIComponent(document)}`

/** The pegging of a document's line in the live plan: what it is for and what it is made of. */
export const pegUrl = (item: string, kind: string, number: string, line?: number): string => `${planItemUrl(item)}/trace?${new URLSearchParams({ kind, number, ...(line ? { line: String(line) } : {}) }).toString()}`

/** The page of a stock document, by the kind that the ledger gives it. */
export function documentUrl(kind: string, number: string): string | undefined {
  if (!number) return undefined
  switch (kind) {
    case 'shipment': return shipmentUrl(number)
    case 'so_return': case 'so_return_undo': return returnUrl(number)
    case 'supply': case 'supply_undo': return supplyUrl(number)
    case 'so_line': return salesOrderUrl(number.split('/')[0] ?? '')
    case 'wo_issue': case 'wo_report': case 'wo_variance': case 'wo_aside': return workOrderUrl(number)
    case 'import': case 'opening': return undefined
    default: return movesUrl(number)
  }
}

/** The page that the time line's subject ("wo:MO2603-0001", "lot:ITEM|LOT") is about. */
export function subjectUrl(subject: string): string | undefined {
  const [, kind, rest] = /^(\w+):(.+)$/.exec(subject) ?? []
  if (!kind || !rest || rest === '*') return undefined
  switch (kind) {
    case 'item': return itemUrl(rest)
    case 'wo': case 'wo_issue': case 'wo_report': return workOrderUrl(rest)
    case 'so': case 'so_line': return salesOrderUrl(rest.split('/')[0] ?? '')
    case 'po': return purchaseOrderUrl(rest)
    case 'firm': return firmOrderUrl(rest)
    case 'scenario': return scenarioUrl(rest)
    case 'shp': case 'shipment': return shipmentUrl(rest)
    case 'complaint': return complaintUrl(rest)
    case 'rma': return returnUrl(rest)
    case 'supply': return supplyUrl(rest)
    case 'transfer': return transferUrl(rest)
    case 'insp': return `/quality/inspections/${encodeURIComponent(rest)}`
    case 'lot': { const [item = '', lot = ''] = rest.split('|'); return lotUrl(item, lot) }
    case 'user': return userUrl(rest)
    case 'work_center': return workCenterUrl(rest)
    case 'machine': return machineUrl(rest)
    case 'worker': return workerUrl(rest)
    case 'tool': return toolUrl(rest)
    case 'partner': return partnerUrl(rest)
    case 'warehouse': return warehouseUrl(rest)
    case 'calendar': return calendarUrl(rest)
    case 'role': return roleUrl(rest)
    case 'po_receipt': case 'wo_receipt': case 'po_send': return movesUrl(rest)
    default: return undefined
  }
}
