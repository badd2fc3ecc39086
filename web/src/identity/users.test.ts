import { expect, test } from 'vitest'
import { edited, made } from './users'

test('a worker who is taken off is said so, a badge that was not typed stays', () => {
  expect(edited({ worker: 'W1' }, { name: 'x', badge: '', roles: ['boss'] })).toEqual({ name: 'x', roles: ['boss'], worker: '' })
})
test('an empty password lets the server make one', () => expect(made({ login: 'a', password: '' })).toEqual({ login: 'a' }))
