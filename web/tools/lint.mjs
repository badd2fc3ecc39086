// House rules of the web that no general linter knows. Run from web/.
import fs from 'node:fs'
import path from 'node:path'

const bad = []
const files = fs.readdirSync('src', { recursive: true }).map((f) => path.join('src', f)).filter((f) => /\.(ts|tsx)$/.test(f) && !f.endsWith('.d.ts'))
const text = Object.fromEntries(files.map((f) => [f, fs.readFileSync(f, 'utf8')]))
const folder = (f) => f.split(path.sep)[1]
const house = ['kit', 'api', 'app']
const importsOf = (f) => [...text[f].matchAll(/^(import|export)(\s+type)?\b[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm)].filter((m) => !m[2]).map((m) => m[3] ?? m[4])
const anyImport = (f) => [...text[f].matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((m) => m[1])
const target = (f, spec) => (spec.startsWith('@/') ? path.join('src', spec.slice(2)) : spec.startsWith('.') ? path.join(path.dirname(f), spec) : undefined)
const resolve = (p) => [p, p + '.ts', p + '.tsx', p + '/index.ts', p + '/index.tsx'].find((x) => x in text)

for (const f of files) {
  // 1. A room imports only kit, api, app and itself.
  if (folder(f) && f.split(path.sep).length > 2 && !house.includes(folder(f))) {
    for (const s of anyImport(f)) {
      const to = target(f, s)
      if (to && ![...house, folder(f)].includes(folder(to))) bad.push(`${f}: imports ${s}; a room imports only kit, api, app and itself`)
    }
  }
  if (f.includes('.test.')) continue
  // 2. Words for people live in locales.
  text[f].split('\n').forEach((line, i) => { if (/\p{Script=Han}/u.test(line)) bad.push(`${f}:${i + 1}: Chinese text outside locales`) })
  // 3. One door to the server.
  if (folder(f) !== 'api' && /\b(fetch|axios|XMLHttpRequest)\s*\(/.test(text[f].replace(/\.fetch\w*\(|re?fetch\(/g, ''))) bad.push(`${f}: fetch outside api/`)
}

// 4. The floor, the boards and the portal never reach antd, not even through the kit.
const starts = files.filter((f) => ['shop', 'wall', 'portal'].includes(folder(f)) || f.startsWith('src/kit/shop') || /app\/(ShopShell|LoginPage|Pages)/.test(f) || f === 'src/main.tsx')
const seen = new Map(starts.map((f) => [f, f]))
for (const [f, from] of seen) {
  for (const s of importsOf(f)) {
    if (/^(antd|@ant-design|@rc-component)(\/|$)/.test(s)) bad.push(`${from}: reaches ${s} through ${f}`)
    const to = target(f, s) && resolve(target(f, s))
    if (to && !seen.has(to)) seen.set(to, from)
  }
}

// 5. Both languages have the same keys, and every literal key exists.
const flat = (o, p = '') => Object.entries(o).flatMap(([k, v]) => (typeof v === 'string' ? [p + k] : flat(v, p + k + '.')))
const keys = {}
for (const lng of ['zh', 'en']) for (const f of fs.readdirSync(`src/locales/${lng}`)) (keys[f.replace('.json', '')] ??= {})[lng] = new Set(flat(JSON.parse(fs.readFileSync(`src/locales/${lng}/${f}`, 'utf8'))))
for (const [ns, k] of Object.entries(keys)) for (const [a, b] of [['zh', 'en'], ['en', 'zh']]) for (const key of k[a] ?? []) if (!k[b]?.has(key)) bad.push(`locales/${b}/${ns}.json: ${key} is missing`)
const has = (ns, key) => { const [n, k] = key.includes(':') ? key.split(':') : [ns, key]; return keys[n]?.zh?.has(k) }
for (const f of files.filter((f) => !f.includes('.test.'))) {
  const ns = /useTranslation\(\[?'(\w+)'/.exec(text[f])?.[1] ?? folder(f)
  for (const m of text[f].matchAll(/\bt\(\s*([^()]*?)\s*[,)]/g)) for (const q of m[1].matchAll(/(=== )?'([\w.:-]+)'/g)) if (!q[1] && !has(ns, q[2])) bad.push(`${f}: text ${ns}:${q[2]} does not exist`)
  if (house.includes(folder(f)) || f.split(path.sep).length < 3) continue
  for (const m of text[f].matchAll(/\{\s*key: '([\w.]+)'([^{}]*)/g)) if (!/\blabel\b/.test(m[2]) && !has(folder(f), `f.${m[1]}`)) bad.push(`${f}: field text ${folder(f)}:f.${m[1]} does not exist`)
  if (f.endsWith('room.ts')) for (const m of text[f].matchAll(/title: '([\w.]+)'/g)) if (!has(folder(f), `menu.${m[1]}`)) bad.push(`${f}: title ${folder(f)}:menu.${m[1]} does not exist`)
}

bad.forEach((b) => console.error(b))
console.log(bad.length ? `lint: ${bad.length} problems` : `lint: ${files.length} files keep the house rules`)
process.exit(bad.length ? 1 : 0)
