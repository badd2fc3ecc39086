// A planner drags a bar, sees what that does and publishes it; another planner, who looked at the schedule before, is
// refused in words and tries again on the new one.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { person, settled } from './lib.mjs'

const locales = join(dirname(fileURLToPath(import.meta.url)), '../src/locales')
const words = (lang) => JSON.parse(readFileSync(join(locales, lang, 'scheduling.json'), 'utf8'))

/** In the page: where a bar is drawn. */
const rect = (page, id) => page.evaluate((i) => document.querySelector('.ap-board').chart.rect(i), id)
/** Bars in sight that can be taken by the mouse, with what lies after them on their machine. */
const free = (page) => page.evaluate(() => {
  const { chart } = document.querySelector('.ap-board')
  const box = document.querySelector('.ap-board').getBoundingClientRect()
  return [...chart.scene.layout.places.values()].filter((p) => p.bar.state === 'free' && p.bar.status !== 'running')
    .map((p) => ({ id: p.bar.id, order: p.bar.order, op: p.bar.op, machine: p.bar.machine, start: p.bar.start_ms, at: chart.rect(p.bar.id) }))
    .filter((b) => b.at.width > 14 && b.at.x > box.x + 190 && b.at.x + b.at.width < box.right - 380 && b.at.y > box.y + 50 && b.at.y + 30 < box.bottom)
})

async function drag(page, id, dx, dy = 0) {
  const r = await rect(page, id)
  const [x, y] = [r.x + Math.min(r.width / 2, 30), r.y + 12]
  await page.mouse.move(x, y)
  await page.mouse.down()
  for (let i = 1; i <= 8; i++) await page.mouse.move(x + (dx * i) / 8, y + (dy * i) / 8)
  await page.mouse.up()
}
const impact = (page) => page.locator('.ap-impact')
const answered = (page) => page.locator('.ap-impact[aria-busy=false] .ap-diff').waitFor()

/** By fingers: resting on a bar takes it, sliding at once scrolls, two zoom where they are and move what lies below. */
async function fingers(tally, browser, url, lang) {
  const p = await person(browser, url, { login: 'planner', lang, viewport: { width: 430, height: 900 } })
  await p.page.goto('/scheduling/board')
  await settled(p.page)
  await p.page.waitForFunction(() => document.querySelector('.ap-board')?.chart?.first > 0)
  const cdp = await p.context.newCDPSession(p.page)
  const touch = (type, ...points) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) })
  const slide = async (from, to) => { for (let i = 1; i <= 6; i++) await touch('touchMove', ...from.map(([x, y], k) => [x + ((to[k][0] - x) * i) / 6, y + ((to[k][1] - y) * i) / 6])) }
  const at = () => p.page.evaluate(() => { const { chart, scrollLeft } = document.querySelector('.ap-board'); return { px: chart.px, left: scrollLeft, held: !!chart.grip?.held } })
  const still = async () => { for (let n = 0, last; n < 20; n++) { const { left } = await at(); if (left === last) return; last = left; await p.page.waitForTimeout(120) } }
  const bar = await p.page.evaluate(() => {
    const { chart } = document.querySelector('.ap-board')
    const box = document.querySelector('.ap-board').getBoundingClientRect()
    const all = [...chart.scene.layout.places.values()].filter((x) => x.bar.state === 'free' && x.bar.status !== 'running').sort((a, b) => b.bar.start_ms - a.bar.start_ms)
    const x = all.find((b) => b.bar.end_ms - b.bar.start_ms > 900_000) ?? all[0]
    chart.jump(x.bar.start_ms)
    chart.show(x.bar.id)
    const r = chart.rect(x.bar.id)
    return { id: x.bar.id, order: x.bar.order, start: x.bar.start_ms, x: Math.max(r.x + Math.min(r.width / 2, 12), box.x + 100), y: r.y + 12 }
  })

  await touch('touchStart', [bar.x, bar.y])
  await slide([[bar.x, bar.y]], [[bar.x - 60, bar.y]])
  const scrolled = await at()
  await touch('touchEnd')
  tally.check('a finger that slides at once takes nothing', !scrolled.held && await impact(p.page).count() === 0)

  await p.page.waitForFunction(() => { const b = document.querySelector('.ap-board'); const still = b.was === b.scrollLeft; b.was = b.scrollLeft; return still }, null, { polling: 120 }) // it has rolled out
  const [x, y] = await p.page.evaluate((id) => {
    const { chart } = document.querySelector('.ap-board')
    const { left } = document.querySelector('.ap-board').getBoundingClientRect()
    chart.show(id)
    const r = chart.rect(id)
    const from = Math.max(r.x, left + chart.left)
    return [from + Math.min(12, Math.max(1, (r.x + r.width - from) / 2)), r.y + 12]
  }, bar.id)
  await touch('touchStart', [x, y])
  await p.page.waitForFunction(() => !!document.querySelector('.ap-board').chart.grip?.held)
  await still()
  const before = await at()
  await slide([[x, y]], [[x + 70, y]])
  const during = await at()
  await touch('touchEnd')
  await answered(p.page)
  const lies = await p.page.evaluate((id) => document.querySelector('.ap-board').chart.scene.layout.places.get(id).bar.start_ms, bar.id)
  tally.check('a bar is dragged by a finger that has rested on it', lies > bar.start && (await impact(p.page).innerText()).includes(bar.order), `${bar.start} ${lies}`)
  tally.check('and nothing has scrolled meanwhile', during.left === before.left, JSON.stringify([before, during]))

  const box = await p.page.locator('.ap-board').boundingBox()
  const mid = [box.x + 270, box.y + 130]
  const time = () => p.page.evaluate((mx) => { const { chart } = document.querySelector('.ap-board'); const b = document.querySelector('.ap-board'); return chart.scene.g.from_ms + ((b.scrollLeft + mx - b.getBoundingClientRect().left - chart.left) / chart.px) * 3_600_000 }, mid[0])
  await still()
  const [was, here] = [await at(), await time()]
  await touch('touchStart', [mid[0] - 30, mid[1]], [mid[0] + 30, mid[1]])
  await slide([[mid[0] - 30, mid[1]], [mid[0] + 30, mid[1]]], [[mid[0] - 60, mid[1]], [mid[0] + 60, mid[1]]])
  const wide = await at()
  tally.check('two fingers zoom where they are', Math.abs(wide.px / was.px - 2) < 0.1 && Math.abs(await time() - here) < 8 * 3_600_000 / wide.px, JSON.stringify([was, wide, here, await time()]) /* whole pixels at each step of the fingers */)
  await slide([[mid[0] - 60, mid[1]], [mid[0] + 60, mid[1]]], [[mid[0] - 100, mid[1]], [mid[0] + 20, mid[1]]])
  const moved = await at()
  await touch('touchEnd')
  tally.check('and move what lies below', Math.abs(moved.left - wide.left - 40) <= 3 && Math.abs(moved.px - wide.px) < 0.01, JSON.stringify([wide, moved]))
  tally.check('no console error by touch', p.errors.length === 0, p.errors.join(' | '))
  await p.close()
}

export async function gantt(tally, browser, url, engine) {
  const lang = engine === 'sqlite' ? 'zh' : 'en'
  const w = words(lang)
  const planner = await person(browser, url, { login: 'planner', lang })
  await planner.api.post('/scheduling/run', { rule: 'priority' })
  const boss = await person(browser, url, { login: 'boss', lang })
  for (const p of [planner, boss]) {
    await p.page.goto('/scheduling/board')
    await settled(p.page)
    await p.page.waitForFunction(() => document.querySelector('.ap-board')?.chart?.first > 0)
  }
  await fingers(tally, browser, url, lang)
  const before = await planner.api.get('/scheduling/gantt')

  // a machine that cannot do it refuses, and nothing is asked
  const list = await free(planner.page)
  tally.check('there are bars to drag', list.length > 3, `${list.length}`)
  const asked = []
  planner.page.on('request', (r) => { if (r.url().includes('/scheduling/preview') && r.postDataJSON().changes.length > 0) asked.push(r.url()) })
  const foreign = await planner.page.evaluate((id) => {
    const { chart } = document.querySelector('.ap-board')
    const p = chart.scene.layout.places.get(id)
    const row = chart.scene.layout.rows.find((r) => r.lane && r.center !== p.bar.work_center && !p.bar.alternatives.split(' ').includes(r.center) && Math.abs(r.y - p.row.y) < 500 && r.y > chart.box.scrollTop && r.y < chart.box.scrollTop + 500)
    return row && row.y - p.row.y
  }, list[0].id)
  await drag(planner.page, list[0].id, 40, foreign)
  await planner.page.getByText(new RegExp(w.gantt.refused.replace(/\{\{machine\}\}/, '.*').replace(/\{\{op\}\}/, String(list[0].op)).replace(/\{\{order\}\}/, list[0].order))).waitFor()
  tally.check('another kind of machine refuses', asked.length === 0 && await impact(planner.page).count() === 0)

  // to a later hour on its own machine: the consequences are there, the live schedule is untouched
  const bar = list[0]
  await drag(planner.page, bar.id, 120)
  await answered(planner.page)
  tally.check('one question for one drop', asked.length === 1, `${asked.length}`)
  const said = await impact(planner.page).innerText()
  tally.check('the change is told in words', said.includes(bar.order) && said.includes(bar.machine), said.slice(0, 200))
  const shown = await planner.page.evaluate((id) => { const { chart } = document.querySelector('.ap-board'); return { start: chart.scene.layout.places.get(id).bar.start_ms, ghosts: chart.scene.ghosts.length } }, bar.id)
  tally.check('the bar lies where it was dropped, a ghost where it was', shown.start > bar.start && shown.ghosts > 0, JSON.stringify(shown))
  tally.check('nothing is published yet', JSON.stringify((await planner.api.get('/scheduling/gantt')).bars) === JSON.stringify(before.bars))

  // undo and redo
  await planner.page.locator('.ap-board').focus()
  await planner.page.keyboard.press('Control+z')
  await impact(planner.page).waitFor({ state: 'detached' })
  await planner.page.keyboard.press('Control+y')
  await answered(planner.page)
  tally.check('undone and done again', true)

  // the other planner moves another bar, and is late with it
  const theirs = (await free(boss.page)).find((b) => b.order !== bar.order && b.machine !== bar.machine) ?? list[1]
  await drag(boss.page, theirs.id, 96)
  await answered(boss.page)

  await planner.page.locator('.ap-impact footer .ant-btn-primary').click()
  await planner.page.locator('.ant-modal-confirm-btns .ant-btn-primary').click()
  await planner.page.getByText(w.publish.done).waitFor()
  const after = await planner.api.get('/scheduling/gantt')
  const now = after.bars.find((b) => b.id === bar.id)
  tally.check('published: it stands where it was dropped, pinned', after.run !== before.run && now.state === 'pinned' && now.start_ms === shown.start, JSON.stringify(now))
  tally.check('what was told is remembered', after.told.some((x) => x.kind === 'pin' && x.order === bar.order && x.op === bar.op))
  await planner.page.reload()
  await settled(planner.page)
  await planner.page.waitForFunction(() => document.querySelector('.ap-board')?.chart?.first > 0)
  tally.check('and after a reload too', await planner.page.evaluate((id) => document.querySelector('.ap-board').chart.scene.layout.places.get(id).bar.start_ms, bar.id) === shown.start)

  // told by itself, or when it is sent: in words, with the way out
  await boss.page.getByText(w.stale.title).waitFor()
  tally.check('the other planner cannot publish', await boss.page.locator('.ap-impact footer .ant-btn-primary').isDisabled())
  const late = await boss.context.request.post('/api/v1/scheduling/drafts', { data: { live: before.run, changes: [{ kind: 'pin', order: theirs.order, op: theirs.op, machine: theirs.machine, from_ms: theirs.start + 3_600_000 }] }, headers: { 'X-Requested-With': 'kaiwu', 'Idempotency-Key': `e2e-${Math.random()}` } })
  tally.check('and the server refuses too', late.status() === 409 && (await late.json()).code === 'scheduling.published')
  await boss.page.getByRole('button', { name: w.stale.again }).click()
  await answered(boss.page)
  await boss.page.getByText(w.stale.title).waitFor({ state: 'detached' })
  await boss.page.locator('.ap-impact footer .ant-btn-primary').click()
  await boss.page.locator('.ant-modal-confirm-btns .ant-btn-primary').click()
  await boss.page.getByText(w.publish.done).waitFor()
  const both = await planner.api.get('/scheduling/gantt')
  tally.check('both changes stand', both.bars.find((b) => b.id === bar.id).start_ms === shown.start && both.bars.find((b) => b.id === theirs.id).state === 'pinned')
  for (const p of [planner, boss]) {
    const bad = p.errors.filter((e) => !/409/.test(e))
    tally.check('no console error', bad.length === 0, bad.join(' | '))
    await p.close()
  }
}
