// What the policy pages do without a browser: Markdown without HTML, answers in an address, which
// version was in force, and what a credential says.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { load } from './typescript.mjs'

const { parse_markdown, parse_spans } = await load('policies/markdown.ts')
const { answer_of, in_force, is_date, read_answers, write_answers, wrong_of } =
  await load('policies/answers.ts')
const { claims_of, dates_of, types_of } = await load('policies/claims.ts')

const fact = (name, type, more = {}) => ({ name, type, values: [], ...more })
const kAmount = fact('Purchase amount', 'number', { min: 0, max: 1000, step: 0.01 })
const kShop = fact('Shop', 'string', { values: [{ value: 'refund shop' }, { value: 'other' }] })
const kDay = fact('Day', 'date', { min: '2026-01-01', max: '2026-12-31' })
const kUnused = fact('Unused', 'boolean')

test('headings, paragraphs and lists are told apart', () => {
  const blocks = parse_markdown('# A\n\none\ntwo\n- x\n- y\n  z\n\n1. p\n2. q\n')
  assert.deepEqual(
    blocks.map((block) => block.kind),
    ['heading', 'paragraph', 'list', 'list']
  )
  assert.equal(blocks[1].spans[0].text, 'one two')
  assert.equal(blocks[2].items[1][0].text, 'y z')
  assert.deepEqual(
    blocks.map((block) => block.is_ordered),
    [undefined, undefined, false, true]
  )
})

test('lines of Chinese are joined without a space', () => {
  assert.equal(parse_markdown('退还\n税款')[0].spans[0].text, '退还税款')
})

test('a table has a head and rows', () => {
  const [table] = parse_markdown('| a | b |\n|---|---|\n| **1** | 2 |')
  assert.deepEqual(table.head, [[{ kind: 'text', text: 'a' }], [{ kind: 'text', text: 'b' }]])
  assert.equal(table.rows.length, 1)
  assert.equal(table.rows[0][0][0].kind, 'bold')
})

test('HTML stays text, and only addresses of the web are links', () => {
  assert.deepEqual(parse_spans('<b onclick=x>'), [{ kind: 'text', text: '<b onclick=x>' }])
  for (const href of ['javascript:alert(1)', '//evil.example', 'data:text/html,x', 'vbscript:x'])
    assert.deepEqual(parse_spans(`[a](${href})`), [{ kind: 'text', text: `[a](${href})` }])
  for (const href of ['https://a.example/x', 'HTTP://a.example', '/policies', '#x'])
    assert.deepEqual(parse_spans(`[a](${href})`), [{ kind: 'link', href, text: 'a' }])
})

test('bold holds links, and text around it is kept', () => {
  const spans = parse_spans('x **y [z](/p)** `c`.')
  assert.deepEqual(
    spans.map((span) => span.kind),
    ['text', 'bold', 'text', 'code', 'text']
  )
  assert.equal(spans[1].spans[1].href, '/p')
})

test('a number is held to its bounds and step', () => {
  for (const [text, key] of [
    ['x', 'number'],
    ['1e400', 'number'],
    ['-1', 'least'],
    ['1001', 'most'],
    ['0.005', 'step']
  ])
    assert.equal(wrong_of(kAmount, text)?.key, key, text)
  for (const text of ['0', '0.29', '999.99', '1000']) assert.equal(answer_of(kAmount, text), +text)
  assert.equal(answer_of(kAmount, ''), undefined)
})

test('a day is a day of the calendar, within bounds', () => {
  for (const text of ['2026-02-30', '2026-13-01', '26-01-01', '2026-1-1'])
    assert.equal(is_date(text), false, text)
  assert.equal(wrong_of(kDay, '2026-02-30')?.key, 'date')
  assert.equal(wrong_of(kDay, '2025-12-31')?.key, 'date_least')
  assert.equal(wrong_of(kDay, '2027-01-01')?.key, 'date_most')
  assert.equal(answer_of(kDay, '2026-06-01'), '2026-06-01')
})

test('a choice and a boolean are of their list', () => {
  assert.equal(wrong_of(kShop, 'market')?.key, 'choice')
  assert.equal(answer_of(kShop, 'other'), 'other')
  assert.equal(wrong_of(kUnused, 'perhaps')?.key, 'choice')
  assert.equal(answer_of(kUnused, 'false'), false)
})

test('answers go into an address and come back; what cannot be is told', () => {
  const facts = [kAmount, kShop, kDay, kUnused]
  const answers = { 'Purchase amount': 12.5, Shop: 'other', Day: '2026-06-01', Unused: false }
  const query = write_answers(answers)
  assert.deepEqual(read_answers(facts, query), { answers, ignored: [] })
  const { answers: none, ignored } = read_answers(facts, {
    as_of: '2026-01-01',
    'fact.Shop': 'market',
    'fact.Nothing': '1'
  })
  assert.deepEqual(none, {})
  assert.deepEqual(ignored, ['fact.Shop=market', 'fact.Nothing=1'])
})

test('of the versions in force the one that became known last counts', () => {
  const versions = [
    { id: 'old', effective_from: '2015-07-01', known_since: '2015-01-06' },
    { id: 'new', effective_from: '2025-04-27', known_since: '2025-04-26' },
    {
      id: 'pilot',
      effective_from: '2021-01-01',
      effective_to: '2021-06-01',
      known_since: '2021-01-01'
    }
  ]
  const id = (as_of, known_at) => in_force(versions, as_of, known_at)?.id
  assert.equal(id('2015-06-30', '2026-01-01'), undefined)
  assert.equal(id('2021-05-31', '2026-01-01'), 'pilot')
  assert.equal(id('2021-06-01', '2026-01-01'), 'old')
  assert.equal(id('2025-04-27', '2025-04-25'), 'old')
  assert.equal(id('2025-04-27', '2025-04-26'), 'new')
})

test('claims, types and dates are read of both kinds of credential', () => {
  const vc = {
    type: ['VerifiableCredential', 'Degree'],
    validFrom: '2026-01-01T00:00:00Z',
    credentialSubject: { degree: 'master' }
  }
  const sd_jwt = { vct: 'Degree', iat: 1767225600, exp: 1798761600, iss: 'x', degree: 'master' }
  for (const one of [vc, sd_jwt]) {
    assert.deepEqual(claims_of(one), { degree: 'master' })
    assert.deepEqual(types_of(one), ['Degree'])
    assert.equal(dates_of(one).from, '2026-01-01T00:00:00.000Z')
  }
  assert.equal(dates_of(sd_jwt).until, '2027-01-01T00:00:00.000Z')
  assert.deepEqual(dates_of({ validFrom: 'soon' }), {})
})

test('facts that credentials prove are taken from the explanation', async () => {
  const { proved_by } = await load('policies/proved.ts')
  const leaf = (decision, value) => ({ decision, value, origin: 'given', needs: [], parts: [] })
  const why = {
    decision: 'Refund',
    origin: 'context',
    parts: [],
    needs: [{ ...leaf('Traveller', 'met'), origin: 'table', needs: [leaf('Residence', 'foreign')] }]
  }
  const provenance = [
    { fact: 'Unused', origin: 'stated' },
    { fact: 'Residence', origin: 'credential', issuer: 'did:web:office.example' },
    { fact: 'Degree', origin: 'credential', issuer: 'did:web:school.example' }
  ]
  const { issuers, facts } = proved_by({ provenance, why })
  assert.deepEqual(Object.keys(issuers), ['Residence', 'Degree'])
  assert.deepEqual(facts, { Residence: 'foreign' })
})
