// Both languages have the same words, and the same places for values in them.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const read = (language) =>
  JSON.parse(readFileSync(new URL(`../src/i18n/${language}.json`, import.meta.url), 'utf8'))

const flat = (tree, path = '') =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value]] : flat(value, `${path}${key}.`)
  )

const places = (text) =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort()

test('both languages have the same words and values', () => {
  const zh = new Map(flat(read('zh')))
  const en = new Map(flat(read('en')))
  assert.deepEqual([...zh.keys()].sort(), [...en.keys()].sort())
  assert.ok(zh.size > 200)
  for (const [key, text] of zh) assert.deepEqual(places(text), places(en.get(key)), key)
})

test('no word is empty', () => {
  for (const language of ['zh', 'en']) {
    for (const [key, text] of flat(read(language)))
      assert.notEqual(text.trim(), '', `${language} ${key}`)
  }
})

test('every text of the description of the API is said in Chinese, and no other', () => {
  const url = new URL('../../src/api/openapi.json', import.meta.url)
  const document = JSON.parse(readFileSync(url, 'utf8'))
  const texts = new Set()
  const collect = (value, key) => {
    if (typeof value === 'string') {
      if ((key === 'summary' || key === 'description') && value) texts.add(value)
    } else if (value && typeof value === 'object') {
      for (const [name, one] of Object.entries(value)) collect(one, name)
    }
  }
  // Headers and ways to log in are not shown on the page.
  const { paths, components } = document
  collect(paths)
  collect([components.schemas, components.parameters, components.responses])
  const said = read('api_zh')
  assert.deepEqual(
    [...texts].filter((text) => !said[text]),
    [],
    'not said in Chinese'
  )
  assert.deepEqual(
    Object.keys(said).filter((text) => !texts.has(text)),
    [],
    'said for nothing'
  )
})
