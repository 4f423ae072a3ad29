// The API against its own description: every GET operation of openapi.json is called with good and
// with bad parameters, and status, headers and body are held to the schemas (JSON Schema 2020-12).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { skip_reason } from './server.mjs'
import { use_stage } from './stage.mjs'

const kRepository = dirname(dirname(fileURLToPath(import.meta.url)))
const require = createRequire(join(kRepository, 'web', 'package.json'))
const Ajv = require('ajv/dist/2020').default
const add_formats = require('ajv-formats').default
const document = JSON.parse(readFileSync(join(kRepository, 'src/api/openapi.json'), 'utf8'))

const kTime = '2026-11-24T08:00'
// Good calls of each operation; `status` is 200 unless said. The test below fails for an operation
// that is not here.
const kGood = {
  getHub: [{}],
  listPlaces: [{}],
  listCities: [{}],
  getNetwork: [{}],
  listStops: [
    {},
    { limit: 1000 },
    { q: '虹桥' },
    { q: 'hangzhou', limit: 3, modes: 'metro' },
    { modes: 'air', limit: 5 },
    { cursor: 'AOH', limit: 2 },
    { q: 'qqqqzzzz' }
  ],
  getStop: [{ id: 'AOH' }, { id: 'SH-hongqiaohuochezhan' }],
  findJourneys: [
    { from: 'stop:AOH', to: 'stop:HGH', time: kTime },
    { from: 'AOH', to: 'city:苏州', time: `${kTime}:00+08:00`, limit: 2 },
    { from: 'place:kunshan', to: '31.1944,121.3187', time: kTime, arrive_by: true },
    {
      from: 'stop:SH-guojiahuizhanzhongxin-2',
      to: 'stop:EUH',
      time: kTime,
      modes: 'rail,metro',
      changes_max: 7
    },
    { from: 'stop:AOH', to: 'stop:HGH', time: kTime, change_min: 20, window_min: 0 },
    {
      from: 'stop:AOH',
      to: 'stop:EUH',
      time: '2026-11-24T01:00',
      changes_max: 0,
      modes: 'metro',
      window_min: 0
    },
    { from: 'stop:AOH', to: 'stop:HGH' }
  ],
  getReach: [
    { from: 'stop:AOH', time: kTime },
    { from: 'place:hongqiao', measure: 'best', limit_min: 360, changes_max: 0, time: kTime },
    { from: 'city:合肥', measure: 'p50', window_from: '7:00', window_to: '10:00', time: kTime },
    {
      from: 'AOH',
      measure: 'p90',
      change_min: 15,
      walking: false,
      modes: 'rail,metro',
      time: kTime
    },
    { from: 'AOH', limit_min: 15, time: '2026-11-24T02:00' },
    { from: 'AOH', time: kTime, format: 'csv' },
    { from: 'AOH', time: kTime, format: 'csv', rows: 'stations' },
    { from: 'AOH', time: kTime, format: 'geojson' }
  ],
  listTimetables: [{}],
  getTimetable: [{ id: '$active' }],
  listAccounts: [
    {},
    { limit: 2 },
    { limit: 2, cursor: 2 },
    { asset: 156, kind: 1, state: 'open' },
    { state: 'closed' }
  ],
  getAccount: [
    { id: '1' },
    { id: '4' },
    { id: '1', at_commit: 9007199254740991 },
    { id: '1', at_time: '2100-01-01T08:00:00+08:00' }
  ],
  getStatement: [
    { id: '1' },
    { id: '2', limit: 2 },
    { id: '2', limit: 2, cursor: 3, side: 'credit', code: 7 },
    { id: '1', reference: '42' },
    { id: '1', from_time: '2000-01-01T00:00:00Z', to_time: '2100-01-01T00:00:00Z' }
  ],
  getPending: [{ id: '1' }, { id: '1', limit: 1 }, { id: '4' }],
  listTransfers: [{ reference: '42' }, { reference: '42', limit: 1 }, { reference: '43' }],
  getTransfer: [{ id: '101' }, { id: '103' }, { id: '106' }],
  getTrialBalance: [{}],
  listLimits: [{}, { account: '1' }, { account: '99' }, { limit: 1 }, { cursor: 5 }],
  listAssets: [{}],
  listCredentials: [
    {},
    { limit: 1 },
    { limit: 1, cursor: 1 },
    { subject: 'did:example:1', status: 'revoked' },
    { status: 'expired' }
  ],
  getCredential: [{ id: '$credential' }, { id: '$kept_credential' }],
  getStatusList: [{ list: 1 }],
  getDid: [{}],
  listPolicies: [{}],
  getPolicy: [
    { id: 'departure-tax-refund' },
    { id: 'departure-tax-refund', as_of: '2016-01-01', known_at: '2016-01-01' },
    { id: 'foreign-professional-certificates', as_of: '2000-01-01' }
  ],
  provePolicy: [
    { id: 'departure-tax-refund' },
    { id: 'departure-tax-refund', version: '2015', as_of: '2016-01-01' }
  ],
  diffPolicy: [{ id: 'departure-tax-refund', from: '2015', to: '2025' }],
  getReadiness: [
    { id: 'departure-tax-refund' },
    { id: 'departure-tax-refund', version: '2015', as_of: '2016-01-01' }
  ],
  getLogHead: [{}],
  listCommits: [{ from: 1 }, { from: 2, count: 1 }, { from: 9007199254740991 }],
  followEvents: [{}],
  getOpenApi: [{}]
}
const kRefused = { 0: 'id_zero', 107: 'credit_account_unknown', 101: 'exists_differently' }
// What the ledger holds before it is read: every kind of transfer, and a limit of each window.
const kLedger = [
  ['assets', { asset: 1001, code: 'KWH', exponent: 3, name: { zh: '电量', en: 'Energy' } }],
  [
    'accounts',
    {
      accounts: [
        { id: '1', asset: 156, kind: 1, reference: '9' },
        { id: '2', asset: 156, kind: 1, flags: ['credits_must_not_exceed_debits'] },
        { id: '3', asset: 156, kind: 2 },
        { id: '4', asset: 840, kind: 1, flags: ['closed'] },
        { id: '0', asset: 840, kind: 1 }
      ]
    }
  ],
  [
    'transfers',
    {
      transfers: [
        { id: '101', debit_account: '2', credit_account: '1', amount: '900', asset: 156, code: 7 },
        {
          id: '102',
          debit_account: '1',
          credit_account: '2',
          amount: '340282366920938463463374607431768211455',
          asset: 156,
          code: 7,
          reference: '42',
          note: '18446744073709551615',
          flags: ['balancing_debit', 'balancing_credit']
        },
        {
          id: '103',
          debit_account: '2',
          credit_account: '1',
          amount: '30',
          asset: 156,
          code: 8,
          reference: '42',
          timeout_s: 86400,
          flags: ['pending']
        },
        {
          id: '104',
          debit_account: '3',
          credit_account: '1',
          amount: '5',
          asset: 156,
          code: 8,
          flags: ['linked', 'pending']
        },
        {
          id: '105',
          debit_account: '3',
          credit_account: '1',
          amount: '5',
          asset: 156,
          code: 8,
          flags: ['pending']
        },
        { id: '106', pending_id: '104', flags: ['post', 'whole_chain'] },
        { id: '107', debit_account: '1', credit_account: '77', amount: '5', asset: 156, code: 8 },
        { id: '101', debit_account: '2', credit_account: '1', amount: '901', asset: 156, code: 7 },
        {
          id: '108',
          debit_account: '3',
          credit_account: '1',
          amount: '6',
          asset: 156,
          code: 8,
          flags: ['pending', 'closing_debit']
        },
        { id: '109', pending_id: '108', flags: ['void'] },
        {
          id: '110',
          debit_account: '3',
          credit_account: '1',
          amount: '2',
          asset: 156,
          code: 8,
          flags: ['pending']
        }
      ]
    }
  ],
  ...['none', 'sliding', 'day', 'month', 'quarter', 'year'].map((window, index) => [
    'limits',
    {
      id: String(index + 1),
      value: '1000000',
      side: ['debits', 'credits', 'net_debits', 'net_credits'][index % 4],
      window,
      ...(window === 'sliding' ? { span_s: 3600 } : {}),
      ...(window === 'day' ? { utc_offset_s: 28800 } : {}),
      weights: [{ account: '1', weight: 1 + index }]
    }
  ])
]
// One credential that is kept, and one that is revoked.
const kBadge = {
  type: ['Badge'],
  subject: { id: 'did:example:1', level: 'B' },
  valid_until: '2100-01-01T00:00:00Z'
}
const kToken = { type: ['Badge'], subject: { level: 'B' }, kind: 'sd-jwt', disclosable: ['level'] }
const kLaw = { policy: 'departure-tax-refund', as_of: '2025-05-01', known_at: '2025-05-01' }
// What no schema can tell is wrong: an id that does not exist, a time that is none.
const kWrong = {
  getStop: [[{ id: 'NOWHERE' }, 404]],
  getTimetable: [[{ id: '0000000000000000' }, 404]],
  getPolicy: [
    [{ id: 'none' }, 404],
    [{ id: 'departure-tax-refund', as_of: '2026-02-30' }, 400]
  ],
  provePolicy: [[{ id: 'departure-tax-refund', version: 'none' }, 404]],
  diffPolicy: [[{ id: 'departure-tax-refund', from: '2015', to: 'none' }, 404]],
  getReadiness: [[{ id: 'departure-tax-refund', as_of: '2000-01-01' }, 404]],
  findJourneys: [
    [{ from: 'stop:NOWHERE', to: 'AOH' }, 404],
    [{ from: 'AOH', to: 'city:NOWHERE' }, 404],
    [{ from: 'place:nowhere', to: 'AOH' }, 404],
    [{ from: 'AOH', to: 'HGH', time: 'soon' }, 400],
    [{ from: 'AOH', to: 'HGH', time: '2026-02-30T08:00' }, 400],
    [{ from: 'AOH', to: 'HGH', modes: 'rail,broom' }, 400],
    [{ from: '91.5,121.3', to: 'HGH' }, 400],
    [{ from: 'AOH', to: 'HGH', timetable: '0000000000000000' }, 404]
  ],
  getReach: [
    [{ from: 'stop:NOWHERE' }, 404],
    [{ from: 'AOH', time: 'noon' }, 400],
    [{ from: 'AOH', modes: 'broom' }, 400],
    [{ from: 'AOH', measure: 'best', window_from: '12:00', window_to: '08:00' }, 400],
    [{ from: 'AOH', measure: 'best', window_from: '25:00' }, 400]
  ],
  listStops: [[{ modes: 'broom' }, 400]],
  getAccount: [
    [{ id: '1', at_commit: 0 }, 404],
    [{ id: '1', at_time: '2000-01-01T00:00:00Z' }, 404],
    [{ id: '99' }, 404],
    [{ id: 'one' }, 400],
    [{ id: '1', at_time: 'noon' }, 400],
    [{ id: '1', at_time: '2100-01-01T00:00:00Z', at_commit: 1 }, 400]
  ],
  getStatement: [
    [{ id: '99' }, 404],
    [{ id: '1', from_time: 'noon' }, 400],
    [{ id: '1', to_time: '2026-02-30T00:00:00Z' }, 400]
  ],
  getPending: [[{ id: '99' }, 404]],
  listTransfers: [[{ reference: '42', cursor: 0 }, 400]],
  getCredential: [[{ id: 'none' }, 404]],
  getStatusList: [
    [{ list: 2 }, 404],
    [{ list: 'one' }, 400]
  ],
  getTransfer: [
    [{ id: '99' }, 404],
    [{ id: '340282366920938463463374607431768211456' }, 400]
  ]
}

const ajv = new Ajv({ strict: false, allErrors: true })
add_formats(ajv)
ajv.addSchema(document, 'openapi')

const resolve = (one) =>
  one.$ref
    ? one.$ref
        .slice(2)
        .split('/')
        .reduce((at, key) => at[key], document)
    : one
const pointer = (text) => text.replaceAll('~', '~0').replaceAll('/', '~1')

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  methods.get
    ? [
        {
          path,
          // A path with a server of its own stands outside /api/v1.
          base: methods.servers ? '' : '/api/v1',
          operation: methods.get,
          parameters: (methods.get.parameters ?? []).map(resolve)
        }
      ]
    : []
)

function assert_schema(schema_pointer, value, what) {
  const valid = ajv.validate({ $ref: `openapi#${schema_pointer}` }, value)
  assert.ok(valid, `${what}: ${ajv.errorsText(ajv.errors).slice(0, 2000)}`)
}

// Bad values for one parameter, as its schema has it.
function bad_values({ schema }) {
  const bad = []
  if (schema.type === 'integer') {
    bad.push('x', '1.5', '')
    if (schema.minimum !== undefined) bad.push(schema.minimum - 1)
    if (schema.maximum !== undefined) bad.push(schema.maximum + 1)
  }
  if (schema.type === 'boolean') bad.push('perhaps')
  if (schema.enum) bad.push('nonsense')
  if (schema.pattern) bad.push('?!')
  if (schema.maxLength) bad.push('x'.repeat(schema.maxLength * 4 + 1))
  return bad
}

const stage = use_stage()

describe('contract', { skip: skip_reason }, () => {
  let active
  let credential
  let kept_credential
  // Sends a body; it and the answer must be as described.
  async function send(path, body, described = path, status = 200) {
    const response = await fetch(`${stage.server.base}/api/v1${path}`, {
      method: 'POST',
      headers: { ...with_token(), 'Content-Type': 'application/json' },
      body: JSON.stringify(body)
    })
    const answer = await response.json()
    assert.equal(response.status, status, `${path}: ${JSON.stringify(answer)}`)
    const at = `/paths/${pointer(described)}/post`
    assert_schema(`${at}/responses/${status}/content/application~1json/schema`, answer, path)
    assert_schema(`${at}/requestBody/content/application~1json/schema`, body, path)
    return answer
  }
  const command = (path, body, described = path, status = 200) =>
    send(`/credentials${path}`, body, `/credentials${described}`, status)
  before(async () => {
    await stage.open()
    const { timetables } = await (await fetch(`${stage.server.base}/api/v1/timetables`)).json()
    active = timetables.find((one) => one.active).id
    for (const [path, body] of kLedger) {
      const response = await fetch(`${stage.server.base}/api/v1/ledger/${path}`, {
        method: 'POST',
        headers: { ...with_token(), 'Content-Type': 'application/json' },
        body: JSON.stringify(body)
      })
      const operation = document.paths[`/ledger/${path}`].post
      const status = path === 'limits' || path === 'assets' ? 201 : 200
      const answer = await response.json()
      assert.equal(response.status, status, `${path}: ${JSON.stringify(answer)}`)
      assert.ok(operation.responses[status], `${path}: ${status} is not described`)
      assert_schema(
        `/paths/${pointer(`/ledger/${path}`)}/post/responses/${status}/content/application~1json/schema`,
        answer,
        path
      )
      const done = new Set()
      for (const { id, status: became, detail } of answer.outcomes ?? []) {
        const fine = became === 'created' && (!kRefused[id] || !done.has(id))
        assert.ok(fine || became === kRefused[id], `${path} ${id}: ${became}`)
        assert.equal(detail !== undefined, became !== 'created', `${path} ${id}: why`)
        done.add(id)
      }
    }
    const issued = await command('', kToken, '', 201)
    credential = issued.id
    kept_credential = (await command('', { ...kBadge, keep: true }, '', 201)).id
    const verify = (text) => command('/verify', { credential: text })
    assert.equal((await verify(issued.credential)).is_valid, true)
    await command(`/${credential}/revoke`, { reason: 'lost' }, '/{id}/revoke')
    assert.equal((await verify(issued.credential)).is_valid, false)
    assert.equal((await verify('?')).is_valid, false)
  })
  after(stage.close)

  const with_token = () => ({ Authorization: `Bearer ${stage.server.token}` })
  // What an operation wants besides its address.
  const headers_of = ({ operation }) => (operation.security ? with_token() : {})

  function url_of({ path, base, parameters }, values) {
    const known = { $active: active, $credential: credential, $kept_credential: kept_credential }
    const query = new URLSearchParams()
    let filled = path
    for (const [name, value] of Object.entries(values)) {
      const text = known[value] ?? String(value)
      if (parameters.some((one) => one.name === name && one.in === 'path')) {
        filled = filled.replace(`{${name}}`, encodeURIComponent(text))
      } else query.set(name, text)
    }
    return `${stage.server.base}${base}${filled}${String(query) ? `?${query}` : ''}`
  }

  async function assert_problem(response, url, language) {
    assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/, url)
    const problem = await response.json()
    assert_schema('/components/schemas/Problem', problem, url)
    assert.equal(problem.status, response.status, url)
    assert.ok(response.headers.get('x-request-id'), `${url}: no X-Request-Id`)
    assert.ok((problem.detail ?? problem.title).length > 8, `${url}: says nothing`)
    if (language === 'zh') assert.match(problem.detail ?? problem.title, /[\u4e00-\u9fff]/, url)
    return problem
  }

  test('decisions are answered as described', async () => {
    const facts = { Residence: 'foreign', 'Purchase amount': 150 }
    const decided = await send('/decisions', { ...kLaw, facts, receipt: true })
    assert.ok(decided.receipt.proof)
    await send('/decisions', { ...kLaw, facts: {} })
    const again = await send('/decisions/replay', { receipt: decided.receipt })
    assert.equal(again.is_same, true)
    await send('/decisions/replay', { receipt: {} })
    const way = await send('/decisions/what-if', {
      ...kLaw,
      facts,
      fixed: ['Residence'],
      weights: { 'Purchase amount': 2 }
    })
    assert.ok(['possible', 'impossible', 'not_settled'].includes(way.verdict))
    assert.equal((await send('/decisions/ask', { ...kLaw, facts })).is_settled, true)
    const diff = '/policies/departure-tax-refund/diff'
    const body = { from: '2015', to: '2025', population: [facts] }
    assert.equal((await send(diff, body, '/policies/{id}/diff')).population.size, 1)
  })

  test('every GET operation of the description is called here', () => {
    assert.deepEqual(
      operations.map((one) => one.operation.operationId).sort(),
      Object.keys(kGood).sort()
    )
  })

  for (const one of operations) {
    const { operation, path, parameters } = one
    const id = operation.operationId
    if (id === 'followEvents') continue

    test(`${id} answers good calls as described`, async () => {
      for (const values of kGood[id]) {
        const url = url_of(one, values)
        const response = await fetch(url, {
          headers: { ...headers_of(one), 'X-Request-Id': 'contract-1' }
        })
        assert.equal(response.status, 200, `${url}: ${response.status}`)
        const type = response.headers.get('content-type').split(';')[0]
        const described = operation.responses[200]
        assert.ok(described.content[type], `${url}: ${type} is not described`)
        for (const header of Object.keys(described.headers))
          assert.ok(response.headers.get(header), `${url}: no ${header}`)
        assert.equal(response.headers.get('x-request-id'), 'contract-1', url)
        const is_json = type.endsWith('json') || type === 'application/vc'
        const body = is_json ? await response.json() : await response.text()
        assert_schema(
          `/paths/${pointer(path)}/get/responses/200/content/${pointer(type)}/schema`,
          body,
          url
        )
        const again = await fetch(url, {
          headers: { ...headers_of(one), 'If-None-Match': response.headers.get('etag') }
        })
        // Without a time the answer is about now, which may have changed.
        if (!url.includes('/journeys') || values.time) assert.equal(again.status, 304, url)
        await again.arrayBuffer()
      }
    })

    test(`${id} refuses what its parameters do not allow`, async () => {
      const fine = kGood[id][0]
      for (const parameter of parameters.filter((each) => each.in === 'query')) {
        for (const bad of bad_values(parameter)) {
          const url = url_of(one, { ...fine, [parameter.name]: bad })
          const response = await fetch(url, { headers: headers_of(one) })
          assert.ok(
            response.status === 400 || (response.status === 404 && bad !== ''),
            `${url}: ${response.status}`
          )
          await assert_problem(response, url)
        }
        if (parameter.required) {
          const { [parameter.name]: _, ...rest } = fine
          const url = url_of(one, rest)
          const response = await fetch(url, { headers: headers_of(one) })
          assert.equal(response.status, 400, url)
          const problem = await assert_problem(response, url)
          assert.equal(problem.where, parameter.name, url)
        }
      }
      const unknown = url_of(one, { ...fine, no_such_parameter: 1 })
      const response = await fetch(unknown, { headers: headers_of(one) })
      assert.equal(response.status, 400, unknown)
      await assert_problem(response, unknown)
    })

    for (const [values, status] of kWrong[id] ?? []) {
      test(`${id} answers ${status} to ${JSON.stringify(values)}`, async () => {
        const url = url_of(one, values)
        const response = await fetch(url, {
          headers: { ...headers_of(one), 'Accept-Language': 'zh-CN,zh;q=0.9' }
        })
        assert.equal(response.status, status, url)
        await assert_problem(response, url, 'zh')
      })
    }
  }

  test('followEvents tells the timetable in use at once', async () => {
    const stop = new AbortController()
    const response = await fetch(`${stage.server.base}/api/v1/events`, { signal: stop.signal })
    assert.equal(response.status, 200)
    assert.match(response.headers.get('content-type'), /^text\/event-stream/)
    let text = ''
    for await (const chunk of response.body) {
      text += Buffer.from(chunk).toString()
      if (/\n\n/.test(text) && text.includes('data:')) break
    }
    stop.abort()
    assert.match(text, /^event: timetable$/m)
    const data = JSON.parse(text.match(/^data: ?(.*)$/m)[1])
    assert_schema('/components/schemas/Timetable', data, 'event')
    assert.equal(data.id, active)
  })

  test('the described document is the served one', async () => {
    assert.deepEqual(
      await (await fetch(`${stage.server.base}/api/v1/openapi.json`)).json(),
      document
    )
  })

  test('writing needs the token', async () => {
    const put = (headers) =>
      fetch(`${stage.server.base}/api/v1/timetables/active`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify({ id: active })
      })
    for (const headers of [{}, { Authorization: 'Bearer wrong' }]) {
      const response = await put(headers)
      assert.equal(response.status, 401)
      await assert_problem(response, 'PUT /timetables/active')
    }
    const post = await fetch(`${stage.server.base}/api/v1/timetables?kind=gtfs&name=x`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/zip' },
      body: 'x'
    })
    assert.equal(post.status, 401)
    await assert_problem(post, 'POST /timetables')
  })

  test('what is private is read with the token alone', async () => {
    for (const one of operations.filter((each) => each.operation.security)) {
      const url = url_of(one, kGood[one.operation.operationId][0])
      const response = await fetch(url)
      assert.equal(response.status, 401, url)
      await assert_problem(response, url)
    }
  })

  test('what is not there is a problem too', async () => {
    const response = await fetch(`${stage.server.base}/api/v1/nothing`)
    assert.equal(response.status, 404)
    await assert_problem(response, '/nothing')
  })
})
