import type { paths } from './schema'

type Lower = 'get' | 'post' | 'put' | 'patch' | 'delete'
/** Paths that have the method. */
export type PathOf<M extends Lower> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths] & string
type Op<M extends Lower, P extends keyof paths> = paths[P] extends Record<M, infer O> ? O : never
type JsonOf<R> = R extends { content: { 'application/json': infer T } } ? T : unknown
type OkOf<R> = R extends { 200: infer A } ? JsonOf<A> : R extends { 201: infer A } ? JsonOf<A> : R extends { 204: unknown } ? undefined : unknown

/** What the server answers. */
export type Answer<M extends Lower, P extends keyof paths> = Op<M, P> extends { responses: infer R } ? OkOf<R> : unknown
/** What it takes. */
export type Body<M extends Lower, P extends keyof paths> = Op<M, P> extends { requestBody?: infer B } ? NonNullable<B> extends { content: { 'application/json': infer T } } ? Omit<T, '$schema'> : undefined : undefined
export type PathParams<M extends Lower, P extends keyof paths> = Op<M, P> extends { parameters: { path: infer T } } ? T : undefined
export type QueryParams<M extends Lower, P extends keyof paths> = Op<M, P> extends { parameters: { query?: infer T } } ? T : undefined

/** Paths that answer a keyset page, and the row in it. */
export type ListPath = { [P in PathOf<'get'>]: Answer<'get', P> extends { items: unknown; total: unknown } ? P : never }[PathOf<'get'>]
export type Row<P extends keyof paths> = Answer<'get', P> extends { items: infer I } ? NonNullable<I> extends (infer R)[] ? R : never : never
export interface Page<R> { items: R[] | null; next?: string; total?: number; total_capped?: boolean }
