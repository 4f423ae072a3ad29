// What the API page makes of the server's own description: no operation is left out, and what can
// be tried has an address without a blank.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { load } from './typescript.mjs'

const { entries_of, try_url, type_text } = await load('parts/api_document.ts')
const url = new URL('../../src/api/openapi.json', import.meta.url)
const document = JSON.parse(readFileSync(url, 'utf8'))
const kMethods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options']

const entries = document.tags.flatMap((tag) => entries_of(document, tag.name))

test('every operation stands under exactly one heading', () => {
  const described = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((key) => kMethods.includes(key))
      .map((method) => `${method} ${path}`)
  )
  const shown = entries.map((one) => `${one.method} ${one.path}`)
  assert.deepEqual(shown.sort(), described.sort())
})

test('a path may have a server of its own', () => {
  const address_of = (path) => entries.find((one) => one.path === path)?.address
  assert.equal(address_of('/.well-known/did.json'), '/.well-known/did.json')
  assert.equal(address_of('/hub'), '/api/v1/hub')
})

test('what can be tried has an example for each parameter that must be there', () => {
  const tried = entries.filter((one) => one.method === 'get' && !one.operation.security)
  assert.ok(tried.length > 10)
  for (const entry of tried) assert.doesNotMatch(try_url(entry, '1'), /[{}]|=(&|$)|\/\/|\/$/)
  const difference = entries.find((one) => one.path === '/policies/{id}/diff')
  assert.equal(
    try_url(difference, '1'),
    '/api/v1/policies/departure-tax-refund/diff?from=2015&to=2025'
  )
})

test('a type is told in a few words', () => {
  assert.equal(type_text({ type: 'integer', minimum: 1, maximum: 9 }), 'integer 1…9')
  assert.equal(
    type_text({ type: 'array', items: { $ref: '#/components/schemas/Stop' } }),
    'array of Stop'
  )
  assert.equal(type_text({ type: ['string', 'null'] }), 'string | null')
})
