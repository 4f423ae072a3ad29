// Weighs what a first visit to the map loads, as gzip: index.html, the chunks of the map view with
// all that they import, the map's worker, the outlines and all styles. Fails above the limit.
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const kMostBytes = 700_000
const kDist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist')
const kAssets = join(kDist, 'assets')
const kLoaded = /^(index|map_shell|map_view|hub_map|map_legend|outlines)-|worker|\.css$/

const names = readdirSync(kAssets)
const loaded = new Set()

// A chunk and what it imports at once; `import("./x.js")` is for later and not counted.
function load(name) {
  if (loaded.has(name)) return
  loaded.add(name)
  if (!name.endsWith('.js')) return
  const text = readFileSync(join(kAssets, name), 'utf8')
  for (const [, other] of text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+)["']/g)) load(other)
}

for (const name of names.filter((one) => kLoaded.test(one))) load(name)

const packed = (path) => gzipSync(readFileSync(path), { level: 9 }).length
const weights = [
  ['index.html', packed(join(kDist, 'index.html'))],
  ...[...loaded].map((name) => [name, packed(join(kAssets, name))])
].sort((a, b) => b[1] - a[1])
const total = weights.reduce((sum, [, bytes]) => sum + bytes, 0)

for (const [name, bytes] of weights.slice(0, 6))
  console.log(`  ${String(bytes).padStart(7)} ${name}`)
console.log(`first visit: ${total} bytes gzip of ${kMostBytes} allowed`)
if (loaded.size < 10 || total > kMostBytes) {
  console.error('too heavy: see kMostBytes in web/tools/weigh.mjs')
  process.exit(1)
}
