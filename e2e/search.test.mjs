// Search boxes: Chinese, pinyin, initials, English and a typing error all find the station.
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

  for (const [kind, text] of [
    ['Chinese', '上海虹桥'],
    ['pinyin', 'shanghaihongqiao'],
    ['initials', 'shhq'],
    ['English', 'Shanghai Hongqiao'],
    ['a typing error', 'hongqaio']
  ]) {
    test(`finds Shanghai Hongqiao by ${kind}: ${text}`, async () => {
      const { page, assert_clean, close } = await open_page(stage, {
        path: '/journeys'
      })
      const options = await options_for(page, text)
      assert.ok(
        options.some((one) => /^Shanghai Hongqiao(\s|$)/.test(one.trim())),
        options.join(' | ')
      )
      assert_clean()
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
