// Opens every route of every face in both languages: a missing text, a console error, English on a Chinese page or a
// button that does nothing (buttons.mjs) is a failure. The routes come from the rooms themselves, so a new screen cannot be forgotten.
import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { join, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { person, settled, DESKTOP, PHONE } from './lib.mjs'
import { Buttons, listen } from './buttons.mjs'

const src = join(dirname(fileURLToPath(import.meta.url)), '../src')

/** Every path in src/<room>/room.ts, and the few that the shell itself has. */
export function routes() {
  const out = ['/', '/account/sessions']
  for (const room of readdirSync(src)) {
    const file = join(src, room, 'room.ts')
    if (!existsSync(file)) continue
    for (const m of readFileSync(file, 'utf8').matchAll(/path:\s*'([^']+)'/g)) out.push(m[1])
  }
  return [...new Set(out)]
}

/** Real documents for the parameters of a path, asked from the server. */
export async function examples(api) {
  const first = async (path, field) => { const r = await api.get(path); const row = (r.items ?? r)[0]; return row ? encodeURIComponent(row[field]) : undefined }
  const ex = new Map()
  const put = (prefix, value) => { if (value) ex.set(prefix, value) }
  const order = (await api.get('/production/orders?limit=1&filter=status:eq:started')).items[0] ?? (await api.get('/production/orders?limit=1')).items[0]
  put('/production/orders/', encodeURIComponent(order.number))
  const op = order.op ?? (await api.get(`/production/orders/${order.number}`)).ops.find((o) => o.report).op
  for (const face of ['op', 'report', 'issue', 'return', 'receive', 'assign']) put(`/m/${face}/`, `${encodeURIComponent(order.number)}/${op}`)
  const po = (await api.get('/purchasing/orders?limit=1')).items[0]
  put('/m/goods/', `${encodeURIComponent(po.order)}/${po.line}`)
  put('/m/send/', encodeURIComponent(po.order))
  put('/m/call/', `${encodeURIComponent(order.number)}/${op}`)
  put('/m/handover/', await first('/production/handovers?limit=1', 'number'))
  put('/production/handovers/', await first('/production/handovers?limit=1', 'number'))
  put('/wall/', 'all')
  put('/m/inspect/', await first('/quality/inspections?limit=1', 'number'))
  put('/m/ship/', await first('/sales/orders?limit=1&sort=due', 'number'))
  put('/m/shipments/', await first('/sales/shipments?limit=1', 'number'))
  put('/sales/orders/', await first('/sales/orders?limit=1&sort=due', 'number'))
  put('/sales/shipments/', await first('/sales/shipments?limit=1', 'number'))
  put('/purchasing/orders/', encodeURIComponent(po.order))
  if (!(await api.get('/production/picks?limit=1')).items.length) { // a list of something that can be picked
    for (const o of (await api.get('/production/orders?limit=50&filter=status:in:released,started')).items) {
      if (await api.post('/production/picks', { orders: [o.number] }).then(() => true, () => false)) break
    }
  }
  const walk = await first('/production/picks?limit=1', 'number')
  put('/production/picks/', walk)
  put('/m/wopick/', walk)
  put('/scheduling/history/', await first('/scheduling/runs?limit=1', 'id'))
  put('/planning/items/', await first('/planning/items?limit=1&sort=-planned', 'item'))
  put('/planning/firm/', await first('/planning/firm?limit=1', 'number'))
  const transfer = await first('/inventory/site-transfers?limit=1', 'number')
  put('/inventory/transfers/', transfer)
  put('/m/between/', transfer)
  put('/planning/scenarios/', await first('/planning/scenarios?limit=1', 'number'))
  put('/quality/inspections/', await first('/quality/inspections?limit=1', 'number'))
  put('/masterdata/items/', await first('/masterdata/items?limit=1&filter=kind:eq:make', 'code'))
  put('/masterdata/boms/', await first('/masterdata/boms?limit=1', 'product'))
  put('/masterdata/routings/', await first('/masterdata/routings?limit=1', 'product'))
  put('/masterdata/work-centers/', await first('/masterdata/work-centers?limit=1', 'code'))
  put('/masterdata/calendars/', await first('/masterdata/calendars?limit=1', 'code'))
  put('/masterdata/partners/', await first('/masterdata/partners?limit=1', 'code'))
  put('/masterdata/warehouses/', await first('/masterdata/warehouses?limit=1', 'code'))
  put('/masterdata/machines/', await first('/masterdata/machines?limit=1', 'code'))
  put('/masterdata/tools/', await first('/masterdata/tools?limit=1', 'code'))
  put('/masterdata/workers/', await first('/masterdata/workers?limit=1', 'code'))
  put('/identity/users/', await first('/identity/users?limit=1', 'login'))
  put('/identity/roles/', 'planner')
  const lot = (await api.get('/inventory/lots?limit=1&filter=lot:gt:A')).items[0]
  if (lot) put('/inventory/lots/', `${encodeURIComponent(lot.item)}/${encodeURIComponent(lot.lot)}`)
  const serial = (await api.get('/inventory/serials?limit=1')).items[0]
  if (serial) put('/inventory/serials/', `${encodeURIComponent(serial.item)}/${encodeURIComponent(serial.number ?? serial.serial)}`)
  put('/inventory/items/', await first('/inventory/items?limit=1', 'item'))
  // what a demo does not begin with is made
  const place = (await api.get('/inventory/stock?limit=1&filter=status:eq:available&filter=free:gt:5')).items[0]
  const box = (await api.post('/inventory/containers', { location: place.location, kind: 'tote' })).codes[0]
  const count = (await api.post('/inventory/counts', { location: place.location })).number
  const so = (await api.post('/sales/orders', { customer: 'C01', lines: [{ item: place.item, qty: '1', due: new Date().toISOString().slice(0, 10) }] })).number
  await api.post(`/sales/orders/${so}/allocate`, {})
  const pick = (await api.post('/sales/picks', { orders: [so] })).number
  const sent = (await api.get('/sales/shipments?limit=1&filter=status:eq:shipped')).items[0]
  if (sent) {
    const went = (await api.get(`/sales/shipments/${encodeURIComponent(sent.number)}`)).lines[0]
    const complaint = (await api.post('/sales/complaints', { shipment: sent.number, item: went.item, symptom: 'scratched' })).number
    const back = (await api.post('/sales/returns', { complaint, reason: 'scratched', lines: [{ line: went.line, qty: '1' }] })).number
    put('/sales/complaints/', encodeURIComponent(complaint))
    for (const face of ['/sales/returns/', '/m/back/']) put(face, encodeURIComponent(back))
  }
  const his = `CS-${Date.now()}`
  await api.post('/masterdata/items', { code: his, name: his, kind: 'customer', uom: 'pcs', tracking: 'lot' })
  put('/sales/supplies/', encodeURIComponent((await api.post('/sales/supplies', { kind: 'receive', customer: 'C01', lines: [{ code: his, qty: '5' }] })).number))
  for (const face of ['/inventory/containers/', '/m/box/']) put(face, encodeURIComponent(box))
  for (const face of ['/inventory/counts/', '/m/count/']) put(face, encodeURIComponent(count))
  for (const face of ['/sales/picks/', '/m/pick/']) put(face, encodeURIComponent(pick))
  put('/masterdata/dictionary/', 'item/code')
  const change = await first('/masterdata/changes?limit=1&filter=state:eq:approved', 'number')
  for (const page of ['/masterdata/changes/', '/production/changes/']) put(page, change)
  await api.post('/scheduling/times/learn', {})
  put('/scheduling/times/', await first('/scheduling/times?limit=1', 'id'))
  for (const c of (await api.get('/production/calls?limit=100&filter=kind:eq:machine')).items.filter((x) => x.state !== 'resolved')) { // the machine that somebody calls for has stopped
    if (await api.post('/production/pauses', { order: c.order, op: c.op, reason: 'machine' }).then(() => true, () => false)) break
  }
  await api.post('/scheduling/repairs/look', {})
  put('/scheduling/repairs/', await first('/scheduling/repairs?limit=1', 'id'))
  put('/m/handover/', await first('/production/handovers?limit=1', 'number'))
  put('/planning/available/', await first('/masterdata/items?limit=1&filter=kind:eq:buy', 'code'))
  const move = await first('/inventory/site-transfers?limit=1&filter=status:eq:on_the_way', 'number')
  for (const face of ['/inventory/transfers/', '/m/between/']) put(face, move)
  put('/scheduling/work-centers/', await first('/masterdata/work-centers?limit=1', 'code'))
  return ex
}

/** Fills the parameters of a route; undefined when nobody has an example for it. */
export function fill(route, ex) {
  if (!route.includes(':')) return route
  let best
  for (const [prefix, value] of ex) if (route.startsWith(prefix) && (!best || prefix.length > best[0].length)) best = [prefix, value]
  if (!best) return undefined
  const values = best[1].split('/')
  return route.replace(/:[a-zA-Z_]+\??\*?/g, () => values.shift() ?? values.at(-1) ?? best[1].split('/')[0])
}

const cjk = /[\u4e00-\u9fff]/

/** `only` is 'buttons' (the last round alone) or a pattern of routes. */
export async function crawl(tally, browser, url, load, only) {
  const boss = await person(browser, url, { login: 'boss' })
  const ex = await examples(boss.api)
  await boss.close()
  // two browsers share the work: most of a page's time is waiting. The second round presses the buttons, because that
  // changes the factory; what switches parts of the house off comes at its end.
  for (const [lang, viewport, presses] of [['zh', PHONE], ['en', DESKTOP, true]]) {
    if (presses === undefined && only === 'buttons') continue
    const late = (route) => (/^\/(system|identity|account)\b/.test(route) ? 1 : 0)
    const todo = routes().sort((a, b) => late(a) - late(b)).filter((r) => !only || only === 'buttons' || new RegExp(`^(${only})`).test(r))
    const buttons = presses && new Buttons(tally, lang)
    const t = Date.now()
    await Promise.all([0, 1].map(async (worker) => {
      const p = await person(browser, url, { login: 'boss', lang, viewport, calm: true, init: presses && listen })
      p.page.on('dialog', (d) => void d.accept().catch(() => {}))
      for (let route = todo.shift(); route; route = todo.shift()) {
        const path = fill(route, ex)
        if (presses && late(route)) { // ends the sessions of others: one browser alone
          if (worker) { todo.unshift(route); break }
          if (!(await p.context.request.get('/api/v1/me')).ok()) await p.context.request.post('/api/v1/login', { data: { login: 'boss', password: 'demo1234' }, headers: { 'X-Requested-With': 'kaiwu' } })
        }
        const t = Date.now()
        await look(tally, p, route, path, lang, viewport)
        if (path) await buttons?.page(p, route, path)
        if (process.env.KW_TRACE) console.log(`${route} ${Date.now() - t} ms`)
      }
      await p.close()
    }))
    buttons?.summary()
    console.log(`${lang} ${viewport.width}: ${((Date.now() - t) / 1000).toFixed(0)} s`)
  }
}

/** Opens one page, the first of a room by its address and the others by a step inside the application, and checks what it shows. */
async function look(tally, p, route, path, lang, viewport) {
  const name = `${lang} ${viewport.width} ${route}`
  if (!tally.check(`${name}: an example document`, path !== undefined)) return
  p.errors.length = 0
  const room = path.split('/')[1]
  if (p.room === room) await p.page.evaluate((to) => { history.pushState(null, '', to); dispatchEvent(new PopStateEvent('popstate')) }, path)
  else await p.page.goto(path)
  p.room = room
  // a step inside the application may find the page before it still drawn and be calm too early: an empty page is given two more looks
  let text = ''
  for (let looks = 3; looks && text.trim().length <= 20; looks--) {
    await settled(p.page)
    text = await p.page.evaluate(() => document.body.innerText)
  }
  tally.check(`${name}: no console error`, p.errors.length === 0, p.errors.join(' | '))
  tally.check(`${name}: has content`, text.trim().length > 20 && !/not found|没有这个页面/i.test(text.slice(0, 400)), text.slice(0, 120))
  tally.check(`${name}: no raw key`, !/\b(kit|app|sales|production|inventory|masterdata|purchasing|quality|planning|scheduling|identity|system|shop|floor):[a-z]+\.[a-zA-Z.]+/.test(text))
  const wide = await p.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  tally.check(`${name}: nothing sticks out`, wide <= 1, `${wide} px`)
  const fixed = await p.page.evaluate(() => [...document.querySelectorAll('button, th, label, [role=tab], nav a')].map((e) => e.textContent ?? '').filter((s) => s.trim()))
  if (lang === 'en') tally.check(`${name}: no Chinese in its own words`, !fixed.filter((s) => cjk.test(s) && s.trim() !== '中文' && s.trim() !== '中').some((s) => /^[\u4e00-\u9fff]{2,6}$/.test(s.trim()) && !names.has(s.trim())), fixed.filter((s) => cjk.test(s)).slice(0, 5).join(' '))
}

// Words of the demo factory that stand in buttons or headings: its own names, not ours.
const names = new Set(['宁波一厂', '老板', '刘勇', '老'])
