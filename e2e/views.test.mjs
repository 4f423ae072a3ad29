// Every view: languages, themes, accessibility by axe-core, a phone's width, the keyboard, the
// caveat, screenshots, and nothing asked of other hosts.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  assert_no_sideways_scroll,
  axe_findings,
  keep_screenshot,
  map_is_drawn,
  open_page
} from './browser.mjs'
import { skip_reason } from './server.mjs'
import { use_stage } from './stage.mjs'

const kViews = [
  { name: 'map', path: '/', ready: '.belts', map: true },
  {
    name: 'journeys',
    path: '/journeys?from=stop:AOH&to=stop:HGH&time=2026-11-24T08:00',
    ready: 'li.journey',
    map: true
  },
  { name: 'journeys_start', path: '/journeys', ready: '.empty-note' },
  {
    name: 'circle',
    path: '/circle?from=stop:AOH&limit=120&time=2026-11-24T08:00',
    ready: 'table tbody tr',
    map: true
  },
  { name: 'timetables', path: '/timetables', ready: 'li.timetable' },
  { name: 'ledger_start', path: '/ledger', ready: '.gate' },
  {
    name: 'api',
    path: '/docs/api#schema-WhatIf',
    ready: '.operation',
    open: ['#operation-findJourneys', '#operation-decide'],
    whole: false
  },
  { name: 'missing', path: '/no/such/page', ready: '.empty-note' }
]

const stage = use_stage()

// Texts and fields of the view that an English reader could not read; code may hold them.
const chinese_words = (page) =>
  page.evaluate(() => {
    const texts = []
    const walk = document.createTreeWalker(document.getElementById('main'), NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) texts.push(walk.currentNode.data)
    for (const input of document.querySelectorAll('#main input')) texts.push(input.value)
    return texts.filter((text) => /[\u4e00-\u9fff]/.test(text) && !text.includes('`city:'))
  })

describe('views', { skip: skip_reason }, () => {
  before(stage.open)
  after(stage.close)

  // One visit for each view, as a reader changes her mind: Chinese and light, then by the switches
  // English and dark, then the width of a phone, in both languages.
  for (const view of kViews) {
    test(`${view.name}: both languages and themes, accessible, clean, fits 390 px`, async () => {
      const { page, assert_clean, close } = await open_page(stage, {
        path: view.path,
        map: view.map,
        language: 'zh'
      })
      const assert_view = async (language, theme) => {
        await page.locator(view.ready).first().waitFor()
        await page.locator('aside.caveat').waitFor()
        for (const box of view.open ?? []) {
          const is_open = await page.locator(box).getAttribute('open')
          if (is_open === null) await page.locator(`${box} > summary`).click()
          await page.locator(`${box}[open] p`).first().waitFor()
        }
        if (view.map) await map_is_drawn(page)
        const { lang, dataset } = await page.evaluate(() => ({
          lang: document.documentElement.lang,
          dataset: { ...document.documentElement.dataset }
        }))
        assert.equal(lang, language === 'zh' ? 'zh-CN' : 'en')
        assert.equal(dataset.theme, theme)
        if (language === 'en') assert.deepEqual(await chinese_words(page), [])
        assert.deepEqual(await axe_findings(page), [], `${language} ${theme}`)
      }
      const keep_phone = async (language) => {
        await assert_no_sideways_scroll(page)
        if (view.map) await map_is_drawn(page)
        await keep_screenshot(page, `${view.name}_${language}_phone`, {
          fullPage: view.whole ?? true
        })
      }

      await assert_view('zh', 'light')
      await keep_screenshot(page, `${view.name}_zh_light`)
      await page.getByRole('button', { name: 'English' }).click()
      await page.getByRole('button', { name: 'Switch to dark' }).click()
      await assert_view('en', 'dark')
      await keep_screenshot(page, `${view.name}_en_dark`)
      await page.setViewportSize({ width: 390, height: 844 })
      await keep_phone('en')
      await page.getByRole('button', { name: '中文' }).click()
      await page.getByRole('button', { name: '切换为浅色' }).click()
      await keep_phone('zh')
      assert_clean()
      await close()
    })
  }

  test('without WebGL the page says so, and works', async () => {
    const { page, assert_clean, close } = await open_page(stage, { path: '/circle' })
    await page.getByText('This browser cannot draw the map').waitFor()
    await page.locator('table tbody tr').first().waitFor()
    assert_clean()
    await close()
  })

  test('the language switch turns every word, is kept, and sets lang', async () => {
    const { page, assert_clean, close } = await open_page(stage, {
      path: '/',
      language: 'en'
    })
    await page.getByRole('button', { name: '中文' }).click()
    await page.getByRole('heading', { level: 1, name: '虹桥国际开放枢纽' }).waitFor()
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN')
    await page.reload()
    await page.getByRole('heading', { level: 1, name: '虹桥国际开放枢纽' }).waitFor()
    await page.getByRole('link', { name: '两小时交通圈' }).first().click()
    await page.getByText('亿人').first().waitFor()
    assert_clean()
    await close()
  })

  test('the theme switch turns the page dark and is kept', async () => {
    const { page, close } = await open_page(stage, { path: '/timetables' })
    await page.getByRole('button', { name: 'Switch to dark' }).click()
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark')
    await page.reload()
    await page.getByRole('button', { name: 'Switch to light' }).waitFor()
    await close()
  })

  test('a journey is found with the keyboard alone', async () => {
    const { page, assert_clean, close } = await open_page(stage, { path: '/' })
    const press = (...keys) =>
      keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve())
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
    await press('Tab')
    assert.equal(await focused(), 'Skip to content')
    while ((await focused()) !== 'Journeys') await press('Tab')
    await press('Enter')
    await page.getByRole('combobox', { name: 'From', exact: true }).waitFor()
    for (let step = 0; step < 30; ++step) {
      await press('Tab')
      if ((await page.evaluate(() => document.activeElement?.getAttribute('role'))) === 'combobox')
        break
    }
    for (const text of ['suzhoubei', 'hangzhoudong']) {
      await page.keyboard.type(text)
      await page.locator('[role=combobox]:focus[aria-activedescendant]').waitFor()
      await press('Enter', 'Tab')
      while (await page.evaluate(() => document.activeElement?.className.includes('clear')))
        await press('Tab')
    }
    for (let step = 0; step < 20; ++step) {
      if ((await focused()) === 'Find journeys') break
      await press('Tab')
    }
    assert.equal(await focused(), 'Find journeys')
    await press('Enter')
    await page.locator('li.journey').first().waitFor()
    await page
      .getByRole('status')
      .filter({ hasText: /\d+ journeys? found/ })
      .waitFor({ state: 'attached' })
    assert_clean()
    await close()
  })

  test('a place of the hub opens its card and leads to a circle', async () => {
    const { page, assert_clean, close } = await open_page(stage, { path: '/' })
    await page.getByRole('button', { name: 'Kunshan', exact: true }).click()
    const card = page.getByRole('article', { name: 'Kunshan' })
    await card.getByText('Kunshan South').waitFor()
    await card.getByRole('link', { name: 'Circle from here' }).click()
    await page.waitForURL(
      (url) => url.pathname === '/circle' && url.searchParams.get('from') === 'place:kunshan'
    )
    await page.locator('table tbody tr').first().waitFor()
    assert_clean()
    await close()
  })
})
