// The ledger as its users see it: the token, accounts and transfers made by forms, refusals in
// words, statements, the past, and the proof of a balance in the browser, also against a server
// that lies.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { assert_no_sideways_scroll, axe_findings, keep_screenshot, open_page } from './browser.mjs'
import { skip_reason } from './server.mjs'
import { use_stage } from './stage.mjs'

const stage = use_stage()

// Every kind of transfer that moves a balance: a proof has to follow all of them.
const kTransfers = [
  { id: '90101', debit_account: '9002', credit_account: '9001', amount: '150050' },
  {
    id: '90102',
    debit_account: '9001',
    credit_account: '9003',
    amount: '340282366920938463463374607431768211455',
    flags: ['balancing_debit'],
    reference: '9042'
  },
  { id: '90103', debit_account: '9002', credit_account: '9001', amount: '700', reference: '9042' },
  { id: '90104', debit_account: '9002', credit_account: '9001', amount: '40', flags: ['pending'] },
  { id: '90105', pending_id: '90104', amount: '15', flags: ['post'] },
  {
    id: '90106',
    debit_account: '9002',
    credit_account: '9001',
    amount: '30',
    flags: ['linked', 'pending']
  },
  { id: '90107', debit_account: '9003', credit_account: '9001', amount: '31', flags: ['pending'] },
  { id: '90108', pending_id: '90107', flags: ['post', 'whole_chain'] },
  { id: '90109', debit_account: '9002', credit_account: '9001', amount: '8', flags: ['pending'] },
  { id: '90110', pending_id: '90109', flags: ['void'] },
  {
    id: '90111',
    debit_account: '9003',
    credit_account: '9001',
    amount: '99',
    timeout_s: 1,
    flags: ['pending']
  },
  { id: '90112', debit_account: '9002', credit_account: '9001', amount: '60', flags: ['pending'] }
]

describe('ledger', { skip: skip_reason }, () => {
  before(async () => {
    await stage.open()
    await post('accounts', {
      accounts: ['9001', '9002', '9003'].map((id) => ({ id, asset: 156, kind: 9 }))
    })
    const end = (one) => (one.pending_id ? {} : { asset: 156, code: 7 })
    await post('transfers', { transfers: kTransfers.map((one) => ({ ...end(one), ...one })) })
    await post('limits', {
      id: '9001',
      value: '1000000',
      side: 'credits',
      window: 'none',
      weights: [{ account: '9001', weight: 2 }]
    })
    // 90111 is over by now, and the next change of the ledger notes it.
    await new Promise((resolve) => setTimeout(resolve, 1100))
    await post('accounts', { accounts: [{ id: '9004', asset: 392, kind: 9 }] })
  })
  after(stage.close)

  async function post(path, body) {
    const response = await fetch(`${stage.server.base}/api/v1/ledger/${path}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${stage.server.token}`,
        'Content-Type': 'application/json'
      },
      body: JSON.stringify(body)
    })
    const answer = await response.json()
    assert.ok(response.ok, `${path}: ${JSON.stringify(answer)}`)
    for (const one of answer.outcomes ?? [])
      assert.equal(one.status, 'created', `${one.id}: ${one.status}`)
  }

  async function enter(options) {
    const opened = await open_page(stage, options)
    await opened.page.locator('.gate input').fill(stage.server.token)
    await opened.page.keyboard.press('Enter')
    await opened.page.locator('nav.tabs').waitFor()
    return opened
  }

  test('asks for the token, and again where it is wrong', async () => {
    const { page, close } = await open_page(stage, {
      path: '/ledger/balance',
      expected_errors: [/401/]
    })
    await page.locator('.gate input').fill('not-the-token')
    await page.keyboard.press('Enter')
    await page.getByText('That token is not right').waitFor()
    await page.locator('.gate input').fill(stage.server.token)
    await page.keyboard.press('Enter')
    await page.locator('tr.asset', { hasText: 'CNY' }).getByText('Equal').waitFor()
    await close()
  })

  test('opens an account of a new asset, moves it, and is refused in words', async () => {
    const { page, assert_clean, close } = await enter({ path: '/ledger' })
    await page.getByText('Open an account', { exact: true }).first().click()
    const form = page.getByRole('form', { name: 'Open an account' })
    const open = async (id, rule) => {
      await form.getByLabel('Account id').fill(id)
      await form.getByLabel('Asset').fill(id === '9101' ? '9001' : 'TEU')
      if (id === '9101') {
        await form.getByLabel('Code').fill('teu')
        await form.getByLabel('Decimals of the least unit').fill('1')
        await form.getByLabel('Chinese name').fill('标准箱')
        await form.getByLabel('English name').fill('Container units')
      }
      if (rule) await form.getByLabel('Rule').selectOption(rule)
      await form.getByRole('button', { name: 'Open it' }).click()
      await form.getByText(`Account ${id} is open.`).waitFor()
    }
    await open('9101')
    await open('9102', 'debits_must_not_exceed_credits')
    await page.goto(`${stage.server.base}/ledger/transfers`)
    await page.locator('.gate input').fill(stage.server.token)
    await page.keyboard.press('Enter')
    await page.getByText('Make a transfer', { exact: true }).click()
    const transfer = page.getByRole('form', { name: 'Make a transfer' })
    await transfer.getByLabel('Debit account').fill('9102')
    await transfer.getByLabel('Credit account').fill('9101')
    await transfer.getByLabel('Asset').fill('TEU')
    await transfer.getByLabel('Amount').fill('1.25')
    await transfer.getByText('That is no amount with up to 1 decimals').waitFor()
    await transfer.getByLabel('Amount').fill('1,234.5')
    await transfer.getByText('12,345 least units').waitFor()
    await transfer.getByRole('button', { name: 'Transfer', exact: true }).click()
    await transfer.getByText(/Refused: The debit account has too little/).waitFor()
    await page.getByRole('button', { name: '中文' }).click()
    await page.getByRole('form', { name: '转账' }).getByLabel('借方账户').fill('9101')
    await page.getByRole('form', { name: '转账' }).getByLabel('贷方账户').fill('9102')
    await page.getByRole('button', { name: '转账', exact: true }).click()
    await page.locator('tr.transfer', { hasText: '1,234.5' }).waitFor()
    assert.match(page.url(), /\/ledger\/transfers\?id=\d+/)
    assert_clean()
    await close()
  })

  test('finds accounts and transfers, and says what is not there', async () => {
    const { page, close } = await enter({ path: '/ledger', expected_errors: [/404/] })
    await page.getByLabel('Kind').first().fill('9')
    await page.keyboard.press('Enter')
    await page.locator('tr.account').nth(3).waitFor()
    assert.equal(await page.locator('tr.account').count(), 4)
    await page.getByLabel('Asset').first().selectOption('392')
    await page.locator('tr.account', { hasText: '9001' }).waitFor({ state: 'hidden' })
    assert.deepEqual(await page.locator('tr.account a').allInnerTexts(), ['9004'])
    await page.getByRole('search', { name: 'Find an account' }).getByLabel('Account id').fill('x')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByText('A whole number from 1 on').waitFor()
    await page.getByRole('link', { name: 'Transfers' }).click()
    const search = page.getByRole('search', { name: 'Find transfers' })
    await search.getByLabel('Find by').selectOption('reference')
    await search.getByLabel('Number').fill('9042')
    await search.getByRole('button', { name: 'Show' }).click()
    await page.locator('tr.transfer').nth(1).waitFor()
    assert.equal(await page.locator('tr.transfer').count(), 2)
    await search.getByLabel('Find by').selectOption('id')
    await search.getByLabel('Number').fill('123123')
    await search.getByRole('button', { name: 'Show' }).click()
    await page.getByRole('alert').getByText("There is no transfer '123123'").waitFor()
    await close()
  })

  test('shows an account now and then, its limits, and ends what is pending', async () => {
    const { page, close } = await enter({
      path: '/ledger/accounts/9001',
      expected_errors: [/404/]
    })
    await page.locator('.figure.debits_posted').getByText('1,500.50').waitFor()
    await page.getByText('Left for this account').waitFor()
    const pending = page.locator('tr.transfer', { hasText: '90112' })
    await pending.getByRole('button', { name: 'Post' }).click()
    await page.getByText('Transfer 90112 is posted.').waitFor()
    await page.getByText('Nothing is pending.').waitFor()
    await page.locator('form.moment select').selectOption('commit')
    await page.locator('form.moment input').fill('0')
    await page.locator('form.moment button').click()
    await page
      .getByRole('alert')
      .getByText(/was not open yet/)
      .waitFor()
    await page.getByRole('button', { name: 'Now' }).click()
    await page.locator('tr.statement-row').first().waitFor()
    await close()
  })

  const prove = (page) => page.getByRole('button', { name: 'Prove it' }).click()

  test('proves the balance of every account from the log', async () => {
    const { page, assert_clean, close } = await enter({ path: '/ledger/accounts/9001' })
    for (const id of ['9001', '9002', '9003', '9101']) {
      if (id !== '9001') {
        await page.getByRole('link', { name: 'Accounts' }).click()
        await page.getByRole('search').getByLabel('Account id').fill(id)
        await page.getByRole('button', { name: 'Show' }).click()
      }
      await page.getByRole('heading', { name: `Account ${id}` }).waitFor()
      await prove(page)
      await page.getByRole('heading', { name: 'The log gives the same balance' }).waitFor()
      await page.getByText('Debits equal credits in every asset.').waitFor()
    }
    // The hash that it ends with is one that the log leads through later, too.
    const hash = await page.locator('.result .hash').innerText()
    assert.match(hash, /^[0-9a-f]{64}$/)
    await post('accounts', { accounts: [{ id: '9005', asset: 156, kind: 9 }] })
    await page.getByLabel('A hash you kept earlier').fill(hash)
    await prove(page)
    await page.getByText(/nothing up to there has been rewritten/).waitFor()
    await page.getByLabel('A hash you kept earlier').fill('0'.repeat(63) + '1')
    await prove(page)
    await page.getByText(/It is not in this log/).waitFor()
    assert.deepEqual(await axe_findings(page), [])
    assert_clean()
    await close()
  })

  for (const [name, change, text] of [
    [
      'a byte of a commit',
      (bytes) => bytes.fill(bytes[300] ^ 1, 300, 301),
      /hash of commit \d+ is/
    ],
    ['a hash', (bytes) => bytes.fill(bytes.at(-1) ^ 1, bytes.length - 1), /hash of commit \d+ is/],
    ['a lost end', (bytes) => bytes.subarray(0, bytes.length - 7), /cannot be read/]
  ]) {
    test(`a server that changes the log is found out: ${name}`, async () => {
      const { page, close } = await enter({ path: '/ledger/accounts/9001' })
      await page.route('**/api/v1/log/commits*', async (route) => {
        const response = await route.fetch()
        await route.fulfill({ response, body: change(await response.body()) })
      })
      await prove(page)
      await page.locator('.failure').filter({ hasText: text }).waitFor()
      assert.equal(await page.locator('.result').count(), 0)
      await close()
    })
  }

  test('a server that tells another balance, or another head, is found out', async () => {
    const { page, close } = await enter({ path: '/ledger/accounts/9001' })
    await page.route('**/api/v1/ledger/accounts/9001?at_commit=*', async (route) => {
      const response = await route.fetch()
      const account = await response.json()
      account.balances.credits_posted += '0'
      await route.fulfill({ response, json: account })
    })
    await prove(page)
    await page.getByRole('heading', { name: 'The log gives another balance' }).waitFor()
    await page.route('**/api/v1/log/head', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), hash: 'f'.repeat(64) } })
    })
    await prove(page)
    await page.locator('.failure', { hasText: 'does not lead to the hash' }).waitFor()
    await close()
  })

  test('a proof can be stopped', async () => {
    const { page, close } = await enter({ path: '/ledger/accounts/9001' })
    let release
    const held = new Promise((resolve) => {
      release = resolve
    })
    await page.route('**/api/v1/log/commits*', async (route) => {
      await held
      await route.continue().catch(() => undefined)
    })
    await prove(page)
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.locator('.failure', { hasText: 'Nothing is proved' }).waitFor()
    release()
    await close()
  })

  for (const [name, path, ready] of [
    ['ledger', '/ledger', 'tr.account'],
    ['ledger_account', '/ledger/accounts/9001', 'tr.statement-row'],
    ['ledger_transfers', '/ledger/transfers?reference=9042', 'tr.transfer'],
    ['ledger_balance', '/ledger/balance', 'tr.asset'],
    ['ledger_limits', '/ledger/limits', '.limit']
  ]) {
    test(`${name}: both languages, accessible, fits 390 px`, async () => {
      const { page, assert_clean, close } = await enter({ path, language: 'zh' })
      await page.locator(ready).first().waitFor()
      assert.deepEqual(await axe_findings(page), [])
      await keep_screenshot(page, `${name}_zh_light`)
      await page.getByRole('button', { name: 'English' }).click()
      await page.getByRole('button', { name: 'Switch to dark' }).click()
      for (const box of await page.locator('details').all()) {
        await box.evaluate((one) => {
          one.open = true
        })
      }
      assert.deepEqual(await axe_findings(page), [])
      const main = await page.locator('#main').innerText()
      assert.doesNotMatch(main, /[\u4e00-\u9fff]/)
      await keep_screenshot(page, `${name}_en_dark`)
      await page.setViewportSize({ width: 390, height: 844 })
      await assert_no_sideways_scroll(page)
      await keep_screenshot(page, `${name}_en_phone`, { fullPage: true })
      assert_clean()
      await close()
    })
  }
})
