// What people do wrong, and what goes wrong around them: links that cannot be, a start that is the
// end, a day without a timetable, a server that stops. Each is said, in the reader's language.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { choose_stop, open_page } from './browser.mjs'
import { skip_reason, start_server } from './server.mjs'
import { use_stage } from './stage.mjs'

const stage = use_stage()
const kQuestion = '/journeys?from=stop:AOH&to=stop:HGH'

describe('wrong', { skip: skip_reason }, () => {
  before(stage.open)
  after(stage.close)

  test('start and end are the same: by the form, by a link', async () => {
    const { page, assert_clean, close } = await open_page(stage, { path: '/journeys' })
    await choose_stop(page, 'From', 'Shanghai Hongqiao')
    await choose_stop(page, 'To', 'Shanghai Hongqiao')
    await page.getByRole('button', { name: 'Find journeys' }).click()
    await page.getByText('Choose another place than where you start').waitFor()
    const box = page.getByRole('combobox', { name: 'To', exact: true })
    assert.equal(await box.getAttribute('aria-invalid'), 'true')
    await page.getByRole('button', { name: '中文' }).click()
    await page.getByText('请选择与出发地不同的目的地').waitFor()
    await page.goto(`${stage.server.base}/journeys?from=stop:AOH&to=stop:AOH`)
    await page.getByRole('heading', { name: '出发地与目的地相同' }).waitFor()
    assert_clean()
    await close()
  })

  for (const [path, values, answer] of [
    [`${kQuestion}&time=2026-02-30T08:00&changes_max=99`, 'time=2026-02-30T08:00', 'li.journey'],
    ['/circle?from=stop:AOH&limit=9999&measure=worst', 'limit=9999, measure=worst', 'tbody tr']
  ]) {
    test(`values that cannot be are told, and the usual ones used: ${path}`, async () => {
      const { page, assert_clean, close } = await open_page(stage, { path })
      const alert = page.getByRole('alert').filter({ hasText: values })
      await alert.getByText('The usual values are used instead').waitFor()
      await page.locator(answer).first().waitFor()
      await page.getByRole('button', { name: '中文' }).click()
      await alert.getByText('已改用常用值').waitFor()
      assert_clean()
      await close()
    })
  }

  for (const [language, path, text] of [
    ['en', `${kQuestion}&time=2035-01-01T08:00`, /^The timetable covers .* not 2035-01-01$/],
    ['zh', '/circle?from=stop:AOH&time=2035-01-01T08:00', /^时刻表的有效期为.*2035-01-01$/],
    ['zh', `${kQuestion}&time=2035-01-01T08:00`, /^时刻表的有效期为.*2035-01-01$/]
  ]) {
    test(`a day outside the timetable is told: ${language} ${path}`, async () => {
      const { page, close } = await open_page(stage, { path, language, expected_errors: [/404/] })
      const said = await page.getByRole('alert').locator('p').first().innerText()
      assert.match(said, text)
      await close()
    })
  }

  test(
    'a server that stops is told, and one that is back is used',
    { skip: process.env.HQ_BASE_URL ? 'the server is not ours to stop' : false },
    async () => {
      let server = await start_server()
      const { base } = server
      const { page, close } = await open_page(
        { browser: stage.browser, server },
        { path: kQuestion, expected_errors: [/ERR_|Failed to load resource/] }
      )
      await page.locator('li.journey').first().waitFor()
      await server.stop()
      await page.getByRole('button', { name: 'Find journeys' }).click()
      await page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor()
      await page.getByRole('combobox', { name: 'To', exact: true }).fill('suzhou')
      await page.getByText('Search does not work just now').first().waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: '中文' }).click()
      await page.getByRole('heading', { name: '连接不上服务器' }).waitFor()
      server = await start_server({ port: Number(new URL(base).port) })
      await page.getByRole('button', { name: '重试' }).click()
      await page.locator('li.journey').first().waitFor()
      await close()
      await server.stop()
    }
  )
})
