// The policy pages: what a policy says on a day, a case that is answered yes, no or depends, why, and
// what would make it yes; two dated versions, their difference, findings, readiness, and receipts.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { assert_no_sideways_scroll, axe_findings, keep_screenshot, open_page } from './browser.mjs'
import { make_issuer } from './issuer.mjs'
import { skip_reason } from './server.mjs'
import { use_stage } from './stage.mjs'

const stage = use_stage()
const kRefund = '/policies/departure-tax-refund'

// A visitor who shops in Shanghai, as spec/rules/departure-tax-refund.txt has her.
const kVisitor = {
  Residence: 'foreign',
  'Days of stay': 12,
  'Kind of shop': 'instant refund shop',
  'Purchase amount': 1000,
  'VAT rate on invoice': '13%',
  'Barred from export': false,
  'Port of departure': 'Shanghai',
  'Days to departure': 5,
  Unused: true,
  'Carried by the traveller': true,
  'Way asked for': 'upon purchase',
  'Card guarantee': true,
  'Payment asked for': 'cash'
}

function case_path(changes = {}, query = {}) {
  const facts = Object.entries({ ...kVisitor, ...changes })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [`fact.${name}`, String(value)])
  const text = new URLSearchParams([...Object.entries(query), ...facts])
  return `${kRefund}/decide?${text}`
}

const verdict = (page, text) => page.locator('.strip .verdict', { hasText: text }).waitFor()
const field = (page, name) => page.locator(`[data-fact="${name}"]`)

describe('policies', { skip: skip_reason }, () => {
  before(stage.open)
  after(stage.close)

  test('the list shows each policy, its version in force, and what is assumed', async () => {
    const { page, assert_clean, close } = await open_page(stage, { path: '/' })
    await page.getByRole('link', { name: 'Policies' }).click()
    const cards = page.locator('li.policy')
    await cards.nth(2).waitFor()
    const refund = cards.filter({ hasText: 'Departure tax refund' })
    await refund.getByText('2021 document, article 5').waitFor()
    await refund.getByText('Version 2025').waitFor()
    await refund.getByText('assumed figures').waitFor()
    await refund.getByRole('link', { name: 'Departure tax refund' }).click()
    await page.getByRole('heading', { level: 1, name: 'Departure tax refund' }).waitFor()
    assert_clean()
    await close()
  })

  test('the card is read as text, and each figure names its source or is marked assumed', async () => {
    const { page, assert_clean, close } = await open_page(stage, { path: kRefund })
    await page.locator('.prose li').first().waitFor()
    await page.locator('.prose strong').first().waitFor()
    assert.doesNotMatch(await page.locator('.prose').innerText(), /\*\*|^#/m)
    const least = page.getByRole('row', { name: /^Least purchase/ })
    assert.match(await least.innerText(), /200 yuan[\s\S]*sourced/)
    const promised = page.getByRole('row', { name: /^Days promised/ })
    assert.match(await promised.innerText(), /28 days[\s\S]*assumed/)
    await page.getByLabel('As of').fill('2024-06-01')
    await page.keyboard.press('Enter')
    await least.getByText('500 yuan').waitFor()
    assert.match(page.url(), /as_of=2024-06-01/)
    assert_clean()
    await close()
  })

  test('depends until it is settled: questions that matter, and those not needed', async () => {
    const { page, assert_clean, close } = await open_page(stage, { path: `${kRefund}/decide` })
    await verdict(page, 'It depends')
    await page.getByRole('heading', { name: 'What it depends on' }).waitFor()
    assert.ok((await page.locator('.fact.next').count()) >= 1)
    // A resident of the mainland: no, and nothing else matters.
    await field(page, 'Residence').locator('select').selectOption('mainland')
    await verdict(page, 'No')
    await page.locator('.fact.not_needed').nth(3).waitFor()
    await field(page, 'Unused').getByText('not needed').waitFor()
    await page.getByRole('button', { name: 'Clear all' }).click()
    await verdict(page, 'It depends')
    assert.doesNotMatch(page.url(), /fact/)
    assert_clean()
    await close()
  })

  test('answers by the form lead to yes, with reasons, and the link keeps them', async () => {
    const path = case_path({ 'Purchase amount': undefined, Unused: undefined })
    const { page, assert_clean, close } = await open_page(stage, { path })
    await verdict(page, 'It depends')
    await page.getByRole('button', { name: 'Next question' }).click()
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'INPUT')
    await field(page, 'Purchase amount').locator('input').fill('1000')
    await field(page, 'Unused').getByLabel('Yes', { exact: true }).check()
    await verdict(page, 'Yes')
    await page.locator('.strip', { hasText: 'Refunded in the shop' }).waitFor()
    const reasons = page.getByRole('region', { name: 'Why' })
    await reasons.locator('.rule cite').first().waitFor()
    await reasons.getByText('Assumed for this answer').waitFor()
    await page.reload()
    await verdict(page, 'Yes')
    assert.equal(await field(page, 'Purchase amount').locator('input').inputValue(), '1000')
    await page.getByRole('button', { name: '中文' }).click()
    await page.locator('.strip', { hasText: '可以即买即退' }).waitFor()
    assert_clean()
    await close()
  })

  test('no: the nearest miss by how much, and the least change makes it yes', async () => {
    const path = case_path({ 'Purchase amount': 199.99 })
    const { page, assert_clean, close } = await open_page(stage, { path })
    await verdict(page, 'No')
    const reasons = page.getByRole('region', { name: 'Why' })
    await reasons.locator('.condition.fails', { hasText: '0.01' }).first().waitFor()
    const change = page.getByRole('region', { name: 'What would make it yes?' })
    await change.getByRole('button', { name: 'Find the least change' }).click()
    await change.locator('.changes li', { hasText: '200 yuan' }).waitFor()
    await change.getByText('proved to be the least').waitFor()
    await change.getByRole('button', { name: 'Take over these answers' }).click()
    await verdict(page, 'Yes')
    assert.equal(new URL(page.url()).searchParams.get('fact.Purchase amount'), '200')
    assert_clean()
    await close()
  })

  test('where no change helps the page says that this is proved', async () => {
    const path = case_path({ Residence: 'mainland' })
    const { page, close } = await open_page(stage, { path })
    const change = page.getByRole('region', { name: 'What would make it yes?' })
    await change.getByRole('button', { name: 'Find the least change' }).click()
    await change.getByText('proved: there is none').waitFor()
    // Nothing may change: there is nothing to ask.
    const chosen = change.locator('.chip input:checked')
    while ((await chosen.count()) > 0) await chosen.first().uncheck()
    await change.getByText('Choose at least one.').waitFor()
    await close()
  })

  test('the same facts have two answers on two days, and by what was known', async () => {
    const changes = { 'Purchase amount': 300 }
    const path = case_path(changes, { as_of: '2025-04-26', known_at: '2026-01-01' })
    const { page, assert_clean, close } = await open_page(stage, { path })
    await verdict(page, 'No')
    await page.getByLabel('As of').fill('2025-04-27')
    await page.keyboard.press('Enter')
    await verdict(page, 'Yes')
    await page.getByLabel('As known at').fill('2025-04-26')
    await page.keyboard.press('Enter')
    await verdict(page, 'No')
    assert.match(page.url(), /as_of=2025-04-27&known_at=2025-04-26/)
    assert_clean()
    await close()
  })

  test('before the first version there is no law, and the page offers those there are', async () => {
    const path = `${kRefund}?as_of=2014-01-01`
    const { page, assert_clean, close } = await open_page(stage, { path })
    await page.getByRole('heading', { name: 'No version was in force on that day' }).waitFor()
    await page.getByRole('button', { name: 'Version 2015' }).click()
    await page.locator('.version', { hasText: 'Version 2015' }).waitFor()
    assert.match(page.url(), /as_of=2015-07-01/)
    assert_clean()
    await close()
  })

  test('a receipt is saved, decided again to the same, and refused where it was changed', async () => {
    const path = case_path({}, { as_of: '2026-03-01', known_at: '2026-03-01' })
    const { page, assert_clean, close } = await open_page(stage, { path })
    await verdict(page, 'Yes')
    const saving = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save a receipt' }).click()
    const saved = await saving
    assert.equal(saved.suggestedFilename(), 'receipt-departure-tax-refund-2026-03-01.json')
    const text = readFileSync(await saved.path(), 'utf8')
    await page.getByRole('link', { name: 'Receipt' }).click()
    const replay = async (receipt) => {
      await page.getByLabel('Receipt', { exact: true }).fill(receipt)
      await page.getByRole('button', { name: 'Check and decide again' }).click()
    }
    await replay(text)
    const result = page.locator('.result')
    await result.getByRole('status').getByText('the answer is the same').waitFor()
    await result.getByText('Refunded in the shop').waitFor()
    await result.getByText('as of 1 Mar 2026').waitFor()
    // One digit of the amount: the signature tells.
    const changed = text.replace(/("Purchase amount":\s*)1000/, '$19000')
    assert.notEqual(changed, text)
    await replay(changed)
    await result.getByRole('status').getByText('This receipt is not valid.').waitFor()
    await result.locator('.check.failed').first().waitFor()
    await replay('{"half": ')
    await page.getByRole('alert').getByText('That is not a receipt').waitFor()
    assert_clean()
    await close()
  })

  test('versions side by side: cases whose outcome changed, before and after', async () => {
    const path = `${kRefund}/versions?from=2015&to=2025`
    const { page, assert_clean, close } = await open_page(stage, { path })
    await page.locator('tr.version').nth(2).waitFor()
    const change = page.locator('.change').first()
    await change.locator('.witness').first().waitFor()
    await change.getByText('2015', { exact: true }).waitFor()
    await change.getByText('2025', { exact: true }).waitFor()
    await page.getByLabel('From version').selectOption('2025')
    await page.getByText('Proved: no case has another outcome.').waitFor()
    assert.match(page.url(), /from=2025/)
    assert_clean()
    await close()
  })

  test('findings are told with how far was looked, and readiness says what blocks', async () => {
    const { page, assert_clean, close } = await open_page(stage, { path: `${kRefund}/checks` })
    const findings = page.getByRole('region', { name: 'Gaps and conflicts' })
    await findings
      .getByText(/Proved: every case is covered|not everything could be searched/)
      .first()
      .waitFor()
    const unused = page.locator('tr.condition', { hasText: 'Goods unused' })
    await unused.getByText('judgement').waitFor()
    await unused.getByText('blocks').waitFor()
    assert_clean()
    await close()
  })

  test('a finding comes with its rules and a case that shows it, in words', async () => {
    const { page, assert_clean, close } = await open_page(stage, { path: kRefund })
    // The policies of the hub have no conflict: one is put into the answer.
    const conflict = {
      kind: 'conflict',
      where: 'decision Traveller',
      rules: [2, 3],
      witness: { Residence: 'Macao', 'Days of stay': 183, Unused: null },
      is_proved: true,
      text_zh: '规则 2 与 3 结论不同。',
      text_en: 'Rules 2 and 3 answer differently.'
    }
    await page.route('**/proofs?*', async (route) => {
      const response = await route.fetch()
      const answer = { ...(await response.json()), findings: [conflict] }
      await route.fulfill({ response, json: answer })
    })
    await page.getByRole('link', { name: 'Gaps and readiness' }).click()
    const finding = page.locator('.finding')
    await finding.getByText('conflict', { exact: true }).waitFor()
    await finding.getByText('rules 2, 3').waitFor()
    await finding.getByText('183 days').waitFor()
    await finding.getByText('Unknown').waitFor()
    await page.getByRole('button', { name: '中文' }).click()
    await finding.getByText('澳门同胞').waitFor()
    await finding.getByText('183 天').waitFor()
    assert_clean()
    await close()
  })

  test('what cannot be is told: values of a link, of a field, an unknown policy', async () => {
    const path = `${kRefund}/decide?as_of=2026-02-30&fact.Unused=perhaps&fact.Nothing=1`
    const { page, close } = await open_page(stage, { path, expected_errors: [/40\d/] })
    await page.getByRole('alert').filter({ hasText: 'as_of=2026-02-30' }).waitFor()
    await page
      .getByRole('alert')
      .filter({ hasText: 'fact.Unused=perhaps, fact.Nothing=1' })
      .waitFor()
    const amount = field(page, 'Purchase amount')
    await amount.locator('input').fill('-5')
    await amount.getByText('At least 0 yuan.').waitFor()
    assert.equal(await amount.locator('input').getAttribute('aria-invalid'), 'true')
    await amount.locator('input').fill('much')
    await amount.getByText('That is no number.').waitFor()
    await page.getByLabel('As of').fill('2026-02-30')
    await page.getByText('That is no date').waitFor()
    await page.goto(`${stage.server.base}/policies/no-such-policy`)
    await page.getByRole('alert').getByRole('link', { name: 'Policies' }).click()
    await page.locator('li.policy').first().waitFor()
    await close()
  })

  test('a credential proves a fact where the policy trusts its issuer, and else is refused', async (t) => {
    if (!stage.server.data) return t.skip('the data folder of the server is not known')
    const office = make_issuer('did:web:immigration.example')
    await make_known(office)
    const credential = office.issue('EntryRecord', { residence: 'foreign' })
    const stranger = make_issuer().issue('EntryRecord', { residence: 'foreign' })
    const path = case_path({ Residence: undefined })
    const { page, close } = await open_page(stage, { path, expected_errors: [/40\d/] })
    await verdict(page, 'It depends')
    await page.getByText('Prove facts by a credential').click()
    const add = async (text) => {
      await page.getByLabel('Credential', { exact: true }).fill(text)
      await page.getByRole('button', { name: 'Use it' }).click()
    }
    await add(stranger)
    await page
      .getByRole('alert')
      .getByText(/does not take any fact/)
      .waitFor()
    await page.getByRole('button', { name: 'Remove' }).click()
    await add(credential)
    await field(page, 'Residence').getByText('proved', { exact: true }).waitFor()
    await verdict(page, 'Yes')
    await page.getByRole('region', { name: 'Why' }).getByText(office.did).waitFor()
    assert.doesNotMatch(page.url(), /EntryRecord/)
    await close()
  })

  for (const [name, path, ready] of [
    ['policies', '/policies', 'li.policy'],
    ['policy', kRefund, 'tr.parameter'],
    ['policy_decide_depends', `${kRefund}/decide`, '.fact.next'],
    ['policy_decide_no', case_path({ 'Purchase amount': 100 }), '.rule'],
    ['policy_versions', `${kRefund}/versions?from=2015&to=2025`, '.change'],
    ['policy_checks', `${kRefund}/checks`, 'tr.condition'],
    ['policy_receipt', `${kRefund}/receipt`, '.drop'],
    ['policy_certificates', '/policies/foreign-professional-certificates', '.prose table'],
    ['policy_equipment', '/policies/class-a-b-medical-equipment/decide', '.fact.next']
  ]) {
    test(`${name}: both languages, accessible, fits 390 px`, async () => {
      const { page, assert_clean, close } = await open_page(stage, { path, language: 'zh' })
      await page.locator(ready).first().waitFor()
      assert.deepEqual(await axe_findings(page), [])
      await keep_screenshot(page, `${name}_zh_light`, { fullPage: true })
      await page.getByRole('button', { name: 'English' }).click()
      await page.getByRole('button', { name: 'Switch to dark' }).click()
      for (const box of await page.locator('#main details').all())
        await box.evaluate((one) => {
          one.open = true
        })
      assert.deepEqual(await axe_findings(page), [])
      assert.doesNotMatch(await page.locator('#main').innerText(), /[\u4e00-\u9fff]/)
      await keep_screenshot(page, `${name}_en_dark`, { fullPage: true })
      await page.setViewportSize({ width: 390, height: 844 })
      await assert_no_sideways_scroll(page)
      await keep_screenshot(page, `${name}_en_phone`, { fullPage: true })
      assert_clean()
      await close()
    })
  }

  // Whoever runs the hub puts the DID documents of others into a folder; they count within seconds,
  // once what was read of it before is old.
  async function make_known({ document, issue }) {
    const folder = join(stage.server.data, 'credentials', 'dids')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'immigration.json'), JSON.stringify(document))
    const question = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ credential: issue('EntryRecord', { residence: 'foreign' }) })
    }
    const latest = Date.now() + 20_000
    while (true) {
      const answer = await fetch(`${stage.server.base}/api/v1/credentials/verify`, question)
      if ((await answer.json()).is_valid) return
      assert.ok(Date.now() < latest, 'the document is not known after 20 s')
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
})
