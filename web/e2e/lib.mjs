// What the browser tests share: the real binary on a free port, a real browser, people who log in.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:net'
import { chromium } from 'playwright-core'

const freePort = () => new Promise((ok) => {
  const s = createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => ok(port)) })
})

/** Starts the demo on an engine; url, stop(), load(folder) for a factory pack. PostgreSQL is the cluster that KAIWU_TEST_PG names. */
export async function startDemo(bin, engine) {
  const dir = mkdtempSync(join(tmpdir(), 'kwe2e-'))
  const port = await freePort()
  const where = ['--data', dir]
  const args = ['demo', '--data', dir, '--listen', `127.0.0.1:${port}`, '--http', '--log', 'warn']
  if (engine === 'postgres') {
    const host = process.env.KAIWU_TEST_PG
    if (!host) throw new Error('KAIWU_TEST_PG names no cluster: run through withpg')
    const name = `e2e_${process.pid}_${port}`
    const psql = spawnSync('psql', ['-h', host, '-U', 'kaiwu', '-d', 'postgres', '-qc', `CREATE DATABASE ${name}`], { encoding: 'utf8' })
    if (psql.status !== 0) throw new Error(`create database: ${psql.stderr}`)
    where.splice(0, 2, '--db', `host=${host} user=kaiwu dbname=${name} sslmode=disable`)
    args.push(...where)
  }
  const p = spawn(bin, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  p.stderr.on('data', (b) => { said += b })
  const gone = new Promise((ok) => p.on('exit', ok))
  const url = `http://127.0.0.1:${port}`
  for (let i = 0; ; i++) {
    if (p.exitCode !== null || i > 600) { p.kill('SIGKILL'); throw new Error(`the server did not start:\n${said}`) }
    try { if ((await fetch(`${url}/readyz`)).ok) break } catch { /* not yet */ }
    await new Promise((ok) => setTimeout(ok, 200))
  }
  const stop = async () => { p.kill('SIGTERM'); await gone; rmSync(dir, { recursive: true, force: true }) }
  process.on('exit', () => p.kill('SIGKILL'))
  const load = (folder) => {
    const r = spawnSync(bin, ['import', ...where, folder], { encoding: 'utf8' })
    if (r.status !== 0) throw new Error(`import of ${folder}: ${r.stderr}`)
  }
  return { url, stop, load, said: () => said }
}

export async function startBrowser() {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
  if (!executablePath) throw new Error('no Chromium: scripts/setup.sh browser')
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
}

export const DESKTOP = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

/** A browser of its own for one person; errors gathers what went wrong in the console or on the network. */
export async function person(browser, url, { login, lang = 'en', viewport = DESKTOP, badge, calm, init } = {}) {
  const context = await browser.newContext({ viewport, reducedMotion: calm ? 'reduce' : undefined, baseURL: url, locale: lang === 'zh' ? 'zh-CN' : 'en-GB', hasTouch: viewport.width < 500, acceptDownloads: true })
  await context.addInitScript((l) => { if (!localStorage.getItem('kaiwu.lang')) localStorage.setItem('kaiwu.lang', l) }, lang)
  if (init) await context.addInitScript(init)
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const errors = []
  watch(page, errors)
  if (login) {
    const r = await context.request.post('/api/v1/login', { data: { login, password: 'demo1234' }, headers: { 'X-Requested-With': 'kaiwu' } })
    if (!r.ok()) throw new Error(`log-in of ${login}: ${r.status()} ${await r.text()}`)
  }
  if (badge) {
    const r = await context.request.post('/api/v1/login/badge', { data: { badge, pin: '1234' }, headers: { 'X-Requested-With': 'kaiwu' } })
    if (!r.ok()) throw new Error(`badge log-in: ${r.status()} ${await r.text()}`)
  }
  const api = {
    async get(path) { const r = await context.request.get(`/api/v1${path}`); if (!r.ok()) throw new Error(`GET ${path}: ${r.status()} ${await r.text()}`); return r.json() },
    async post(path, data) {
      const r = await context.request.post(`/api/v1${path}`, { data, headers: { 'X-Requested-With': 'kaiwu', 'Idempotency-Key': `e2e-${Math.random()}` } })
      if (!r.ok()) throw new Error(`POST ${path}: ${r.status()} ${await r.text()}`)
      return r.json()
    },
  }
  return { context, page, errors, api, close: () => context.close() }
}

export function watch(page, errors) {
  const open = new Set()
  flying.set(page, open)
  page.on('request', (r) => { if (!r.url().includes('/events/stream')) open.add(r) })
  page.on('requestfinished', (r) => open.delete(r))
  page.on('requestfailed', (r) => open.delete(r))
  page.on('framenavigated', (f) => { if (f === page.mainFrame()) open.clear() })
  page.on('console', (m) => { if (m.type() === 'error') errors.push(m.text().slice(0, 300)) })
  page.on('pageerror', (e) => errors.push(String(e).slice(0, 300)))
  page.on('response', (r) => { if (r.status() >= 500) errors.push(`${r.status()} ${r.url()}`) })
}

const flying = new WeakMap() // page -> requests under way, the event stream apart

/** Waits until the page has been answered everything it asked and has drawn it. */
export async function settled(page) {
  await page.waitForLoadState('domcontentloaded')
  const end = Date.now() + 15_000
  for (let calm = 0; calm < 3 && Date.now() < end;) {
    await page.waitForTimeout(60)
    const drawn = await page.evaluate(() => (document.querySelector('main') ?? document.body).innerText.trim().length > 20 && !document.querySelector('.ant-spin-spinning, .ant-skeleton-active')).catch(() => false)
    calm = drawn && (flying.get(page)?.size ?? 0) === 0 ? calm + 1 : 0
  }
}

/** Waits until the page has been answered; shorter than settled, for a page that is already drawn. */
export async function quiet(page, most = 2_000) {
  const end = Date.now() + most
  for (let calm = 0; calm < 2 && Date.now() < end;) {
    calm = (flying.get(page)?.size ?? 0) === 0 ? calm + 1 : 0
    await new Promise((ok) => setTimeout(ok, 20))
  }
}

/** Counts checks and prints each failure where it happens. */
export class Tally {
  passed = 0
  failed = 0
  check(name, ok, why = '') {
    if (ok) { this.passed++; return true }
    this.failed++
    console.log(`FAIL ${name} ${why}`)
    return false
  }
  async run(name, fn) {
    const before = this.failed
    const t = Date.now()
    try { await fn() } catch (e) { this.check(name, false, String(e?.stack ?? e).slice(0, 1500)) }
    if (this.failed === before) this.passed++
    console.log(`${this.failed === before ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - t) / 1000).toFixed(1)} s)`)
  }
}
