// Presses every button of a page that lies open, and of the drawers, dialogs and menus they open: each must do
// something that a person can see or that leaves the browser. A button of the same name is pressed once in a room.
import { quiet, settled } from './lib.mjs'

/** Runs in the page before its own scripts: notes what a press sets off, and takes away what moves by itself. */
export function listen() {
  // news of other people and clocks would pass for the effect of a press
  window.EventSource = class extends EventTarget { static CLOSED = 2; readyState = 1; close() { this.readyState = 2 } }
  const every = window.setInterval
  window.setInterval = (fn, ms, ...more) => (ms >= 300 ? 0 : every(fn, ms, ...more))
  let did, pressed
  const note = (object, name, instead) => {
    const was = object?.[name]
    if (!was) return
    object[name] = function (...args) { if (this !== pressed) did?.push(name); return instead ? instead() : was.apply(this, args) }
  }
  note(window, 'fetch')
  note(XMLHttpRequest.prototype, 'send')
  note(window, 'open', () => null)
  note(window, 'print', () => undefined)
  for (const name of ['pushState', 'replaceState', 'back', 'forward', 'go']) note(History.prototype, name)
  note(HTMLElement.prototype, 'click')
  note(HTMLInputElement.prototype, 'showPicker')
  for (const name of ['scrollIntoView', 'requestFullscreen', 'scrollTo']) note(Element.prototype, name)
  for (const name of ['scrollLeft', 'scrollTop']) { // a page that is rolled to where it stands already
    const was = Object.getOwnPropertyDescriptor(Element.prototype, name)
    Object.defineProperty(Element.prototype, name, { ...was, set(v) { did?.push(name); was.set.call(this, v) } })
  }
  if (navigator.clipboard) note(Object.getPrototypeOf(navigator.clipboard), 'writeText')
  note(Document.prototype, 'execCommand')
  addEventListener('click', (e) => { if (!e.defaultPrevented && e.target.closest?.('a[href]')) did?.push('a link') })

  const isHolder = (n) => n.nodeType === 1 && !n.className && n.style.position === 'absolute' && n.style.left === '0px' // antd's ripple
  const inRipple = (n, el) => { for (; n && n !== el; n = n.parentElement) if (n.nodeType === 1 && isHolder(n)) return true; return false }
  const counts = (m, el) => {
    if (document.head.contains(m.target)) return false
    if (el.contains(m.target) && inRipple(m.target, el)) return false
    if (m.type === 'attributes' && (m.attributeName === 'name' || m.oldValue === m.target.getAttribute(m.attributeName))) return false // React writes these anew at every drawing
    if (m.type === 'childList' && el.contains(m.target)) return ![...m.addedNodes, ...m.removedNodes].every(isHolder)
    return true
  }
  const shown = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden'
  const layers = '.ant-modal-wrap, .ant-drawer-open .ant-drawer-section, .ant-drawer-open .ant-drawer-content, .ant-popover, .ant-dropdown, .ant-select-dropdown, .ant-picker-dropdown, dialog[open], .kw-palette'
  const name = (b) => (b.getAttribute('aria-label') || b.textContent || b.title || b.querySelector('[aria-label]')?.getAttribute('aria-label') || '').trim().replace(/\s+/g, ' ').slice(0, 40)
  const kind = '[role=menuitem], button, [role=button]'
  // what shows a choice that is already made may rest
  const rests = (b) => ['aria-pressed', 'aria-selected', 'aria-checked', 'aria-current'].some((a) => b.hasAttribute(a) && b.getAttribute(a) !== 'false' && b.getAttribute('role') !== 'switch') && b.getAttribute('role') !== 'checkbox'
  window.kwTest = {
    /** The buttons of the upmost layer, or of the page; what ends a dialog comes last. */
    list() {
      const open = [...document.querySelectorAll(layers)].filter(shown)
      const top = open.at(-1)
      const foreign = top?.matches('.ant-select-dropdown, .ant-picker-dropdown')
      const title = top ? (top.querySelector('.ant-modal-title, .ant-modal-confirm-title, .ant-drawer-title, h2, h3')?.textContent ?? top.className.split(' ')[0]) : ''
      const all = top ? (foreign ? [] : [...top.querySelectorAll(kind)]) : [...document.querySelectorAll(kind)].filter((b) => b.closest('main, header, footer, .kw-shop, #root'))
      const ends = (b) => (b.closest('.ant-modal-close, .ant-drawer-close, header') ? 3 : b.closest('footer, .ant-drawer-footer, .ant-modal-footer, .ant-modal-confirm-btns, .ant-drawer-extra') ? (b.matches('.ant-btn-primary, [type=submit], .kw-main') ? 1 : 2) : 0)
      window.kwFound = []
      const buttons = []
      const order = all.filter((b) => shown(b) && !b.closest('.ant-select, .ant-picker, .ant-input-number'))
      if (top) order.sort((a, b) => ends(a) - ends(b))
      for (const b of order) {
        const off = b.disabled || b.getAttribute('aria-disabled') === 'true' || b.closest('.ant-dropdown-menu-item-disabled')
        window.kwFound.push(b)
        buttons.push({ name: name(b), header: !top && !!b.closest('header, aside'), off: !!off, column: b.closest('th') ? (b.className || b.tagName).toString().split(' ')[0] : '', why: !!(b.title || b.getAttribute('aria-describedby') || b.closest('[title]') || b.getAttribute('aria-description')), rests: rests(b) })
      }
      return { layer: top ? title.trim().slice(0, 40) : '', foreign: !!foreign, buttons, url: location.href, lang: document.documentElement.lang }
    },
    /** Presses button i of the last list; tells what that did, or '' after `cap` ms of nothing. */
    async press(i, cap) {
      await new Promise((ok) => { // what was set off before has to end first
        const end = performance.now() + 800
        let last = performance.now()
        const watch = new MutationObserver(() => { last = performance.now() })
        watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
        const look = () => { const t = performance.now(); if (t - last < 50 && t < end) return void setTimeout(look, 15); watch.disconnect(); ok() }
        look()
      })
      const el = window.kwFound[i]
      const focus = document.activeElement
      did = []
      return new Promise((ok) => {
        const end = performance.now() + cap
        let seen = ''
        const watch = new MutationObserver((l) => { for (const m of l) if (counts(m, el)) { seen ||= `${m.type} ${m.attributeName ?? ''} ${m.target.nodeName}.${m.target.className ?? ''}`; break } })
        watch.observe(document, { subtree: true, childList: true, attributes: true, attributeOldValue: true, characterData: true })
        const look = () => {
          const what = did[0] ?? (seen || (document.activeElement !== focus && document.activeElement !== el ? 'focus' : ''))
          if (!what && performance.now() < end) return void setTimeout(look, 15)
          watch.disconnect()
          did = pressed = undefined
          ok(what)
        }
        pressed = el
        if (el.click) el.click(); else el.dispatchEvent(new MouseEvent('click', { bubbles: true }))
        pressed = undefined
        setTimeout(look, 0)
      })
    },
    /** Goes to a path as a link would. */
    go(path) { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')) },
  }
}

export class Buttons {
  seen = new Set()
  tried = new Map()
  clicks = 0
  reloads = 0
  soft = 0
  dumb = new Map() // disabled without a word of why
  constructor(tally, lang) { this.tally = tally; this.lang = lang }

  async page(p, route, path) {
    const { page, context } = p
    const where = route.split('/').slice(0, route.startsWith('/m/') ? 3 : 2).join('/')
    let gone = false
    const left = () => { gone = true }
    const nav = (r) => { if (r.isNavigationRequest()) gone = true }
    page.on('download', left)
    page.on('request', nav)
    const own = (l) => l?.lang.startsWith(this.lang)
    const list = () => page.evaluate(() => window.kwTest.list()).catch(() => undefined)
    const alike = (a, b) => a && b && a.url === b.url && a.layer === b.layer && a.buttons.length === b.buttons.length && a.buttons.every((x, i) => x.name === b.buttons[i].name)
    const until = async (good, ms) => { for (const end = Date.now() + ms; ;) { const l = await list(); if (good(l)) return l; if (Date.now() > end) return undefined; await page.waitForTimeout(25) } }
    const reload = async () => {
      this.reloads++
      if (!(await context.request.get('/api/v1/me')).ok()) await context.request.post('/api/v1/login', { data: { login: 'boss', password: 'demo1234' }, headers: { 'X-Requested-With': 'kaiwu' } })
      await page.evaluate((l) => localStorage.setItem('kaiwu.lang', l), this.lang).catch(() => {})
      for (let n = 0; ; n++) {
        await page.goto(path)
        await settled(page)
        const l = await list()
        if (own(l) || n > 3) return l
      }
    }
    const key = (l, b) => (b.column ? `${where}|column ${b.column}` : (b.header ? 'header' : `${where}|${l.layer.replace(/[\w.-]*\d[\w.-]*/g, '#')}`) + `|${b.name.replace(/[\w.-]*\d[\w.-]*/g, '#')}`)
    const skip = (b) => /退出|log ?out/i.test(b.name)

    let now = await list()
    let clean = now
    let opener
    for (let n = 0; n < 150 && now; n++) {
      for (const b of now.buttons) if (b.off && !b.why) this.dumb.set(key(now, b), route)
      const at = now.buttons.findIndex((b) => !b.off && !b.rests && !skip(b) && !this.seen.has(key(now, b)))
      if (at < 0) {
        if (!now.layer) break
        // done with this layer
        await page.keyboard.press('Escape').catch(() => {})
        now = await until((l) => alike(l, clean), 250) ?? await this.fresh(page, path, clean, until, reload)
        if (!now.layer) clean = now
        opener = undefined
        continue
      }
      const b = now.buttons[at]
      const k = key(now, b)
      this.seen.add(k)
      this.clicks++
      p.errors.length = 0
      gone = false
      const press = (cap) => page.evaluate(([i, ms]) => window.kwTest.press(i, ms), [at, cap]).catch((e) => (gone ? 'left the page' : /destroyed|closed|navigat/i.test(String(e)) ? 'left the page' : `! ${e}`))
      let what = await press(1200)
      if (!what && gone) what = 'left the browser'
      if (!what) { // a page that was just drawn anew has put another button in its place
        const again = await list()
        const i = again?.layer === now.layer ? again.buttons.findIndex((x) => x.name === b.name && !x.off) : -1
        what = i < 0 ? 'is gone' : await page.evaluate(([n, ms]) => window.kwTest.press(n, ms), [i, 1500]).catch(() => 'left the page')
      }
      const said = `${route}: ${now.layer ? `"${now.layer}": ` : ''}button "${b.name}"`
      this.tally.check(`${said} does something`, !!what && !what.startsWith('! '), what)
      if (process.env.KW_TRACE) console.log(`  ${said} -> ${what}`)
      await quiet(page)
      const bad = p.errors.filter((e) => !/the server responded with a status of 4|net::ERR/.test(e))
      this.tally.check(`${said}: no error`, bad.length === 0, bad.join(' | '))
      for (const other of context.pages()) if (other !== page) await other.close().catch(() => {})
      let after = await list()
      if (after && !own(after) && !after.layer) { // the other browser wants its own language back
        await press(2500)
        after = await until((l) => own(l) && alike(l, clean), 2000) ?? after
      }
      if (after?.layer && after.url === clean.url) {
        if (!now.layer) opener = { k, b }
        now = after
        continue
      }
      // what stood unpressed in a layer that is gone is opened again
      if (now.layer && opener && now.buttons.some((x) => !x.off && !x.rests && !this.seen.has(key(now, x)))) {
        const times = this.tried.get(opener.k) ?? 0
        if (times < 4) { this.tried.set(opener.k, times + 1); this.seen.delete(opener.k) }
      }
      opener = undefined
      now = alike(after, clean) && own(after) ? after : await this.fresh(page, path, clean, until, reload, after)
      clean = now
    }
    page.off('download', left)
    page.off('request', nav)
  }

  /** The page as it was when it was opened: by a step inside the application, and by the address when that is not enough. */
  async fresh(page, path, clean, until, reload, after) {
    const same = (l) => l && !l.layer && l.url === clean.url && l.buttons.length === clean.buttons.length && l.buttons.every((x, i) => x.name === clean.buttons[i].name)
    if (!after || after.lang?.startsWith(this.lang)) {
      this.soft++
      await page.evaluate((to) => window.kwTest.go(to), path.startsWith('/account/sessions') ? '/' : '/account/sessions').catch(() => {})
      await page.waitForTimeout(40)
      await page.evaluate((to) => window.kwTest.go(to), path).catch(() => {})
      const l = await until(same, 800)
      if (l) { await quiet(page); return l }
    }
    return reload()
  }

  summary() {
    console.log(`buttons: ${this.clicks} pressed, ${this.soft} steps back, ${this.reloads} reloads, ${this.dumb.size} at rest without a word of why`)
    if (process.env.KW_TRACE) for (const [k, r] of this.dumb) console.log(`  at rest: ${k} (${r})`)
  }
}
