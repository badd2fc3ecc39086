// node e2e/ganttfigures.mjs BINARY: how fast the Gantt draws and drags in a real browser. The schedule is made up and
// answered in the server's place (2,000 bars over 50 machines, 10,000 over 200), everything else is the real thing.
import { resolve } from 'node:path'
import { person, settled, startBrowser, startDemo } from './lib.mjs'

const HOUR = 3_600_000
function made(bars, machines) {
  const now = Date.now()
  const day = 24 * HOUR
  const from = Math.floor(now / day) * day - 2 * day
  let seed = 7
  const rnd = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648
  const g = { run: '1', live: '1', draft: false, site: 'NB1', rule: 'edd', now_ms: now, freeze_ms: 0, changes: [], goal: [], told: [], machines: [], bars: [], hours: [[]], figures: { orders: bars / 5, ops: bars, late: 0, late_ms: 0, setup_ms: 0, waiting_ms: 0, unplaced: 0, conflicts: 0, end_ms: 0 } }
  const at = []
  for (let i = 0; i < machines; i++) {
    const wc = `W${Math.floor(i / 5)}`
    g.machines.push({ machine: `M${i}`, work_center: wc, work_center_name: `Center ${wc}`, kind: 'machine', hours: 0 })
    at.push(now - rnd() * 4 * HOUR)
  }
  const status = ['ready', 'running', 'waiting_previous', 'planned', 'waiting_material']
  for (let n = 0; n < bars; n++) {
    const m = n % machines
    const start = at[m] + rnd() * HOUR
    const end = start + HOUR / 2 + rnd() * 5 * HOUR
    at[m] = end
    g.bars.push({ id: String(1000 + n), order: `MO-${Math.floor(n / 5)}`, op: (n % 5) * 10 + 10, name: 'turning', item: `I-${n % 97}`, item_name: `Shaft ${n % 97}`, family: '', work_center: g.machines[m].work_center, machine: `M${m}`, start_ms: Math.round(start), end_ms: Math.round(end), setup_ms: 900_000, qty: '10', good: '0', state: 'free', status: status[n % 5 === 1 ? 2 : n % 5], why: n >= machines ? 'machine' : 'now', by: n >= machines ? String(1000 + n - machines) : undefined, due_ms: Math.round(end) + day, late_ms: n % 23 ? 0 : 3 * HOUR, priority: 5, alternatives: '' })
  }
  const last = Math.max(...at)
  g.from_ms = from
  g.to_ms = Math.ceil(last / day) * day + 14 * day
  for (let d = from; d < g.to_ms; d += day) g.hours[0].push(d, d + 4 * HOUR, d + 5 * HOUR, d + 12 * HOUR)
  g.figures.end_ms = last
  return g
}

const server = await startDemo(resolve(process.argv[2] ?? '../kaiwu'), 'sqlite')
const browser = await startBrowser()
for (const [bars, machines] of [[2000, 50], [10000, 200]]) {
  const p = await person(browser, server.url, { login: 'planner' })
  const body = JSON.stringify(made(bars, machines))
  await p.page.route('**/api/v1/scheduling/gantt*', (r) => r.fulfill({ contentType: 'application/json', body }))
  await p.page.route('**/api/v1/scheduling/preview*', (r) => r.fulfill({ contentType: 'application/json', body: JSON.stringify({ changes: [], goal: [], bars: [], ends: [], moved: 0, is: JSON.parse(body).figures, was: JSON.parse(body).figures }) }))
  await p.page.goto('/scheduling/board')
  await settled(p.page)
  await p.page.waitForFunction(() => document.querySelector('.ap-board')?.chart?.first > 0)
  const first = await p.page.evaluate(() => document.querySelector('.ap-board').chart.first)
  const watch = () => p.page.evaluate(() => { // frames and drawings from now on
    const { chart } = document.querySelector('.ap-board')
    const w = { frames: [], draws: [], on: true }
    window.kwWatch = w
    const own = chart.drawNow.bind(chart)
    chart.drawNow = () => { own(); w.draws.push(chart.took) }
    let last = performance.now()
    const tick = (t) => { w.frames.push(t - last); last = t; if (w.on) requestAnimationFrame(tick) }
    requestAnimationFrame((t) => { last = t; requestAnimationFrame(tick) })
  })
  const told = async (what) => {
    const w = await p.page.evaluate(() => { window.kwWatch.on = false; delete document.querySelector('.ap-board').chart.drawNow; return window.kwWatch })
    const at = (l, q) => [...l].sort((a, b) => a - b)[Math.min(l.length - 1, Math.floor(l.length * q))] ?? 0
    const sum = w.frames.reduce((a, b) => a + b, 0)
    console.log(`${String(bars).padStart(6)} bars, ${machines} machines: ${what.padEnd(22)} ${(w.frames.length / sum * 1000).toFixed(0)} fps, frame p95 ${at(w.frames, 0.95).toFixed(0)} ms, drawing p50 ${at(w.draws, 0.5).toFixed(1)} p95 ${at(w.draws, 0.95).toFixed(1)} ms, ${w.draws.length} drawings`)
  }
  console.log(`${String(bars).padStart(6)} bars, ${machines} machines: first drawing         ${first.toFixed(0)} ms`)
  const inside = (ms, fn) => p.page.evaluate(([t, f]) => new Promise((ok) => { // the moves come from the page itself, one a frame
    const step = new Function('i', 'box', f)
    const box = document.querySelector('.ap-board')
    const end = performance.now() + t
    let i = 0
    const go = () => { step(i++, box); if (performance.now() < end) requestAnimationFrame(go); else ok() }
    requestAnimationFrame(go)
  }), [ms, fn])
  const bar = await p.page.evaluate(() => { const { chart } = document.querySelector('.ap-board'); const q = [...chart.scene.layout.places.values()].find((x) => x.bar.status !== 'running' && chart.rect(x.bar.id).x > 700 && chart.rect(x.bar.id).y > 300 && chart.rect(x.bar.id).y < 600); return chart.rect(q.bar.id) })
  await p.page.mouse.move(bar.x + 8, bar.y + 10)
  await p.page.mouse.down()
  await watch()
  await inside(4000, `box.dispatchEvent(new PointerEvent('pointermove', { pointerType: 'mouse', pointerId: 1, bubbles: true, clientX: ${bar.x} + 150 * Math.sin(i / 20), clientY: ${bar.y} + 120 * Math.sin(i / 33) }))`)
  await told('dragging (shifts)')
  await p.page.keyboard.press('Escape')
  await p.page.mouse.up()
  for (const zoom of ['shifts', 'days', 'weeks']) {
    await p.page.evaluate((z) => { const { chart } = document.querySelector('.ap-board'); chart.zoomTo({ shifts: 24, days: 7, weeks: 1.6 }[z]) }, zoom)
    await watch()
    await inside(3000, `box.scrollBy(i % 120 < 60 ? 9 : -9, i % 80 < 40 ? 6 : -6)`)
    await told(`panning (${zoom})`)
  }
  await watch()
  await inside(3000, `box.dispatchEvent(new WheelEvent('wheel', { ctrlKey: true, deltaY: i % 80 < 40 ? 12 : -12, clientX: 800, clientY: 400, cancelable: true }))`)
  await told('zooming')
  if (p.errors.length) console.log(p.errors.join('\n'))
  await p.close()
}
await browser.close()
await server.stop()
