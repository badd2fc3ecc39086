import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { ApiError } from '@/api/errors'
import { Outbox, type Act } from './outbox'

const refusal = (detail: string) => new ApiError({ status: 409, code: 'production.too_many', detail })
const down = () => new ApiError({ status: 0, code: 'network' })
const act = (lane: string, n: number) => ({ lane, path: '/api/v1/production/reports', body: { n }, label: String(n) })
const quiet = () => new Promise((r) => setTimeout(r, 150))

let names = 0
let name = ''
let sent: string[] = []
let author = 'wang'
let answer: (a: Act) => unknown = () => 'ok'
const open = () => new Outbox(name, async (a) => {
  const r = answer(a)
  if (r instanceof Error) throw r
  sent.push(a.label)
  return r
}, () => author)

beforeEach(() => {
  name = `box-${++names}`
  sent = []
  author = 'wang'
  answer = () => 'ok'
})

describe('outbox', () => {
  it('answers with what the server said', async () => {
    expect(await open().submit(act('WO1', 1))).toEqual({ state: 'done', data: 'ok' })
  })
  it('keeps acts while the network is gone, over a reload, and sends them in order with their own keys', async () => {
    answer = down
    const box = open()
    for (const n of [1, 2, 3]) expect((await box.submit(act('WO1', n))).state).toBe('queued')
    expect(box.snapshot()).toMatchObject({ waiting: 3, reachable: false })
    const keys: string[] = []
    answer = (a) => { keys.push(a.key); return 'ok' }
    const after = open()
    await quiet()
    expect(sent).toEqual(['1', '2', '3'])
    expect(keys).toEqual(box.snapshot().acts.map((a) => a.key))
    expect(after.snapshot().waiting).toBe(0)
  })
  it('keeps the key over retries', async () => {
    const keys: string[] = []
    answer = (a) => { keys.push(a.key); return keys.length < 3 ? down() : 'ok' }
    const box = open()
    await box.submit(act('WO1', 1))
    await box.run()
    await box.run()
    expect(new Set(keys).size).toBe(1)
    expect(sent).toEqual(['1'])
  })
  it('tells a refusal to the person who waits and keeps nothing', async () => {
    answer = () => refusal('only 3 left')
    const box = open()
    const o = await box.submit(act('WO1', 1))
    expect(o.state === 'refused' && o.error.message).toBe('only 3 left')
    expect(box.snapshot().acts).toEqual([])
  })
  it('parks a late refusal with its lane behind it; other lanes go on', async () => {
    answer = down
    const box = open()
    await box.submit(act('WO1', 1))
    await box.submit(act('WO1', 2))
    await box.submit(act('WO2', 3))
    answer = (a) => (a.label === '1' ? refusal('too many') : 'ok')
    await box.run()
    expect(sent).toEqual(['3'])
    expect(box.snapshot()).toMatchObject({ parked: 1, waiting: 1 })
    expect(box.snapshot().acts[0]).toMatchObject({ label: '1', problem: 'too many' })
    await box.drop(box.snapshot().acts[0]!.id)
    expect(sent).toEqual(['3', '2'])
  })
  it('tells what became of acts that waited, and nothing of those that somebody saw answered', async () => {
    const box = open()
    const heard: string[] = []
    box.onLate((a, state) => heard.push(`${a.label} ${state}`))
    await box.submit(act('WO1', 0))
    answer = down
    await box.submit(act('WO1', 1))
    await box.submit(act('WO2', 2))
    answer = (a) => (a.label === '1' ? refusal('no') : 'ok')
    await box.run()
    expect(heard).toEqual(['1 parked', '2 done'])
  })
  it('takes "this stands already" of an act that waited as the answer, its picture goes to what stands', async () => {
    answer = down
    const box = open()
    const heard: string[] = []
    box.onLate((a, state) => heard.push(`${a.label} ${state}`))
    const file = { subject: 'call:{id}', label: 'picture', name: 'p.jpg', type: 'image/jpeg', data: new ArrayBuffer(1) }
    await box.submit({ ...act('WO1 · 10', 1), already: 'production.called_already', file })
    await box.submit({ ...act('WO1 · 10', 2), already: 'production.called_already' })
    const subjects: string[] = []
    answer = (a) => {
      if (a.upload) { subjects.push(a.file!.subject); return 'ok' }
      return new ApiError({ status: 409, code: a.label === '1' ? 'production.called_already' : 'production.order_closed', params: { id: '77' }, detail: 'no' })
    }
    await box.run()
    expect(subjects).toEqual(['call:77'])
    expect(heard).toEqual(['1 already', '2 parked', 'picture done'])
    expect(box.snapshot()).toMatchObject({ parked: 1, waiting: 0 }) // another refusal still wants a person
  })
  it('sends a parked act again when told to', async () => {
    answer = down
    const box = open()
    await box.submit(act('WO1', 1))
    answer = () => refusal('no')
    await box.run()
    answer = () => 'ok'
    await box.retry(box.snapshot().acts[0]!.id)
    expect(sent).toEqual(['1'])
  })
  it('waits on 429 and 5xx as on a missing network, and on a lost session', async () => {
    for (const status of [429, 503, 401]) {
      answer = () => new ApiError({ status })
      const box = open()
      expect((await box.submit(act('WO9', status))).state).toBe('queued')
    }
  })
  it('never sends the act of one person as another', async () => {
    answer = down
    const box = open()
    await box.submit(act('WO1', 1))
    author = 'li'
    answer = () => 'ok'
    await box.submit(act('WO2', 2))
    await box.submit({ ...act('WO1', 3) }, 30)
    await quiet()
    expect(sent).toEqual(['2']) // 3 follows 1 in its lane
    author = 'wang'
    await box.run()
    expect(sent).toEqual(['2', '1'])
    author = 'li'
    await box.run()
    expect(sent).toEqual(['2', '1', '3'])
  })
  it('sends what a person left waiting on an enrolled tablet as his, with his token and not in the session of the next one', async () => {
    const seen: string[] = []
    const tokens: Record<string, string> = { wang: 'T-wang' }
    let online = false
    const box = new Outbox(name, async (a, later) => {
      if (!online) throw down()
      seen.push(`${a.label} ${a.author} ${later ? a.token : 'session'}`)
      return 'ok'
    }, () => author, (who) => tokens[who])
    await box.submit(act('WO1', 1))
    author = 'li'
    await box.submit(act('WO1', 2))
    online = true
    await box.run()
    await quiet()
    expect(seen).toEqual(['1 wang T-wang', '2 li session'])
    author = ''
    expect(box.snapshot().waiting).toBe(0)
  })
  it('goes on with the token when the session has ended, and parks what the server refuses to book in that name', async () => {
    const seen: boolean[] = []
    const box = new Outbox(name, async (_, later) => {
      seen.push(later)
      if (!later) throw new ApiError({ status: 401 })
      return 'ok'
    }, () => author, () => 'T')
    expect((await box.submit(act('WO1', 1))).state).toBe('done')
    expect(seen).toEqual([false, true])
    const gone = new Outbox(`${name}-2`, async (_, later) => { throw later ? new ApiError({ status: 403, code: 'identity.author_disabled', detail: 'wang was disabled' }) : down() }, () => author, () => 'T')
    await gone.submit(act('WO1', 1))
    author = 'li'
    await gone.run()
    expect(gone.snapshot()).toMatchObject({ parked: 1, acts: [{ problem: 'wang was disabled' }] })
  })
  it('keeps the picture of an act with it, over a reload, and sends it after it until it has arrived', async () => {
    const data = new Uint8Array([1, 2, 3]).buffer
    const file = { subject: 'call:{id}', label: 'picture', name: 'p.jpg', type: 'image/jpeg', data }
    const seen: string[] = []
    let online = false
    let uploads = false
    const make = () => new Outbox(name, async (a, later) => {
      if (!online || (a.upload && !uploads)) throw down()
      seen.push(`${a.label} ${a.path} ${a.upload ? `${a.file?.subject} ${[...new Uint8Array(a.file!.data)]}` : ''} ${later ? a.token : 'session'}`)
      return { id: '77' }
    }, () => author, () => 'T')
    expect((await make().submit({ ...act('WO1', 1), file })).state).toBe('queued')
    const box = make() // the tablet was switched off and on
    const heard: string[] = []
    box.onLate((a, state) => heard.push(`${a.label} ${state}`))
    await box.run()
    author = 'li' // the one who called has left
    online = true
    await box.run()
    await quiet()
    expect(seen).toEqual(['1 /api/v1/production/reports  T'])
    expect(box.snapshot()).toMatchObject({ waiting: 1, acts: [{ label: 'picture', author: 'wang', upload: true }] })
    uploads = true
    const after = make()
    after.onLate((a, state) => heard.push(`${a.label} ${state}`))
    await after.run()
    await quiet()
    expect(seen[1]).toBe('picture /api/v1/attachments call:77 1,2,3 T')
    expect(after.snapshot().waiting).toBe(0)
    expect(heard).toEqual(['1 done', 'picture done'])
  })
  it('sends the picture at once behind a call that was answered, and makes no second noise; a refused call leaves none', async () => {
    const file = { subject: 'call:{id}', label: 'picture', name: 'p.jpg', type: 'image/jpeg', data: new Uint8Array([1]).buffer }
    answer = (a) => (a.upload ? 'ok' : { id: '5' })
    const box = open()
    const heard: string[] = []
    box.onLate((a) => heard.push(a.label))
    expect(await box.submit({ ...act('WO1', 1), file })).toEqual({ state: 'done', data: { id: '5' } })
    await quiet()
    expect(sent).toEqual(['1', 'picture'])
    expect(heard).toEqual([])
    answer = () => refusal('closed')
    expect((await box.submit({ ...act('WO1', 2), file })).state).toBe('refused')
    await quiet()
    expect(box.snapshot().acts).toEqual([])
  })
})
