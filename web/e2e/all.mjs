// node e2e/all.mjs BINARY [thread|gantt|live|crawl|buttons] [sqlite|postgres] [ROUTES]: every browser test, or a part of them, against the real binary, on SQLite and on PostgreSQL.
import { resolve } from 'node:path'
import { startBrowser, startDemo, Tally } from './lib.mjs'
import { crawl } from './crawl.mjs'
import { gantt } from './gantt.mjs'
import { thread, live } from './thread.mjs'

const bin = resolve(process.argv[2] ?? '../kaiwu')
const [only, engines, part] = process.argv.slice(3)
const tally = new Tally()
const browser = await startBrowser()
// the engines side by side: most of a page's time is waiting
await Promise.all((engines ? [engines] : ['sqlite', 'postgres']).map(async (engine) => {
  await tally.run(`${engine}: demo`, async () => {
    const server = await startDemo(bin, engine)
    try {
      if (!only || only === 'thread') await tally.run(`${engine}: an order becomes a shipped box`, () => thread(tally, browser, server.url, engine))
      if (!only || only === 'gantt') await tally.run(`${engine}: a bar is dragged and published, the second planner is refused`, () => gantt(tally, browser, server.url, engine))
      if (!only || only === 'live') await tally.run(`${engine}: a screen shows another user's change`, () => live(tally, browser, server.url))
      if (engine === 'sqlite' && (!only || only === 'crawl' || only === 'buttons')) await tally.run('every route in both languages, every button', () => crawl(tally, browser, server.url, part ?? (only === 'buttons' ? only : undefined)))
    } finally {
      await server.stop()
    }
  })
}))
await browser.close()
console.log(`e2e: ${tally.passed} passed, ${tally.failed} failed`)
process.exit(tally.failed ? 1 : 0)
