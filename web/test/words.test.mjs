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
