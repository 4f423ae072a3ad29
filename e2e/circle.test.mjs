// The two-hour circle: figures, slider, measures, table, downloads, empty state.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { open_page } from './browser.mjs'
import { skip_reason } from './server.mjs'
import { use_stage } from './stage.mjs'

const kPath = '/circle?from=stop:AOH&limit=120&time=2026-11-24T08:00'

const stage = use_stage()

describe('circle', { skip: skip_reason }, () => {
  before(stage.open)
  after(stage.close)

  const rows = (page) => page.locator('table tbody tr')

  test('shows the cities and people that the API counts', async () => {
    const { page, assert_clean, close } = await open_page(stage, { path: kPath })
    await rows(page).first().waitFor()
    const query = 'from=stop:AOH&limit_min=120&measure=depart&time=2026-11-24T08:00&changes_max=5'
    const answer = await (await fetch(`${stage.server.base}/api/v1/reach?${query}`)).json()
    assert.ok(answer.city_count > 5)
    const figures = await page.locator('.figures strong').allInnerTexts()
    assert.deepEqual(figures, [String(answer.city_count), (answer.population / 1e6).toFixed(1)])
    assert.equal(await rows(page).count(), answer.city_count)
    await page.getByText(answer.definition.text.en).waitFor()
    assert_clean()
    await close()
  })

  test('a smaller limit, by keyboard, reaches fewer cities', async () => {
    const { page, assert_clean, close } = await open_page(stage, { path: kPath })
    await rows(page).first().waitFor()
    const before_count = await rows(page).count()
    const slider = page.getByRole('slider')
    await slider.focus()
    for (let step = 0; step < 12; ++step) await slider.press('ArrowLeft')
    await page.waitForURL((url) => url.searchParams.get('limit') === '60')
    await page.waitForFunction(
      (count) => document.querySelectorAll('table tbody tr').length < count,
      before_count
    )
    assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), '1 h circle')
    assert_clean()
    await close()
  })

  test('every measure answers and says what it counts', async () => {
    const { page, assert_clean, close } = await open_page(stage, { path: kPath })
    await rows(page).first().waitFor()
    const seen = new Set([await page.locator('.definition p').first().innerText()])
    for (const name of ['Best of the day', 'Typical (50 %)', 'Safe (90 %)']) {
      const answered = page.waitForResponse((response) => response.url().includes('/api/v1/reach?'))
      await page.getByRole('radio', { name, exact: true }).check()
      assert.equal((await answered).status(), 200, name)
      await page.waitForFunction(
        (old) => !old.includes(document.querySelector('.definition p')?.textContent ?? ''),
        [...seen]
      )
      seen.add(await page.locator('.definition p').first().innerText())
    }
    assert.equal(seen.size, 4)
    assert_clean()
    await close()
  })

  test('the table sorts by people', async () => {
    const { page, close } = await open_page(stage, { path: kPath })
    await rows(page).first().waitFor()
    await page.getByRole('button', { name: 'People' }).click()
    assert.equal(await page.locator('th[aria-sort="descending"]').innerText(), 'People ↓')
    assert.match(await rows(page).first().innerText(), /Shanghai/)
    await close()
  })

  test('downloads are what they are called', async () => {
    const { page, close } = await open_page(stage, { path: kPath })
    await rows(page).first().waitFor()
    for (const [name, type] of [
      ['CSV', 'text/csv'],
      ['GeoJSON', 'application/geo+json'],
      ['JSON', 'application/json']
    ]) {
      const href = await page
        .getByRole('link', { name: `↓ ${name}`, exact: true })
        .getAttribute('href')
      const response = await fetch(stage.server.base + href)
      assert.equal(response.status, 200, href)
      assert.ok(
        response.headers.get('content-type').startsWith(type),
        `${href}: ${response.headers.get('content-type')}`
      )
    }
    await close()
  })

  test('says what to do where no city is within the time', async () => {
    const path = '/circle?from=stop:AOH&limit=15&time=2026-11-24T02:00&modes=ferry'
    const empty = JSON.stringify({
      ...(await (await fetch(`${stage.server.base}/api/v1/reach?from=AOH&limit_min=15`)).json()),
      city_count: 0,
      population: 0,
      cities: [],
      stops: [],
      stop_count: 0
    })
    const { page, close } = await open_page(stage, { path: '/timetables' })
    await page.route(
      '**/api/v1/reach?**',
      (route) => route.fulfill({ contentType: 'application/json', body: empty }),
      { times: 1 }
    )
    await page.goto(stage.server.base + path)
    await page.getByRole('heading', { name: 'No city within this time' }).waitFor()
    await page.getByRole('button', { name: 'Set 2 hours' }).click()
    await page.waitForURL((url) => url.searchParams.get('limit') === '120')
    await close()
  })
})
