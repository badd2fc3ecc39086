import type { Body } from '@/api/types'
import type { Field } from '@/kit/crud'

type Of<P extends '/api/v1/masterdata/work-centers' | '/api/v1/masterdata/machines' | '/api/v1/masterdata/workers' | '/api/v1/masterdata/skills' | '/api/v1/masterdata/teams' | '/api/v1/masterdata/tools' | '/api/v1/masterdata/partners' | '/api/v1/masterdata/warehouses'> = Omit<NonNullable<Body<'post', P>>, 'code'>
type May = (perm: string) => boolean
const list = <P extends string>(path: P, filters?: { col: string; op: 'like' | 'eq'; value: string }[]) => ({ path, filters })
const active = [{ col: 'status', op: 'eq' as const, value: 'active' }]

export const CENTER_KINDS = ['machine', 'hand', 'line', 'batch', 'subcontract'] as const
export const TOOL_KINDS = ['mold', 'die', 'fixture', 'cutter', 'gauge', 'other'] as const
export const LIFE_UNITS = ['shots', 'pieces', 'hours'] as const
export const WAREHOUSE_KINDS = ['normal', 'line', 'quarantine', 'customer_owned'] as const
export const PARTNER_KINDS = ['customer', 'supplier', 'subcontractor', 'carrier'] as const

const calendars = list('/api/v1/masterdata/calendars')

export const centerFields = (may: May): Field<Of<'/api/v1/masterdata/work-centers'>>[] => [
  { key: 'name', required: true },
  { key: 'kind', type: 'select', options: CENTER_KINDS, words: 'center', required: true, half: true, initial: 'machine' },
  { key: 'capacity', type: 'int', half: true, initial: '1', help: 'masterdata:help.capacity' },
  { key: 'calendar', type: 'entity', from: calendars, help: 'masterdata:help.calendar' },
  { key: 'efficiency_pct', type: 'qty', half: true, suffix: '%', initial: '100', help: 'masterdata:help.efficiency' },
  ...(may('see.cost') ? [{ key: 'cost_per_hour', type: 'qty', half: true } as const] : []),
]
export const machineFields = (center?: string): Field<Of<'/api/v1/masterdata/machines'>>[] => [
  { key: 'name' },
  { key: 'work_center', type: 'entity', from: list('/api/v1/masterdata/work-centers', active), required: true, half: true, initial: center },
  { key: 'calendar', type: 'entity', from: calendars, half: true, help: 'masterdata:help.ownCalendar' },
  { key: 'speed_pct', type: 'qty', half: true, suffix: '%', initial: '100', help: 'masterdata:help.speed' },
  { key: 'efficiency_pct', type: 'qty', half: true, suffix: '%', help: 'masterdata:help.ownEfficiency' },
  { key: 'batch_capacity', type: 'qty', half: true, help: 'masterdata:help.batch' },
]
export const workerFields: Field<Of<'/api/v1/masterdata/workers'>>[] = [
  { key: 'name', label: 'f.person', required: true, half: true },
  { key: 'team', type: 'entity', from: list('/api/v1/masterdata/teams', active), half: true },
  { key: 'badge', help: 'masterdata:help.badge' },
  { key: 'skills', type: 'lines', fields: [{ key: 'skill', type: 'entity', from: list('/api/v1/masterdata/skills', active) }, { key: 'valid_until', type: 'date', width: 160 }] },
]
export const skillFields: Field<Of<'/api/v1/masterdata/skills'>>[] = [{ key: 'name', required: true }, { key: 'note', type: 'textarea' }]
export const teamFields: Field<Of<'/api/v1/masterdata/teams'>>[] = [{ key: 'name', required: true }, { key: 'leader', type: 'entity', from: list('/api/v1/masterdata/workers', active) }]
export const toolFields: Field<Of<'/api/v1/masterdata/tools'>>[] = [
  { key: 'name', required: true },
  { key: 'kind', type: 'select', options: TOOL_KINDS, words: 'toolKind', required: true, half: true, initial: 'mold' },
  { key: 'quantity', type: 'int', half: true, initial: '1', help: 'masterdata:help.quantity' },
  { key: 'life_count', type: 'int', half: true, help: 'masterdata:help.life' },
  { key: 'life_unit', type: 'select', options: LIFE_UNITS, words: 'lifeUnit', half: true, initial: 'shots' },
  { key: 'regrind_hours', type: 'qty', half: true, help: 'masterdata:help.regrind' },
  { key: 'location', label: 'f.kept', half: true },
  { key: 'fits', type: 'lines', fields: [{ key: 'item', type: 'entity', from: list('/api/v1/masterdata/items') }, { key: 'op', type: 'int', width: 110 }] },
]
export const partnerFields: Field<Of<'/api/v1/masterdata/partners'>>[] = [
  { key: 'name', required: true },
  { key: 'kind_list', label: 'f.partner_kinds', type: 'multi', options: PARTNER_KINDS, words: 'partnerKind', required: true },
  { key: 'phone', half: true },
  { key: 'email', half: true },
  { key: 'address', type: 'textarea' },
  { key: 'carrier', type: 'entity', from: list('/api/v1/masterdata/partners', [{ col: 'kinds', op: 'like', value: 'carrier' }]), hidden: notCustomer, help: 'masterdata:help.carrier' },
  { key: 'over_pct', type: 'qty', half: true, suffix: '%', hidden: notCustomer, help: 'masterdata:help.over' },
  { key: 'under_pct', type: 'qty', half: true, suffix: '%', hidden: notCustomer, help: 'masterdata:help.under' },
  { key: 'terms', type: 'textarea', help: 'masterdata:help.terms' },
  { key: 'contacts', type: 'lines', fields: [{ key: 'name', label: 'f.person' }, { key: 'role', label: 'f.job' }, { key: 'phone' }, { key: 'email' }] },
  { key: 'addresses', type: 'lines', fields: [{ key: 'address' }, { key: 'label', width: 110 }, { key: 'contact', width: 100 }, { key: 'phone', width: 120 }, { key: 'ship_to', type: 'bool', width: 70 }] },
]
export const warehouseFields: Field<Of<'/api/v1/masterdata/warehouses'>>[] = [
  { key: 'name', required: true },
  { key: 'kind', type: 'select', options: WAREHOUSE_KINDS, words: 'warehouse', required: true, initial: 'normal', help: 'masterdata:help.warehouseKind' },
  { key: 'in_costing', type: 'bool', initial: true, help: 'masterdata:help.inCosting' },
]
function notCustomer(v: Record<string, unknown>): boolean { return !(v.kind_list as string[] | undefined)?.includes('customer') }

/** What an emptied field becomes. */
export const NONE = { calendar: '', cost_per_hour: '0', batch_capacity: '0', life_count: 0, regrind_hours: '0', team: '', badge: '', leader: '', carrier: '', location: '', note: '' }

/** The partner's tolerances are taken away by name: an empty one means that nothing was agreed. */
export const cleared = (was: { over_pct?: string; under_pct?: string }, out: Record<string, unknown>): Record<string, unknown> => {
  const clear = (['over_pct', 'under_pct'] as const).filter((k) => was[k] !== undefined && out[k] === undefined)
  return clear.length > 0 ? { ...out, clear } : out
}
export const withCode = <B>(fields: Field<B>[]): Field<B & { code: string }>[] => [{ key: 'code', required: true } as Field<B & { code: string }>, ...(fields as unknown as Field<B & { code: string }>[])]
