import type { Row } from '@/api/types'

export type Slot = Row<'/api/v1/scheduling/dispatch'>

export const orderUrl = (number: string) => `/production/orders/${encodeURIComponent(number)}`
export const OP_STATUSES = ['running', 'ready', 'paused', 'waiting_material', 'waiting_inspection', 'waiting_previous', 'planned'] as const
export const toneOf = (s: { status: string; late_ms: number; conflict?: boolean }) => (s.late_ms > 0 || s.conflict ? 'red' as const : s.status === 'waiting_previous' ? 'grey' as const : undefined)
