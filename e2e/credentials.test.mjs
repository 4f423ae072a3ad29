// The credential page: what the hub issued is valid, a letter changed or a revocation makes it not;
// presentations, SD-JWTs and credentials of others; and what is no credential at all.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { assert_no_sideways_scroll, axe_findings, keep_screenshot, open_page } from './browser.mjs'
import { make_issuer } from './issuer.mjs'
import { skip_reason } from './server.mjs'
import { use_stage } from './stage.mjs'

const stage = use_stage()
const kClaims = {
  id: 'did:example:li-lei',
  degree: { level: 'master', subject: 'civil engineering' }
}

async function post(path, body) {
  const response = await fetch(`${stage.server.base}/api/v1/credentials${path}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${stage.server.token}`,
      'Content-Type': 'application/json'
    },
    body: JSON.stringify(body)
  })
  const answer = await response.json()
  assert.ok(response.ok, `${path}: ${JSON.stringify(answer)}`)
  return answer
}

const issue = (more = {}) =>
  post('', {
    type: ['DegreeCredential'],
    subject: kClaims,
    valid_until: '2036-01-01T00:00:00Z',
    ...more
  })

const open = (options = {}) => open_page(stage, { path: '/credentials', ...options })

async function verify(page, text) {
  await page.getByLabel(/^(Credential|凭证)$/).fill(text)
  await page.getByRole('button', { name: /^(Verify|核验)$/ }).click()
  return page.locator('.result').first()
}

const check = (result, outcome) => result.locator(`.check.${outcome}`)

describe('credentials', { skip: skip_reason }, () => {
  before(stage.open)
  after(stage.close)

  test('a credential of the hub is valid, with each check, its issuer, dates and claims', async () => {
    const { credential } = await issue()
    const { page, assert_clean, close } = await open()
    const result = await verify(page, credential)
    await result.getByRole('status').getByText('Valid', { exact: true }).waitFor()
    await result.getByText('DegreeCredential').first().waitFor()
    await result.getByText('civil engineering').first().waitFor()
    await result.getByText('did:example:li-lei').first().waitFor()
    assert.ok((await check(result, 'passed').count()) >= 4)
    assert.equal(await check(result, 'failed').count(), 0)
    assert.match(await result.locator('.facts').innerText(), /1 Jan 2036/)
    assert.doesNotMatch(page.url(), /\?/)
    assert_clean()
    await close()
  })

  test('one letter changed: not valid, and the check that failed says why', async () => {
    const { credential } = await issue()
    const changed = credential.replace('"master"', '"mastes"')
    assert.notEqual(changed, credential)
    const { page, assert_clean, close } = await open({ language: 'zh' })
    const result = await verify(page, changed)
    await result.getByRole('status').getByText('无效', { exact: true }).waitFor()
    const failed = check(result, 'failed').first()
    assert.match(await failed.locator('p').last().innerText(), /[\u4e00-\u9fff]{4}/)
    await page.getByRole('button', { name: 'English' }).click()
    await result.getByRole('status').getByText('Not valid', { exact: true }).waitFor()
    assert.doesNotMatch(await failed.innerText(), /[\u4e00-\u9fff]/)
    assert_clean()
    await close()
  })

  test('a revoked credential is not valid any more', async () => {
    const { id, credential } = await issue()
    const { page, close } = await open()
    const result = await verify(page, credential)
    await result.getByRole('status').getByText('Valid', { exact: true }).waitFor()
    await post(`/${id}/revoke`, { reason: 'issued by mistake' })
    await page.getByRole('button', { name: 'Verify' }).click()
    await result.getByRole('status').getByText('Not valid', { exact: true }).waitFor()
    assert.match(await check(result, 'failed').innerText(), /revoked/i)
    await close()
  })

  test('an SD-JWT shows what is disclosed', async () => {
    const { credential } = await issue({ kind: 'sd-jwt', disclosable: ['degree'] })
    const { page, assert_clean, close } = await open()
    const result = await verify(page, credential)
    await result.getByRole('status').getByText('Valid', { exact: true }).waitFor()
    await result.getByText('SD-JWT credential').waitFor()
    await result.locator('.claims').getByText('civil engineering').waitFor()
    assert_clean()
    await close()
  })

  test('a file can be dropped, or chosen', async () => {
    const { credential } = await issue()
    const { page, close } = await open()
    const file = {
      name: 'degree.json',
      mimeType: 'application/json',
      buffer: Buffer.from(credential)
    }
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByRole('button', { name: 'Verify' }).click()
    await page.getByRole('status').getByText('Valid', { exact: true }).waitFor()
    await page.getByLabel('Credential', { exact: true }).fill('')
    const transfer = await page.evaluateHandle((text) => {
      const data = new DataTransfer()
      data.items.add(new File([text], 'degree.json'))
      return data
    }, credential)
    await page.locator('.drop').dispatchEvent('drop', { dataTransfer: transfer })
    await page.waitForFunction(
      (text) => document.querySelector('.drop textarea').value === text,
      credential
    )
    await page
      .locator('input[type=file]')
      .setInputFiles({ ...file, buffer: Buffer.alloc(1_000_001) })
    await page.getByText('That file is larger than 1,000 kB.').waitFor()
    await close()
  })

  test('a presentation is held to its challenge and domain, and shows what it holds', async () => {
    const holder = make_issuer()
    const { credential } = await issue({ subject: { ...kClaims, id: holder.did } })
    const text = holder.present(credential, 'c-1', 'hub.example')
    const { page, assert_clean, close } = await open()
    const result = await verify(page, text)
    await page.getByText('Challenge, domain and time').click()
    await page.getByLabel('Challenge or nonce').fill('c-2')
    await page.getByLabel('Domain or audience').fill('hub.example')
    await page.getByRole('button', { name: 'Verify' }).click()
    await result.getByRole('status').getByText('Not valid', { exact: true }).waitFor()
    await page.getByLabel('Challenge or nonce').fill('c-1')
    await page.getByRole('button', { name: 'Verify' }).click()
    await result.getByRole('status').getByText('Valid', { exact: true }).waitFor()
    await result.locator('.result.inner').getByText('civil engineering').first().waitFor()
    assert_clean()
    await close()
  })

  for (const [name, text] of [
    ['a word', 'hello'],
    ['JSON that is no credential', '{"hello": 1}'],
    ['half a credential', '{"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ['],
    ['an empty list', '[]']
  ]) {
    test(`${name} is told not to be valid, and why`, async () => {
      const { page, close } = await open({ expected_errors: [/40\d/] })
      await verify(page, text)
      const said = page.locator('.check.failed, .problem-note').first()
      await said.waitFor()
      assert.ok((await said.innerText()).length > 20)
      await close()
    })
  }

  test('both languages, accessible, fits 390 px', async () => {
    const { credential } = await issue()
    const { page, assert_clean, close } = await open({ language: 'zh' })
    const result = await verify(page, credential)
    await result.getByRole('status').waitFor()
    assert.deepEqual(await axe_findings(page), [])
    await keep_screenshot(page, 'credentials_zh_light', { fullPage: true })
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: 'Switch to dark' }).click()
    for (const box of await page.locator('details').all())
      await box.evaluate((one) => {
        one.open = true
      })
    assert.deepEqual(await axe_findings(page), [])
    assert.doesNotMatch(await page.locator('#main').innerText(), /[\u4e00-\u9fff]/)
    await keep_screenshot(page, 'credentials_en_dark', { fullPage: true })
    await page.setViewportSize({ width: 390, height: 844 })
    await assert_no_sideways_scroll(page)
    await keep_screenshot(page, 'credentials_en_phone', { fullPage: true })
    assert_clean()
    await close()
  })
})
