import { describe, expect, it } from 'vitest'
import type { Me } from './me'
import { waitingFor } from './todo'

const me = (roles: string[], permissions: string[], modules?: string[]): Me => ({ login: 'x', name: 'x', roles, permissions, modules })
const keys = (m: Me) => waitingFor(m).map((k) => k.key)

describe('what waits for me', () => {
  it('is what I may do, in lists that I may read', () => {
    expect(keys(me(['quality'], ['quality.read', 'quality.judge']))).toEqual(['toInspect'])
    expect(keys(me(['x'], ['quality.judge']))).toEqual([])
    expect(keys(me(['planner'], ['sales.read', 'sales.create', 'production.read', 'production.create', 'production.release']))).toContain('toRelease')
  })
  it('shows a customer his own orders and nothing of the factory', () => {
    expect(keys(me(['customer'], ['sales.read']))).toEqual(['myOrders'])
    expect(keys(me(['boss'], ['*']))).not.toContain('myOrders')
  })
  it('leaves out rooms that the company has switched off', () => {
    expect(keys(me(['quality'], ['quality.read', 'quality.judge'], ['production']))).toEqual([])
  })
})
