import { expect, test } from 'vitest'
import { groups } from './roles'

test('permissions stand by room, reading first, the system last', () => {
  expect(groups(['jobs.manage', 'audit.read', 'sales.ship', 'sales.read', 'inventory.read'])).toEqual([
    { group: 'sales', perms: ['sales.read', 'sales.ship'] },
    { group: 'inventory', perms: ['inventory.read'] },
    { group: 'system', perms: ['audit.read', 'jobs.manage'] },
  ])
})
test('a permission of a room to come is not lost', () => {
  expect(groups(['payroll.read'])).toEqual([{ group: 'payroll', perms: ['payroll.read'] }])
})
