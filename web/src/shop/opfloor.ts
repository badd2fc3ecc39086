import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'

export type OpFloor = Answer<'get', '/api/v1/production/floor/{order}/{op}'>
/** Who works at an operation, on what, since when, why it stands still, who was called. */
export const useOpFloor = (order: string, op: string | number | undefined, enabled = true) =>
  useGet('/api/v1/production/floor/{order}/{op}', { path: { order, op: Number(op ?? 0) }, enabled: enabled && op !== undefined, keep: true, live: ['inventory.'] })
