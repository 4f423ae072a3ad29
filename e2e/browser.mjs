// Debian's Chromium by playwright-core, and pages that keep watch: errors on the console, uncaught
// exceptions and requests to other hosts are collected, and `assert_clean` fails on any of them.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const kHere = dirname(fileURLToPath(import.meta.url))
const require = createRequire(join(dirname(kHere), 'web', 'package.json'))
const { chromium } = require('playwright-core')
const kAxe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const kArtefacts = process.env.HQ_E2E_ARTEFACTS ?? join(kHere, 'artefacts')

export const kWaitMs = 30_000

const kBrowser = process.env.HQ_CHROMIUM ?? '/usr/bin/chromium'
const kArguments = [
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // In a container /dev/shm may be missing, or a few megabytes.
  '--disable-dev-shm-usage',
  // Chromium's sandbox refuses root, which CI in a container is.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])
]

export function start_browser() {
  if (!existsSync(kBrowser)) {
    throw new Error(
      `No browser at ${kBrowser}: install Debian's package "chromium", or name one by HQ_CHROMIUM.`
    )
  }
  return chromium.launch({ executablePath: kBrowser, args: kArguments })
}

// Without a graphics card the map is drawn in software, which costs more than all else together:
// only tests that look at it ask for it. The others see the page as a browser without WebGL does.
function refuse_webgl() {
  const own = HTMLCanvasElement.prototype.getContext
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind.startsWith('webgl') ? null : own.call(this, kind, ...rest)
  }
}

// Chromium reports every answer of 400 and above on the console; a test that asks for such an
// answer on purpose names what it expects.
export async function open_page(
  { browser, server: { base } },
  {
    path = '/',
    map = false,
    language = 'en',
    theme = 'light',
    width = 1280,
    height = 860,
    expected_errors = []
  } = {}
) {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    colorScheme: theme,
    reducedMotion: 'reduce',
    timezoneId: 'Europe/Berlin'
  })
  if (!map) await context.addInitScript(refuse_webgl)
  const page = await context.newPage()
  page.setDefaultTimeout(kWaitMs)
  const seen = { errors: [], foreign: [] }
  page.on('console', (message) => {
    if (message.type() !== 'error') return
    const text = `${message.text()} ${message.location().url}`
    if (!expected_errors.some((one) => one.test(text))) seen.errors.push(text)
  })
  page.on('pageerror', (error) => seen.errors.push(String(error)))
  context.on('request', (request) => {
    const url = new URL(request.url())
    if (/^https?:$/.test(url.protocol) && url.origin !== base) seen.foreign.push(request.url())
  })
  const assert_clean = () => {
    assert.deepEqual(seen.errors, [], 'errors on the console')
    assert.deepEqual(seen.foreign, [], 'requests to other hosts')
  }
  await page.goto(base + path)
  await page.locator('h1').first().waitFor()
  return { page, assert_clean, close: () => context.close() }
}

export const map_is_drawn = (page) =>
  page.locator('.map[data-drawn="true"]').waitFor({ timeout: 60_000 })

export async function keep_screenshot(page, name, options = {}) {
  mkdirSync(kArtefacts, { recursive: true })
  await page.screenshot({ path: join(kArtefacts, `${name}.png`), ...options })
}

// Serious and critical findings of axe-core; the map's canvas has its own text alternative.
export async function axe_findings(page) {
  await page.evaluate(kAxe)
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  return found.violations
    .filter((one) => one.impact === 'serious' || one.impact === 'critical')
    .flatMap((one) =>
      one.nodes.map((node) => `${one.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`)
    )
}

export async function assert_no_sideways_scroll(page) {
  const [content, window_width] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    window.innerWidth
  ])
  assert.ok(
    content <= window_width,
    `the page is ${content} px wide in a window of ${window_width} px`
  )
}

// Types into a search box and takes the first suggestion with the keyboard.
export async function choose_stop(page, label, text) {
  const box = page.getByRole('combobox', { name: label, exact: true })
  await box.fill(text)
  await page
    .getByRole('listbox', { name: label, exact: true })
    .getByRole('option')
    .first()
    .waitFor()
  await box.press('Enter')
  return box
}
