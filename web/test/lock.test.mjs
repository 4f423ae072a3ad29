// The lock names packages and their hashes, and no host: any registry may serve them.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))

test('package-lock.json holds no address', () => {
  const { packages } = read('package-lock.json')
  assert.ok(Object.keys(packages).length > 50)
  for (const [name, one] of Object.entries(packages)) {
    assert.equal(one.resolved, undefined, name)
    if (name !== '') assert.match(one.integrity ?? '', /^sha512-/, name)
  }
})

test('every version is exact', () => {
  const { dependencies, devDependencies } = read('package.json')
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    assert.match(version, /^(npm:@?[\w./-]+@)?\d+\.\d+\.\d+$/, name)
  }
})

// Debian 12's npm 9.2 fails on an override that gives a package another name.
test('nothing is overridden', () => {
  assert.equal(read('package.json').overrides, undefined)
})
