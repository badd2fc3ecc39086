import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import type { Plugin } from 'vite'

const brotli = promisify(zlib.brotliCompress)
const gzip = promisify(zlib.gzip)

/** Writes file.br and file.gz beside what compresses, so that the server never compresses anything itself. */
export function precompress(): Plugin {
  let out = 'dist'
  return {
    name: 'kaiwu:precompress',
    apply: 'build',
    configResolved(c) { out = path.resolve(c.root, c.build.outDir) },
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        for (const e of fs.readdirSync(out, { recursive: true, withFileTypes: true })) {
          if (!e.isFile() || !/\.(js|css|html|svg|json|wasm|webmanifest)$/.test(e.name)) continue
          const file = path.join(e.parentPath, e.name)
          const body = fs.readFileSync(file)
          if (body.length < 800) continue
          fs.writeFileSync(file + '.br', await brotli(body, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 } }))
          fs.writeFileSync(file + '.gz', await gzip(body, { level: 9 }))
        }
      },
    },
  }
}

/**
 * Writes sw.js: src/sw.js with the list of files that the shop floor needs offline. Only the floor is precached;
 * an office user has a network, and 3 MB of antd on every scanner would be waste.
 */
export function serviceWorker(): Plugin {
  const ours = /\/src\/(shop|kit\/shop|kit\/scan|app\/(ShopShell|LoginPage))|\/locales\/\w+\/(app|kit|shop|floor|line|wares|step|lineside|material|back)\.json/
  return {
    name: 'kaiwu:sw',
    apply: 'build',
    // After vite has taken out the chunks that held nothing but styles: one name that is not there, and no worker installs.
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const files = new Set<string>(['index.html', 'icon.svg'])
        const add = (name: string) => {
          const c = bundle[name]
          if (files.has(name) || c?.type !== 'chunk') return
          files.add(name)
          c.viteMetadata?.importedCss.forEach((f) => files.add(f))
          c.viteMetadata?.importedAssets.forEach((f) => files.add(f))
          c.imports.forEach(add)
        }
        for (const c of Object.values(bundle)) {
          if (c.type === 'chunk' && (c.isEntry || c.moduleIds.some((id) => ours.test(id)))) add(c.fileName)
          if (c.type === 'asset' && c.fileName.endsWith('.wasm')) files.add(c.fileName)
        }
        const list = [...files].sort().map((f) => '/' + f)
        const version = [...files].sort().join().split('').reduce((h, c) => (h * 31 + c.charCodeAt(0)) >>> 0, 7).toString(36)
        const source = fs.readFileSync('src/sw.js', 'utf8').replace("'__VERSION__'", JSON.stringify(version)).replace('__FILES__', JSON.stringify(list))
        this.emitFile({ type: 'asset', fileName: 'sw.js', source })
      },
    },
  }
}

/**
 * virtual:menu/zh and virtual:menu/en: the "menu" part of each room's locale file. The shell shows the whole menu
 * at once, and loading every room's texts for it would defeat the lazy locale files.
 */
export function menuTexts(): Plugin {
  return {
    name: 'kaiwu:menu',
    resolveId: (id) => (id.startsWith('virtual:menu/') ? '\0' + id : undefined),
    load(id) {
      const lng = /^\0virtual:menu\/(\w+)$/.exec(id)?.[1]
      if (!lng) return
      const dir = path.resolve('src/locales', lng)
      const all: Record<string, unknown> = {}
      for (const f of fs.readdirSync(dir).filter((f) => f.endsWith('.json'))) {
        const file = path.join(dir, f)
        this.addWatchFile(file)
        const menu = JSON.parse(fs.readFileSync(file, 'utf8')).menu
        if (menu) all[f.replace('.json', '')] = menu
      }
      return `export default ${JSON.stringify(all)}`
    },
  }
}
