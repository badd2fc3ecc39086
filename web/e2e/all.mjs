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

/** Runs fn against a demo factory of its own. */
const demo = (name, engine, fn) => tally.run(`${engine}: ${name}`, async () => {
  const server = await startDemo(bin, engine)
  try { await fn(server.url, server.load) } finally { await server.stop() }
})

// factories side by side: most of a page's time is waiting
const factories = []
for (const engine of engines ? [engines] : ['sqlite', 'postgres']) {
  if (!only || ['thread', 'gantt', 'live'].includes(only)) {
    factories.push(demo('a day of work', engine, async (url) => {
      if (!only || only === 'thread') await tally.run(`${engine}: an order becomes a shipped box`, () => thread(tally, browser, url, engine))
      if (!only || only === 'gantt') await tally.run(`${engine}: a bar is dragged and published, the second planner is refused`, () => gantt(tally, browser, url, engine))
      if (!only || only === 'live') await tally.run(`${engine}: a screen shows another user's change`, () => live(tally, browser, url))
    }))
  }
  if (only === 'crawl' || only === 'buttons' || (!only && engine === 'sqlite')) {
    factories.push(demo('every route in both languages, every button', engine, (url, load) => crawl(tally, browser, url, load, part ?? (only === 'buttons' ? only : undefined))))
  }
}
await Promise.all(factories)
await browser.close()
console.log(`e2e: ${tally.passed} passed, ${tally.failed} failed`)
process.exit(tally.failed ? 1 : 0)
