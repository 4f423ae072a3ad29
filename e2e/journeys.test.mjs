// Journeys: a search from the form to the opened legs, links, windows, empty and error states.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { choose_stop, keep_screenshot, map_is_drawn, open_page } from './browser.mjs'
import { skip_reason } from './server.mjs'
import { use_stage } from './stage.mjs'

const kTime = '2026-11-24T08:00'

const stage = use_stage()

describe('journeys', { skip: skip_reason }, () => {
  before(stage.open)
  after(stage.close)

  const cards = (page) => page.locator('li.journey')
  const link = (from, to, more = '') => `/journeys?from=${from}&to=${to}&time=${kTime}${more}`

  test('finds journeys, opens one and shows its legs', async () => {
    const { page, assert_clean, close } = await open_page(stage, {
      path: '/journeys'
    })
    await choose_stop(page, 'From', 'Shanghai Hongqiao')
    await choose_stop(page, 'To', 'Hangzhou East')
    await page.getByRole('button', { name: 'Find journeys' }).click()
    await cards(page).first().waitFor()
    const url = new URL(page.url())
    assert.equal(url.searchParams.get('from'), 'stop:AOH')
    assert.equal(url.searchParams.get('to'), 'stop:HGH')
    await cards(page).first().getByRole('button').first().click()
    const legs = page.locator('.leg-list')
    await legs.waitFor()
    assert.match(await legs.innerText(), /Shanghai Hongqiao[\s\S]*Hangzhou East/)
    assert_clean()
    await close()
  })

  test('goes from a metro station by train to Haining West, and draws it', async () => {
    const path = link('stop:SH-guojiahuizhanzhongxin-2', 'stop:EUH')
    const { page, assert_clean, close } = await open_page(stage, {
      path,
      language: 'zh',
      map: true
    })
    await cards(page).first().getByRole('button').first().click()
    const text = await page.locator('.leg-list').innerText()
    assert.match(text, /2号线/)
    assert.match(text, /海宁西/)
    assert.match(text, /步行/)
    await map_is_drawn(page)
    await keep_screenshot(page, 'journey_zh_light')
    assert_clean()
    await close()
  })

  test('a shared link shows the same journeys again', async () => {
    const path = link('stop:AOH', 'stop:NKH')
    const first = await open_page(stage, { path })
    await cards(first.page).first().waitFor()
    const times = await first.page.locator('.journey .clock').allInnerTexts()
    const answer = await (await fetch(`${stage.server.base}/api/v1${path}`)).json()
    await first.close()
    const second = await open_page(stage, { path: answer.link })
    await cards(second.page).first().waitFor()
    assert.deepEqual(await second.page.locator('.journey .clock').allInnerTexts(), times)
    await second.close()
  })

  test('earlier and later move the window, and back returns', async () => {
    const { page, close } = await open_page(stage, {
      path: link('stop:AOH', 'stop:HGH')
    })
    await cards(page).first().waitFor()
    const first = await cards(page).first().innerText()
    await page.getByRole('button', { name: 'Later' }).click()
    await page.waitForURL((url) => url.searchParams.get('time') === '2026-11-24T10:00')
    await page.waitForFunction(
      (old) => document.querySelector('li.journey')?.innerText !== old,
      first
    )
    await page.goBack()
    await page.waitForURL((url) => url.searchParams.get('time') === kTime)
    await page.waitForFunction(
      (old) => document.querySelector('li.journey')?.innerText === old,
      first
    )
    await close()
  })

  test('arrive by is honoured', async () => {
    const path = link('stop:AOH', 'stop:HGH', '&arrive_by=true')
    const { page, close } = await open_page(stage, { path })
    await cards(page).first().waitFor()
    const arrivals = await page.locator('.journey .arrival').allInnerTexts()
    assert.ok(arrivals.length > 0)
    for (const arrival of arrivals) assert.ok(arrival.slice(0, 5) <= '08:00', arrival)
    await close()
  })

  test('says what to do where there is no journey', async () => {
    // In the dead of night, without a change: no train runs.
    const path =
      '/journeys?from=stop:AOH&to=stop:EUH&time=2026-11-24T01:00&changes_max=0&window_min=0&modes=metro'
    const { page, assert_clean, close } = await open_page(stage, { path })
    await page.getByRole('heading', { name: 'No journey at this time' }).waitFor()
    await keep_screenshot(page, 'journeys_empty')
    await page.getByRole('button', { name: 'Any changes, all modes' }).click()
    await page.waitForURL(
      (url) => !url.searchParams.has('changes_max') && !url.searchParams.has('modes')
    )
    assert_clean()
    await close()
  })

  test('a time that is none is said, and now is used', async () => {
    const path = '/journeys?from=stop:AOH&to=stop:HGH&time=half-past-nine'
    const { page, assert_clean, close } = await open_page(stage, { path })
    await page.getByRole('alert').filter({ hasText: 'half-past-nine' }).waitFor()
    assert_clean()
    await close()
  })

  test('an unknown stop is explained in the language of the reader', async () => {
    const { page, close } = await open_page(stage, {
      path: link('stop:NOWHERE', 'stop:HGH'),
      language: 'zh',
      expected_errors: [/40[04]/]
    })
    const alert = page.getByRole('alert')
    await alert.waitFor()
    assert.match(await alert.innerText(), /[\u4e00-\u9fff]{4,}/)
    await close()
  })

  test('a server error and a lost connection are told, and retry works', async () => {
    const { page, close } = await open_page(stage, {
      path: '/journeys',
      expected_errors: [/500|ERR_FAILED/]
    })
    const problem = JSON.stringify({
      type: 'about:blank',
      title: 'Internal',
      status: 500,
      code: 'internal',
      request_id: 'abc123'
    })
    await page.route(
      '**/api/v1/journeys?**',
      (route) =>
        route.fulfill({ status: 500, contentType: 'application/problem+json', body: problem }),
      { times: 1 }
    )
    await choose_stop(page, 'From', 'Shanghai Hongqiao')
    await choose_stop(page, 'To', 'Hangzhou East')
    await page.getByRole('button', { name: 'Find journeys' }).click()
    await page.getByRole('heading', { name: 'The server made an error' }).waitFor()
    await page.getByText('abc123').waitFor()
    await keep_screenshot(page, 'journeys_server_error')
    await page.route('**/api/v1/journeys?**', (route) => route.abort(), { times: 1 })
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    await cards(page).first().waitFor()
    await close()
  })
})
