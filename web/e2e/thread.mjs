// An order of the demo factory becomes a shipped box, by hand: the office at a desk, the floor on a phone.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { person, settled, DESKTOP, PHONE } from './lib.mjs'

const locales = join(dirname(fileURLToPath(import.meta.url)), '../src/locales')
const words = (lang, file) => JSON.parse(readFileSync(join(locales, lang, `${file}.json`), 'utf8'))
const at = (o, path) => path.split('.').reduce((v, k) => v?.[k], o)
/** A locale text as a pattern: {{x}} stands for anything. */
const says = (lang, file, path) => {
  const text = at(words(lang, file), path)
  if (!text) throw new Error(`no text ${file}:${path}`)
  return new RegExp(text.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\{[^}]+\}\}/g, '.*'))
}

const ITEM = 'FG-AF1'

export async function thread(tally, browser, url, engine) {
  const lang = engine === 'sqlite' ? 'zh' : 'en'
  const floor = (p) => says(lang, ['floor', 'wares', 'step', 'lineside'].find((file) => at(words(lang, file), p)) ?? 'floor', p) // what loads later lies apart
  const sales = (p) => says(lang, 'sales', p)
  const boss = await person(browser, url, { login: 'boss', lang })
  const due = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10)
  const so = (await boss.api.post('/sales/orders', { customer: 'C01', channel: 'b2b', lines: [{ item: ITEM, qty: '3', due }] })).number

  // the planner makes the work orders on the screen
  const planner = await person(browser, url, { login: 'planner', lang })
  await planner.page.goto(`/sales/orders/${so}`)
  await planner.page.getByRole('button', { name: sales('make.do') }).first().click()
  await planner.page.getByRole('checkbox', { name: sales('make.release') }).check()
  await planner.page.getByRole('button', { name: new RegExp(`^${sales('make.go').source.replace('', '')}$`) }).or(planner.page.locator('.ant-drawer-footer .ant-btn-primary')).first().click()
  await planner.page.getByText(sales('make.made')).waitFor()
  tally.check('the planner sees what was made', true)
  const orders = (await planner.api.get(`/production/orders?limit=200&sort=-number&filter=status:eq:released`)).items
  const own = (await planner.api.get(`/sales/orders/${so}`)).lines[0].work[0].number
  tally.check('the sales order has its work order', !!own)
  await planner.api.post('/scheduling/run', { rule: 'priority' })
  tally.check('planner: no console error', planner.errors.length === 0, planner.errors.join(' | '))

  // parts that the new order needs are made first, through the same doors
  await makeParts(boss, own, orders)

  // the operator logs in by badge on a phone and scans the traveler
  const phone = await person(browser, url, { lang, viewport: PHONE })
  await phone.page.goto('/m')
  await scan(phone.page, '88000001')
  for (const d of '1234') await phone.page.locator('.kw-pad button', { hasText: new RegExp(`^${d}$`) }).click()
  await main(phone.page).click()
  await phone.page.waitForURL(/\/m$/)
  await scan(phone.page, `KW:WO:${own}`)
  await phone.page.waitForURL(/\/m\/op\//)
  for (let i = 0; i < 40; i++) {
    await settled(phone.page)
    const w = await boss.api.get(`/production/orders/${own}`)
    if (w.ops.every((o) => !o.report || o.status === 'done')) break
    const asked = phone.page.locator('.kw-sheet[open]') // set-up first, or run at once?
    if (phone.page.url().includes('/m/op/') && await asked.count()) {
      await asked.locator('.kw-big').last().click()
      await asked.waitFor({ state: 'detached' }).catch(() => {})
      continue
    }
    const button = main(phone.page)
    const text = (await button.innerText().catch(() => '')).trim()
    if (floor('act.report').test(text) && phone.page.url().includes('/m/op/')) {
      await button.click()
      await phone.page.waitForURL(/\/m\/report\//)
      await phone.page.locator('.kw-pad button', { hasText: says(lang, 'kit', 'pad.all') }).click()
      await main(phone.page).click()
      await phone.page.getByText(floor('report.now')).first().waitFor()
      await phone.page.goto(`/m/op/${own}`)
    } else if (phone.page.url().includes('/m/issue/')) {
      const lot = phone.page.locator('.kf-lot').first()
      if (await lot.count()) {
        await lot.click()
        await phone.page.locator('.kw-sheet .kw-big-main, .kw-sheet .kw-big-warn').first().click()
        await phone.page.waitForTimeout(400)
      } else {
        await phone.page.goto(`/m/op/${own}`)
      }
    } else {
      await button.click({ timeout: 3000 }).catch(() => {}) // a sheet may have come in between
      await phone.page.waitForTimeout(300)
    }
  }
  const made = await boss.api.get(`/production/orders/${own}`)
  tally.check('every operation is reported from the phone', made.ops.every((o) => !o.report || o.status === 'done'), JSON.stringify(made.ops.map((o) => [o.op, o.status])))
  tally.check('phone: no console error', phone.errors.filter((e) => !/401/.test(e)).length === 0, phone.errors.join(' | '))

  // the inspector says yes, the warehouse receives
  for (const insp of made.inspections.filter((x) => x.status === 'open')) {
    const quality = await person(browser, url, { badge: '88000004', lang, viewport: PHONE })
    await quality.page.goto(`/m/inspect/${insp.number}`)
    await quality.page.locator('.kw-big-good').click()
    await quality.page.getByText(floor('insp.passed')).first().waitFor()
    await quality.close()
  }
  const warehouse = await person(browser, url, { badge: '88000003', lang, viewport: PHONE })
  await warehouse.page.goto(`/m/receive/${own}`)
  await main(warehouse.page).click()
  await warehouse.page.waitForTimeout(800)
  tally.check('finished goods are in stock with serial numbers', (await boss.api.get(`/production/orders/${own}`)).received === '3')
  await warehouse.close()

  // the desk ships it
  const desk = await person(browser, url, { login: 'warehouse', lang })
  await desk.page.goto(`/sales/orders/${so}`)
  await settled(desk.page)
  await desk.page.getByRole('button', { name: sales('ship.do') }).first().click()
  await desk.page.locator('.ant-drawer-footer .ant-btn-primary').click()
  await desk.page.locator('.ant-modal-confirm-btns .ant-btn-primary, .ant-modal .ant-btn-primary').first().click({ timeout: 5000 }).catch(() => {})
  await desk.page.waitForURL(/\/sales\/shipments\//)
  tally.check('the shipment has a page', true)
  tally.check('desk: no console error', desk.errors.length === 0, desk.errors.join(' | '))

  // who wants no motion sees a menu that opens, where it was opened
  const calm = await person(browser, url, { login: 'planner', lang, calm: true })
  await calm.page.goto(`/production/orders/${own}`)
  await settled(calm.page)
  await calm.page.locator('main .ant-dropdown-trigger').first().click()
  await calm.page.locator('.ant-dropdown').waitFor()
  await calm.page.waitForTimeout(300)
  const menu = await calm.page.locator('.ant-dropdown').boundingBox()
  tally.check('without motion a menu opens in sight', menu && menu.x >= 0 && menu.y >= 0 && menu.x < DESKTOP.width && menu.y < DESKTOP.height, JSON.stringify(menu))
  await calm.close()

  // where is my order
  await boss.page.goto(`/sales/orders/${so}`)
  await settled(boss.page)
  const track = await boss.api.get(`/sales/orders/${so}`)
  tally.check('the order shows as shipped', track.status === 'shipped', track.status)
  await boss.page.getByText(own).first().waitFor()
  await boss.page.getByRole('tab', { name: sales('order.shipments') }).click()
  await boss.page.getByText(track.shipments[0].number).first().waitFor()
  tally.check('its page tells the shipment and the work order', true)
  for (const p of [boss, planner, phone, desk]) await p.close()
}

const main = (page) => page.locator('.kw-big-main').last()

async function scan(page, code) {
  const box = page.locator('.kw-scanbox input, .kw-scanbox textarea').first()
  if (!(await box.isVisible().catch(() => false))) await page.locator('.kw-scanbox button').last().click()
  await box.fill(code)
  await box.press('Enter')
}

/** Makes, buys and receives whatever the work order's parts need, by the API. */
async function makeParts(boss, own, orders) {
  const { api } = boss
  const parts = orders.map((o) => o.number).filter((n) => n !== own).sort().reverse()
  const need = async (number) => (await api.get(`/production/orders/${number}`)).components.filter((c) => c.role === 'component' && Number(c.open) > Number(c.available))
  const buy = async (number) => {
    for (const c of await need(number)) {
      const item = await api.get(`/masterdata/items/${encodeURIComponent(c.item)}`)
      if ((item.kind ?? item.item?.kind) === 'buy') await api.post('/purchasing/receipts', { item: c.item, supplier: 'S01', qty: String(Math.ceil(Number(c.open) - Number(c.available)) + 1), reason: 'e2e' })
    }
  }
  const make = async (number) => {
    for (let i = 0; i < 40; i++) {
      await buy(number)
      const w = await api.get(`/production/orders/${number}`)
      const op = w.ops.find((o) => o.report && !['done', 'waiting_previous'].includes(o.status))
      if (!op) break
      for (const c of w.components) if (c.issue === 'pick' && c.role === 'component' && Number(c.open) > 0) await api.post('/production/issues', { order: number, code: c.item })
      await api.post('/production/reports', { order: number, op: op.op, good: op.wip })
    }
    for (const i of (await api.get(`/production/orders/${number}`)).inspections) if (i.status === 'open') await api.post('/quality/judgements', { inspection: i.number, passed: i.qty })
    await api.post('/production/receipts', { order: number })
  }
  for (let round = 0; round < 8; round++) {
    const missing = (await need(own)).map((c) => c.item)
    if (missing.length === 0) return
    await buy(own)
    for (const item of (await need(own)).map((c) => c.item)) await makeItem(item, 0)
  }
  async function makeItem(item, depth) {
    if (depth > 6) throw new Error(`${item}: too deep`)
    const o = (await api.get(`/production/orders?limit=20&sort=-number&filter=item:eq:${encodeURIComponent(item)}&filter=status:eq:released`)).items.filter((x) => parts.includes(x.number))[0]
      ?? (await api.post('/production/orders', { orders: [{ item, qty: '10', due: new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10) }], release: true })).orders[0]
    for (const c of await need(o.number)) {
      const it = await api.get(`/masterdata/items/${encodeURIComponent(c.item)}`)
      if ((it.kind ?? it.item?.kind) === 'make') await makeItem(c.item, depth + 1)
    }
    await make(o.number)
  }
}

/** Two people look at the same list: what one does the other sees within a second, without reloading. */
export async function live(tally, browser, url) {
  const watcher = await person(browser, url, { login: 'planner', lang: 'en', viewport: DESKTOP })
  const actor = await person(browser, url, { login: 'boss' })
  await watcher.page.goto('/sales/orders?sort=-number')
  await settled(watcher.page)
  await watcher.page.waitForTimeout(1000) // the stream is open
  const due = new Date(Date.now() - 400 * 86_400_000).toISOString().slice(0, 10) // first in the list by due date too
  const { number } = await actor.api.post('/sales/orders', { customer: 'C02', lines: [{ item: ITEM, qty: '1', due }] })
  const t = Date.now()
  const seen = await watcher.page.getByText(number).first().waitFor({ timeout: 5000 }).then(() => true, () => false)
  tally.check("another user's order appears by itself", seen)
  console.log(`     seen after ${Date.now() - t} ms`)
  await watcher.close()
  await actor.close()
}
