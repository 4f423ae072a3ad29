// Search boxes: what is found, in which order, and which of it is taken.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { open_page } from './browser.mjs'
import { skip_reason } from './server.mjs'
import { use_stage } from './stage.mjs'

const stage = use_stage()

describe('search', { skip: skip_reason }, () => {
  before(stage.open)
  after(stage.close)

  const options_for = async (page, text) => {
    const answered = page.waitForResponse((response) =>
      response.url().includes(`/stops?q=${encodeURIComponent(text).replace(/%20/g, '+')}&`)
    )
    await page.getByRole('combobox', { name: 'From', exact: true }).fill(text)
    await answered
    const list = page.getByRole('listbox', { name: 'From', exact: true })
    await list.getByRole('option').first().waitFor()
    return list.getByRole('option').allInnerTexts()
  }

  test('finds a station by Chinese, pinyin, initials, English and a typing error', async () => {
    const { page, assert_clean, close } = await open_page(stage, { path: '/journeys' })
    for (const text of ['上海虹桥', 'shanghaihongqiao', 'shhq', 'Shanghai Hongqiao', 'hongqaio']) {
      const options = await options_for(page, text)
      assert.ok(
        options.some((one) => /^Shanghai Hongqiao(\s|$)/.test(one.trim())),
        `${text}: ${options.join(' | ')}`
      )
    }
    assert_clean()
    await close()
  })

  test('puts what is called exactly so first', async () => {
    const { page, close } = await open_page(stage, { path: '/journeys' })
    await page.getByText('Try Shanghai Hongqiao Business District').waitFor()
    const options = await options_for(page, 'shanghai hongqiao')
    assert.match(options[0], /^Shanghai Hongqiao\s+Shanghai$/)
    assert.ok(
      options.some((one) => one.includes('Business District')),
      options.join(' | ')
    )
    await close()
  })

  // The answer to a first text is on the screen while the second is on its way.
  for (const key of ['Enter', 'Tab']) {
    test(`${key} before the answer takes what was typed, not what is shown`, async () => {
      const { page, close } = await open_page(stage, { path: '/journeys' })
      const box = page.getByRole('combobox', { name: 'From', exact: true })
      await options_for(page, 'suzhou')
      await page.route('**/api/v1/stops?q=hangzhou**', async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 400))
        await route.continue()
      })
      await box.fill('hangzhoudong')
      await box.press(key)
      await page.getByRole('button', { name: 'Find journeys' }).click()
      await page.getByText('Choose where you go').waitFor()
      assert.equal(await box.inputValue(), 'Hangzhou East')
      await close()
    })
  }

  test('finds a station by its older name', async () => {
    const { page, close } = await open_page(stage, { path: '/journeys' })
    const options = await options_for(page, '徐泾东')
    assert.ok(
      options.some((one) => one.includes('National Exhibition')),
      options.join(' | ')
    )
    await close()
  })

  test('offers places of the hub and cities beside stations', async () => {
    const { page, close } = await open_page(stage, {
      path: '/journeys',
      language: 'zh'
    })
    await page.getByRole('combobox', { name: '出发地', exact: true }).fill('昆山')
    const options = page.getByRole('listbox', { name: '出发地', exact: true }).getByRole('option')
    await options.first().waitFor()
    const texts = await options.allInnerTexts()
    assert.ok(
      texts.some((one) => one.includes('昆山市') && one.includes('北向拓展带')),
      texts.join(' | ')
    )
    assert.ok(
      texts.some((one) => one.includes('昆山南')),
      texts.join(' | ')
    )
    await close()
  })

  test('says what to try when nothing is found, and announces the count', async () => {
    const { page, assert_clean, close } = await open_page(stage, {
      path: '/journeys'
    })
    await page.getByRole('combobox', { name: 'From', exact: true }).fill('qqqqzzzzxxxx')
    await page.getByText(/Nothing found for .qqqqzzzzxxxx/).waitFor()
    await page.getByRole('status').filter({ hasText: 'No results' }).waitFor({ state: 'attached' })
    assert_clean()
    await close()
  })
})
