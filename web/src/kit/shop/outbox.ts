import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import { useSyncExternalStore } from 'react'
import { call, newKey, type Method } from '@/api/client'
import { ApiError } from '@/api/errors'
import { authorToken } from '../author'
import { me, myName } from '../who'

/** A command of the floor that is kept until the server has answered it. */
export interface Act {
  id: number
  key: string
  /** Acts of one lane (a work order) are sent in their order; lanes do not wait for each other. */
  lane: string
  method: Method
  path: string
  params?: Record<string, string>
  body: unknown
  /** What a person reads in the list of waiting acts: "30 · 12 good". */
  label: string
  author: string
  authorName: string
  /** What the server takes for the author's word after he has left this enrolled tablet. */
  token?: string
  madeAt: number
  /** A file that hangs on what this act makes, or on a document: kept here as bytes until it has arrived. */
  file?: Hanging
  /** This act is the file's own way: its subject is known. */
  upload?: boolean
  /** The refusal that means "this stands already": an act that waited and hears it is over, nobody need clear it up. */
  already?: string
  /** Nobody need be told when it is done: he saw what it belongs to answered. */
  quiet?: boolean
  state: 'waiting' | 'parked'
  problem?: string
}
/** `subject` may name the answer's id: "call:{id}". Bytes, not a File: not every browser keeps one over a restart. */
export interface Hanging { subject: string; label: string; name: string; type: string; data: ArrayBuffer }
export type NewAct = Pick<Act, 'lane' | 'path' | 'body' | 'label' | 'params' | 'file' | 'already'> & { method?: Method }
export type Outcome<T = unknown> = { state: 'done'; data: T } | { state: 'queued' } | { state: 'refused'; error: ApiError }
export interface Snapshot { acts: readonly Act[]; waiting: number; parked: number; reachable: boolean }

interface Store extends DBSchema { acts: { key: number; value: Omit<Act, 'id'> & { id?: number } } }
/** `later`: with the author's token, for somebody who is not logged in here now. */
type Send = (act: Act, later: boolean) => Promise<unknown>
type Waiter = (o: Outcome) => void
/** Hears what became of an act after its author was told that it waits. */
type Late = (act: Act, state: 'done' | 'already' | 'parked') => void

const RETRY_MS = [2_000, 4_000, 8_000, 15_000, 30_000]

/**
 * Promises: an act that submit accepted survives a reload and is sent until the server answers; the order inside a
 * lane is kept; a business refusal that nobody was waiting for is parked with the later acts of its lane behind it
 * and shown to a person; a file that belongs to it is sent after it until it has arrived, and the place of the act is
 * taken by the file's in one step, so that neither is lost; an act is sent as its author's: in his session, after it with the token that an enrolled
 * tablet keeps for him, and without one only when he is back.
 */
export class Outbox {
  private db: Promise<IDBPDatabase<Store>>
  private running = false
  private again = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private failures = 0
  private waiters = new Map<number, Waiter>()
  private listeners = new Set<() => void>()
  private late = new Set<Late>()
  private snap: Snapshot = { acts: [], waiting: 0, parked: 0, reachable: true }
  private send: Send
  private author: () => string
  private token: (author: string) => string | undefined

  constructor(name: string, send: Send, author: () => string, token: (author: string) => string | undefined = () => undefined) {
    this.send = send
    this.author = author
    this.token = token
    this.db = openDB<Store>(name, 1, { upgrade: (db) => { db.createObjectStore('acts', { keyPath: 'id', autoIncrement: true }) } })
    if (typeof window !== 'undefined') window.addEventListener('online', () => void this.run())
    void this.run()
  }

  /** Keeps the act, tries at once, and answers when the server did or after `patience` ms ("queued"). */
  async submit<T = unknown>(act: NewAct, patience = 5_000): Promise<Outcome<T>> {
    const author = this.author()
    const row = { ...act, method: act.method ?? 'POST', key: newKey(), author, token: this.token(author), authorName: myName(), madeAt: Date.now(), state: 'waiting' as const }
    const id = await (await this.db).add('acts', row)
    await this.publish()
    return new Promise<Outcome<T>>((resolve) => {
      const timer = setTimeout(() => this.answer(id, { state: 'queued' }), patience)
      this.waiters.set(id, (o) => { clearTimeout(timer); resolve(o as Outcome<T>) })
      void this.run()
    })
  }

  /** Sends what may be sent; called on start, after log-in, when the network is back. */
  async run(): Promise<void> {
    if (this.running) { this.again = true; return }
    this.running = true
    clearTimeout(this.timer)
    try {
      do {
        this.again = false
        for (let act = await this.next(); act; act = await this.next()) {
          if (!(await this.deliver(act))) break
        }
      } while (this.again)
    } finally {
      this.running = false
      await this.publish()
    }
  }

  async retry(id: number): Promise<void> {
    const db = await this.db
    const act = await db.get('acts', id)
    if (act) await db.put('acts', { ...act, state: 'waiting', problem: undefined })
    await this.run()
  }

  async drop(id: number): Promise<void> {
    await (await this.db).delete('acts', id)
    await this.run()
  }

  subscribe = (fn: () => void): (() => void) => { this.listeners.add(fn); return () => { this.listeners.delete(fn) } }
  snapshot = (): Snapshot => this.snap
  onLate = (fn: Late): (() => void) => { this.late.add(fn); return () => { this.late.delete(fn) } }

  private async all(): Promise<Act[]> { return (await (await this.db).getAll('acts')) as Act[] }

  private async next(): Promise<Act | undefined> {
    const blocked = new Set<string>()
    for (const act of await this.all()) {
      if (blocked.has(act.lane)) continue
      if (act.state === 'waiting' && (act.author === this.author() || act.token)) return act
      blocked.add(act.lane) // parked, or another person's without his token: what follows in the lane waits
    }
    return undefined
  }

  /** False when sending has to stop for now. */
  private async deliver(act: Act): Promise<boolean> {
    const db = await this.db
    try {
      const data = await this.asAuthor(act)
      await this.done(act, data)
      this.failures = 0
      this.snap = { ...this.snap, reachable: true }
      await this.publish()
      if (!this.waiters.has(act.id) && !act.quiet) this.late.forEach((fn) => fn(act, 'done'))
      this.answer(act.id, { state: 'done', data })
      return true
    } catch (err) {
      if (!(err instanceof ApiError) || err.passing || err.status === 401) {
        this.waiters.forEach((tell) => tell({ state: 'queued' }))
        this.waiters.clear()
        this.snap = { ...this.snap, reachable: err instanceof ApiError && err.status !== 0 }
        if (!(err instanceof ApiError && err.status === 401)) this.timer = setTimeout(() => void this.run(), RETRY_MS[Math.min(this.failures++, RETRY_MS.length - 1)])
        return false
      }
      this.snap = { ...this.snap, reachable: true }
      const tell = this.waiters.get(act.id)
      if (tell) { // the person is still there and reads the refusal now
        this.waiters.delete(act.id)
        await db.delete('acts', act.id)
        await this.publish()
        tell({ state: 'refused', error: err })
        return true
      }
      const stands = act.already === err.code
      if (stands) await this.done(act, err.problem.params)
      else await db.put('acts', { ...act, state: 'parked', problem: err.message })
      this.late.forEach((fn) => fn({ ...act, problem: err.message }, stands ? 'already' : 'parked'))
    }
    await this.publish()
    return true
  }

  /** Forgets an act that the server has answered; its file goes on by itself. */
  private async done(act: Act, data: unknown): Promise<void> {
    const db = await this.db
    const tx = db.transaction('acts', 'readwrite')
    const { file } = act
    if (file && !act.upload) {
      const subject = file.subject.replace('{id}', String((data as { id?: unknown } | undefined)?.id ?? ''))
      const { author, token, authorName, madeAt } = act
      await tx.store.add({ lane: `${act.lane} · ${subject}`, method: 'POST', path: '/api/v1/attachments', body: undefined, label: file.label, key: newKey(), author, token, authorName, madeAt, file: { ...file, subject }, upload: true, quiet: this.waiters.has(act.id), state: 'waiting' })
    }
    await tx.store.delete(act.id)
    await tx.done
  }

  /** In the author's session; when that is another's, or has ended, with his token. */
  private async asAuthor(act: Act): Promise<unknown> {
    if (act.author !== this.author()) return this.send(act, true)
    try {
      return await this.send(act, false)
    } catch (err) {
      if (act.token && err instanceof ApiError && err.status === 401) return this.send(act, true)
      throw err
    }
  }

  private answer(id: number, o: Outcome) {
    this.waiters.get(id)?.(o)
    this.waiters.delete(id)
  }

  private async publish() {
    const acts = await this.all()
    this.snap = { ...this.snap, acts, waiting: acts.filter((a) => a.state === 'waiting').length, parked: acts.filter((a) => a.state === 'parked').length }
    this.listeners.forEach((fn) => fn())
  }
}

let shared: Outbox | undefined
/** The outbox of this device. The server corrects the device's clock by the two times. */
export function outbox(): Outbox {
  return (shared ??= new Outbox('kaiwu-outbox', (a, later) => call(a.method, a.path, {
    path: a.params, key: a.key, ...(a.upload && a.file ? { query: { subject: a.file.subject }, body: formOf(a.file) } : { body: a.body }),
    headers: { 'X-Made-At': String(a.madeAt), 'X-Sent-At': String(Date.now()), ...(later && a.token && { 'X-Kaiwu-Author': a.token }) },
  }), me, authorToken))
}

function formOf(f: Hanging): FormData {
  const form = new FormData()
  form.append('file', new File([f.data], f.name, { type: f.type }))
  return form
}

/** `const submit = outbox().submit` in an event handler; this hook is for showing what waits. */
export function useOutbox(): Snapshot {
  const box = outbox()
  return useSyncExternalStore(box.subscribe, box.snapshot)
}
