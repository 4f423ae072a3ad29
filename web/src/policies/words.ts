// Texts and values of policies and credentials as the reader reads them.
import { i18n } from '../i18n/i18n'
import { short_date } from '../format/format'
import { settings } from '../state/settings'
import { is_date } from './answers'
import type { Fact, Pair } from './types'

// The half of a pair that the reader reads: said(policy, 'title').
export const said = <K extends string>(one: Partial<Pair<K>>, name: K): string =>
  one[`${name}_${settings.language}`] || one[`${name}_zh`] || one[`${name}_en`] || ''

const t = i18n.global.t

// '1 day', '2 days'; a unit that has no word stands as it is.
export function unit_text(unit: string, count: unknown = 2): string {
  const key = `policies.unit_${unit}`
  return i18n.global.te(key, 'en') ? t(key, typeof count === 'number' ? count : 2) : unit
}

// As many decimals as it has: 0.0625 is no 0.063.
const number_text = (value: number) =>
  value.toLocaleString(settings.language === 'zh' ? 'zh-CN' : 'en-GB', {
    maximumFractionDigits: 12
  })

const in_list = (parts: string[]) => parts.join(t('policies.list_join'))

// A value of a fact, a parameter, a rule or a claim. What belongs to `fact` is named by its labels
// and unit.
export function value_text(value: unknown, fact?: Pick<Fact, 'values' | 'unit'>): string {
  if (value === null || value === undefined || value === '') return t('policies.unknown')
  if (typeof value === 'boolean') return t(value ? 'policies.yes' : 'policies.no')
  if (typeof value === 'number')
    return `${number_text(value)} ${unit_text(fact?.unit ?? '', value)}`.trim()
  if (Array.isArray(value)) return in_list(value.map((one) => value_text(one, fact)))
  if (typeof value === 'object' && 'zh' in value && 'en' in value)
    return String(settings.language === 'zh' ? value.zh : value.en)
  if (typeof value === 'object') {
    const parts = Object.entries(value).map(([name, one]) => `${name}: ${value_text(one)}`)
    return in_list(parts)
  }
  const text = String(value)
  const choice = fact?.values.find((one) => String(one.value) === text)
  if (choice) return said(choice, 'label')
  return is_date(text) ? short_date(text) : text
}

// The value of a node of an explanation, by its labels. Text without one comes in quotes.
export function worded_value(one: Partial<Pair<'value'>> & { value?: unknown }): string {
  const words = typeof one.value === 'object' ? '' : said(one, 'value')
  return words.replace(/^["“](.*)["”]$/, '$1') || value_text(one.value)
}

// '2021 document, article 5' of 'A5'. A rule names its source in both languages, 'zh / en', and
// several with '；' between.
export function article_text(article: string): string {
  const [, part, articles] = article.match(/^([AB])(\d+)$/) ?? []
  if (part && articles)
    return t('place.article_value', { year: part === 'A' ? 2021 : 2023, articles })
  const halves = article.split(' ；').map((one) => {
    const [zh, en] = one.split(' / ')
    return (settings.language === 'zh' ? zh : (en ?? zh))?.trim() ?? ''
  })
  return halves.join(settings.language === 'zh' ? '；' : '; ')
}

// From a day until another, which is not part of it.
export const span_text = (from: string, to: string | undefined) =>
  to === undefined
    ? t('policies.from_on', { from: short_date(from) })
    : t('policies.from_until', { from: short_date(from), to: short_date(to) })

// 'decision Outcome' of a model, without the word for what it is.
export const place_text = (where: string) => where.replace(/^decision /, '')

// Saves a text as a file of the reader's.
export function save_file(name: string, text: string, type: string) {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
