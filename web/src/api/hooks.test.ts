import { describe, expect, it } from 'vitest'
import { newKey, url } from './client'
import { ApiError, fieldErrors } from './errors'
import { roomOf } from './hooks'

describe('api', () => {
  it('fills paths and queries', () => {
    expect(url('/api/v1/x/{code}/lines', { path: { code: 'A/1 ü' }, query: { q: '', limit: 50, filter: ['a:eq:1', 'b:eq:2'], none: undefined } })).toBe('/api/v1/x/A%2F1%20%C3%BC/lines?limit=50&filter=a%3Aeq%3A1&filter=b%3Aeq%3A2')
  })
  it('knows the room of a path', () => expect([roomOf('/api/v1/production/orders/{number}'), roomOf('/healthz')]).toEqual(['production', '']))
  it('puts refusals on fields', () => expect(fieldErrors(new ApiError({ status: 422, errors: [{ location: 'body.lines[2].qty', message: 'too many' }, { location: 'body.code', message: 'taken' }] }))).toEqual({ 'lines[2].qty': 'too many', code: 'taken' }))
  it('makes keys that differ', () => expect(new Set(Array.from({ length: 200 }, newKey)).size).toBe(200))
})
