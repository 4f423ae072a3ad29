// Timetables: the token dialog, import, report, live switch in another page, switch back.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { keep_screenshot, open_page } from './browser.mjs'
import { small_feed } from './feed.mjs'
import { skip_reason } from './server.mjs'
import { use_stage } from './stage.mjs'

const stage = use_stage()

describe('timetables', { skip: skip_reason }, () => {
  before(stage.open)
  after(stage.close)

  const cards = (page) => page.locator('li.timetable')

  test('imports with the token, switches live, reports defects, switches back', async () => {
    assert.ok(stage.server.token, 'the server printed no operator token')
    const watcher = await open_page(stage, {
      path: '/journeys?from=stop:AOH&to=stop:OHH&time=2026-11-24T08:00'
    })
    await watcher.page.locator('li.journey').first().waitFor()
    const { page, assert_clean, close } = await open_page(stage, {
      path: '/timetables',
      expected_errors: [/401|403/]
    })
    await cards(page).first().waitFor()

    await page.getByRole('button', { name: 'Import a timetable' }).click()
    const dialog = page.getByRole('dialog', { name: 'Import a timetable' })
    await dialog
      .getByLabel('File')
      .setInputFiles({ name: 'Small Feed.zip', mimeType: 'application/zip', buffer: small_feed() })
    assert.equal(await dialog.getByLabel('Short name').inputValue(), 'small-feed')
    await dialog.getByRole('button', { name: 'Import a timetable' }).click()

    const token = page.getByRole('dialog', { name: 'The operator token is needed' })
    await token.getByLabel('Operator token').fill('not-the-token')
    await token.getByRole('button', { name: 'Continue' }).click()
    await token.getByText('That token is not right').waitFor()
    await token.getByLabel('Operator token').fill(stage.server.token)
    await token.getByRole('button', { name: 'Continue' }).click()
    await page.getByText(/is imported/).waitFor()
    assert.match(
      await cards(page).first().innerText(),
      /small-feed[\s\S]*Active|Active[\s\S]*small-feed/i
    )
    await page.locator('.report table').first().waitFor()
    await keep_screenshot(page, 'timetables_imported')

    // The other page followed without a reload: five trains of the plan became one.
    await watcher.page.locator('li.journey', { hasText: 'G7001' }).waitFor()
    assert.equal(await watcher.page.locator('aside.caveat').count(), 0)

    const reference = cards(page).filter({ hasText: 'Reference service plan' })
    await reference.getByRole('button', { name: 'Switch to this' }).click()
    await page.getByText(/Switched to/).waitFor()
    await watcher.page.locator('aside.caveat').waitFor()
    assert.equal(
      await page.evaluate(() =>
        JSON.stringify({ ...localStorage, ...sessionStorage }).includes('token')
      ),
      false
    )
    watcher.assert_clean()
    assert_clean()
    await watcher.close()
    await close()
  })

  test('a file that is no feed is refused with a reason', async () => {
    const { page, close } = await open_page(stage, {
      path: '/timetables',
      expected_errors: [/4\d\d/]
    })
    await page.getByRole('button', { name: 'Import a timetable' }).click()
    const dialog = page.getByRole('dialog', { name: 'Import a timetable' })
    await dialog.getByLabel('File').setInputFiles({
      name: 'bad.zip',
      mimeType: 'application/zip',
      buffer: Buffer.from('no zip')
    })
    await dialog.getByRole('button', { name: 'Import a timetable' }).click()
    const token = page.getByRole('dialog', { name: 'The operator token is needed' })
    await token.getByLabel('Operator token').fill(stage.server.token)
    await token.getByRole('button', { name: 'Continue' }).click()
    const alert = page.locator('.problem-note')
    await alert.waitFor()
    assert.ok((await alert.innerText()).length > 20)
    await close()
  })

  test('cancelling the token dialog changes nothing', async () => {
    const { page, assert_clean, close } = await open_page(stage, {
      path: '/timetables'
    })
    await cards(page).first().waitFor()
    const count = await cards(page).count()
    await page.getByRole('button', { name: 'Import a timetable' }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    assert.equal(await cards(page).count(), count)
    assert_clean()
    await close()
  })
})
