// Opens every route of every face in both languages: a missing text, a console error, English on a Chinese page or a
// button that does nothing is a failure. The routes come from the rooms themselves, so a new screen cannot be forgotten.
import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { join, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { person, settled, DESKTOP, PHONE } from './lib.mjs'

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
  for (const face of ['/inventory/containers/', '/m/box/']) put(face, encodeURIComponent(box))
  for (const face of ['/inventory/counts/', '/m/count/']) put(face, encodeURIComponent(count))
  for (const face of ['/sales/picks/', '/m/pick/']) put(face, encodeURIComponent(pick))
  put('/m/handover/', await first('/production/handovers?limit=1', 'number'))
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

export async function crawl(tally, browser, url) {
  const boss = await person(browser, url, { login: 'boss' })
  const ex = await examples(boss.api)
  await boss.close()
  // two browsers share the work: most of a page's time is waiting
  for (const [lang, viewport] of [['zh', DESKTOP], ['zh', PHONE], ['en', DESKTOP]]) {
    const todo = routes()
    await Promise.all([0, 1].map(async () => {
      const p = await person(browser, url, { login: 'boss', lang, viewport })
      for (let route = todo.shift(); route; route = todo.shift()) await look(tally, p, route, fill(route, ex), lang, viewport)
      await p.close()
    }))
  }
}

/** Opens one page and checks what it shows. */
async function look(tally, p, route, path, lang, viewport) {
  const name = `${lang} ${viewport.width} ${route}`
  if (!tally.check(`${name}: an example document`, path !== undefined)) return
  p.errors.length = 0
  await p.page.goto(path)
  await settled(p.page)
  const text = await p.page.evaluate(() => document.body.innerText)
  tally.check(`${name}: no console error`, p.errors.length === 0, p.errors.join(' | '))
  tally.check(`${name}: has content`, text.trim().length > 20 && !/not found|没有这个页面/i.test(text.slice(0, 400)), text.slice(0, 120))
  tally.check(`${name}: no raw key`, !/\b(kit|app|sales|production|inventory|masterdata|purchasing|quality|scheduling|identity|system|shop|floor):[a-z]+\.[a-zA-Z.]+/.test(text))
  const wide = await p.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  tally.check(`${name}: nothing sticks out`, wide <= 1, `${wide} px`)
  const fixed = await p.page.evaluate(() => [...document.querySelectorAll('button, th, label, [role=tab], nav a')].map((e) => e.textContent ?? '').filter((s) => s.trim()))
  if (lang === 'en') tally.check(`${name}: no Chinese in its own words`, !fixed.filter((s) => cjk.test(s) && s.trim() !== '中文' && s.trim() !== '中').some((s) => /^[\u4e00-\u9fff]{2,6}$/.test(s.trim()) && !names.has(s.trim())), fixed.filter((s) => cjk.test(s)).slice(0, 5).join(' '))
}

// Words of the demo factory that stand in buttons or headings: its own names, not ours.
const names = new Set(['宁波一厂', '老板', '刘勇', '老'])

/** Clicks every visible button: something must happen. A button that several pages of a room have is clicked once, or
 * with `all` on each of them. A page is made fresh again when a click has left something behind. Two browsers share the
 * routes. */
export async function buttons(tally, browser, url, all = false) {
  const boss = await person(browser, url, { login: 'boss', lang: 'zh' })
  const ex = await examples(boss.api)
  await boss.close()
  const todo = routes().map((route) => ({ route, path: fill(route, ex) })).filter((r) => r.path !== undefined)
  const seen = new Set()
  await Promise.all([0, 1].map(async () => {
    const p = await person(browser, url, { login: 'boss', lang: 'zh' })
    p.page.setDefaultTimeout(8000)
    for (let next = todo.shift(); next; next = todo.shift()) await clickAll(tally, p, next.route, next.path, seen, all ? next.route : `/${next.route.split('/')[1]}`)
    await p.close()
  }))
}

const clickable = 'main button:not([disabled]), main [role=button]:not([aria-disabled=true]), header button:not([disabled])'
const overlays = '.ant-modal-wrap, .ant-drawer-open, .ant-popover, .ant-dropdown, .ant-select-dropdown, .ant-picker-dropdown, .kw-sheet, .kw-palette'

async function clickAll(tally, p, route, path, seen, where) {
  const { page, context } = p
  const labelsOf = () => page.$$eval(clickable, (all) => all.map((b) => (b.closest('header') ? 'header ' : '') + (b.getAttribute('aria-label') || b.textContent || b.title || '').trim().slice(0, 40)))
  const open = async () => {
    // a click may have ended the sessions of both browsers
    if (!(await context.request.get('/api/v1/me')).ok()) await context.request.post('/api/v1/login', { data: { login: 'boss', password: 'demo1234' }, headers: { 'X-Requested-With': 'kaiwu' } })
    await page.goto(path)
    await settled(page)
    return labelsOf()
  }
  const labels = await open()
  const opened = page.url()
  let fresh = true
  for (let i = 0; i < labels.length; i++) {
    const key = labels[i].startsWith('header ') ? labels[i] : `${where} ${labels[i].replace(/[\w.-]*\d[\w.-]*/g, '#')}`
    if (seen.has(key) || /退出|log ?out/i.test(labels[i])) continue
    seen.add(key)
    if (!fresh) await open()
    fresh = false
    const b = page.locator(clickable).nth(i)
    if (!(await b.isVisible().catch(() => false))) continue
    let happened = false
    const note = () => { happened = true }
    for (const what of ['request', 'download', 'popup']) page.on(what, note)
    context.on('page', note)
    const before = await page.evaluate(() => {
      window.__did = 0
      new MutationObserver((l) => { window.__did += l.length }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
      return document.activeElement?.outerHTML.slice(0, 80)
    })
    await b.click({ timeout: 3000, noWaitAfter: true }).catch(() => {})
    const did = async () => happened || page.url() !== opened || (await page.evaluate((was) => window.__did > 0 || document.activeElement?.outerHTML.slice(0, 80) !== was, before).catch(() => true)) // gone means it went somewhere
    let ok = false
    for (let n = 0; n < 10 && !(ok = await did()); n++) await page.waitForTimeout(30)
    tally.check(`${route}: button "${labels[i]}" does something`, ok)
    await page.waitForTimeout(60)
    for (const what of ['request', 'download', 'popup']) page.off(what, note)
    context.off('page', note)
    for (const other of context.pages()) if (other !== page) await other.close().catch(() => {})
    // what only opened something is closed again; the page stays when it shows the same buttons as before
    if (page.url() === opened) {
      await page.keyboard.press('Escape').catch(() => {})
      await page.waitForTimeout(200)
      const left = await page.evaluate((q) => [...document.querySelectorAll(q)].some((e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden'), overlays).catch(() => true)
      fresh = !left && page.url() === opened && JSON.stringify(await labelsOf().catch(() => null)) === JSON.stringify(labels)
    }
  }
}
