// Reads `go test -json`, prints the output of what failed or was skipped, and a line "TOTAL passed failed".
import { readFileSync } from 'node:fs'
const out = new Map()
let passed = 0, failed = 0
for (const line of readFileSync(process.argv[2], 'utf8').split('\n')) {
  if (!line.startsWith('{')) { if (line.trim()) console.log(line); continue }
  const e = JSON.parse(line)
  const key = `${e.Package ?? e.ImportPath} ${e.Test ?? ''}`
  if (e.Action === 'output' || e.Action === 'build-output') out.set(key, (out.get(key) ?? '') + e.Output)
  if (e.Action === 'pass' && e.Test) passed++
  if (e.Action === 'build-fail' || e.Action === 'fail' || (e.Action === 'skip' && e.Test)) {
    if (e.Action === 'fail' && !e.Test && [...out.keys()].some(k => k.startsWith(`${e.Package} `) && k !== key && out.get(k).includes('--- FAIL'))) continue
    failed++
    console.log(`--- ${e.Action.toUpperCase()} ${key}\n${(out.get(key) ?? '').slice(-4000)}`)
  }
}
console.log(`TOTAL ${passed} ${failed}`)
