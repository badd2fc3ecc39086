// First-visit weight of every page, gzip, from the build's manifest: HTML, shell, page, texts of one language and what
// they import statically. Over budget fails. Run after the build, from web/.
import fs from 'node:fs'
import zlib from 'node:zlib'

const KB = 1024
// The floor is entered by its start page or the badge; what lies behind them comes on top of what is there already.
const BUDGET = { shop: 150, floor: 165, wall: 350, office: 450, heavy: 680, chunk: 100 }
const HEAVY = /\/(Cockpit|Designer|Trace|Dashboard|Genealogy)\w*Page\.tsx$/
const VENDOR = new Set(['react', 'core', 'antd'])

const manifest = JSON.parse(fs.readFileSync('dist/.vite/manifest.json', 'utf8'))
const sizes = new Map()
const size = (file) => {
  if (!sizes.has(file)) sizes.set(file, zlib.gzipSync(fs.readFileSync(`dist/${file}`), { level: 9 }).length)
  return sizes.get(file)
}
function collect(key, files, seen = new Set()) {
  const c = manifest[key]
  if (!c || seen.has(key)) return files
  seen.add(key)
  files.add(c.file)
  c.css?.forEach((f) => files.add(f))
  c.imports?.forEach((k) => collect(k, files, seen))
  return files
}
const weigh = (keys) => {
  const files = new Set(['index.html'])
  keys.forEach((k) => collect(k, files))
  return [...files].reduce((n, f) => n + size(f), 0) / KB
}
const texts = (...rooms) => ['kit', 'app', ...rooms].map((r) => `src/locales/zh/${r}.json`)
const shells = { shop: 'src/app/ShopShell.tsx', wall: 'src/app/WallShell.tsx', office: 'src/app/OfficePages.tsx' }

// What the floor's room loads with each page, so that texts are weighed where they are needed.
const room = fs.readFileSync('src/shop/room.ts', 'utf8')
const names = (list) => [...list.matchAll(/'(\w+)'/g)].map((m) => m[1])
const brings = Object.fromEntries([...room.matchAll(/const (\w+) = withAll\(\[(.*?)\]\)/g)].map((m) => [m[1], names(m[2])]))
const more = {}
for (const m of room.matchAll(/(with\w+)(?:\(\[(.*?)\]\))?\(import\('\.\/(\w+)'\)\)/g)) more[m[3]] = ['floor', ...(brings[m[1]] ?? names(m[2] ?? ''))]

let failed = 0
const check = (what, kb, limit) => {
  const over = kb > limit
  if (over) failed++
  if (over || !process.argv.includes('-q')) console.log(`${over ? 'OVER' : '  ok'} ${kb.toFixed(0).padStart(4)} of ${String(limit).padStart(3)} KB  ${what}`)
}
for (const key of Object.keys(manifest).filter((k) => /^src\/\w+\/(?:.*\/)?\w+Page\.tsx$/.test(k)).sort()) {
  const area = key.split('/')[1]
  const bare = /app\/LoginPage/.test(key)
  const face = area === 'shop' || area === 'wall' ? area : bare ? 'shop' : 'office'
  const behind = area === 'shop' && !/\/(Start|Badge)Page\.tsx$/.test(key)
  check(key, weigh(['index.html', ...(bare ? [] : [shells[face]]), key, ...texts(area, ...(behind ? (more[/(\w+)\.tsx$/.exec(key)[1]] ?? ['floor']) : face === 'office' ? ['office'] : []))]), HEAVY.test(key) ? BUDGET.heavy : behind ? BUDGET.floor : BUDGET[face])
}
for (const c of Object.values(manifest)) if (c.file.endsWith('.js') && !c.isEntry && !VENDOR.has(c.name)) if (size(c.file) / KB > BUDGET.chunk) check(`chunk ${c.file}`, size(c.file) / KB, BUDGET.chunk)
// The floor's worker takes all of its files or none: a name that is not there, and no tablet works without a network.
for (const f of JSON.parse(/const FILES = (\[[^\]]*\])/.exec(fs.readFileSync('dist/sw.js', 'utf8'))[1])) if (!fs.existsSync(`dist${f}`)) { failed++; console.log(`MISSING ${f}, named by sw.js`) }
console.log(failed ? `budget: ${failed} over` : 'budget: all pages within')
process.exit(failed ? 1 : 0)
