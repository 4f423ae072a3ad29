// Weighs what a first visit to the map loads: index.html and everything its view brings, the
// map's worker and the outlines included, as gzip. Fails above the limit.
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const kMostBytes = 700_000
const kDist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist')
// Chunks that the map view loads only later, or never: those of other views.
const kLater =
  /^(journeys|circle|timetables|api|missing)_view-|^(date_time_field|loading_bars|empty_note)-/

const packed = (path) => gzipSync(readFileSync(path), { level: 9 }).length
const assets = readdirSync(join(kDist, 'assets')).filter((name) => !kLater.test(name))
const weights = [
  ['index.html', packed(join(kDist, 'index.html'))],
  ...assets.map((name) => [name, packed(join(kDist, 'assets', name))])
].sort((a, b) => b[1] - a[1])
const total = weights.reduce((sum, [, bytes]) => sum + bytes, 0)

for (const [name, bytes] of weights.slice(0, 6))
  console.log(`  ${String(bytes).padStart(7)} ${name}`)
console.log(`first visit: ${total} bytes gzip of ${kMostBytes} allowed`)
if (assets.length === 0 || total > kMostBytes) {
  console.error('too heavy: see kMostBytes in web/tools/weigh.mjs')
  process.exit(1)
}
