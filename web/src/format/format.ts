// Numbers, people, durations and times as each reader writes them. Times of the API carry the
// hub's offset; what is shown is their own wall clock, never the browser's zone.
import type { Name } from '../api/types'
import { settings, type Language } from '../state/settings'

const locale = (language: Language) => (language === 'zh' ? 'zh-CN' : 'en-GB')

export const name_of = (name: Name | undefined): string =>
  name ? name[settings.language] || name.zh : ''

export const integer = (value: number) => value.toLocaleString(locale(settings.language))

export interface Figure {
  value: string
  unit: string
}

// 162700000 -> 1.63 亿人 / 162.7 M people; the unit apart, so that it can be set smaller.
export function people_figure(value: number, language: Language = settings.language): Figure {
  if (language === 'zh') {
    if (value >= 1e8) return { value: (value / 1e8).toFixed(2), unit: '亿人' }
    if (value >= 1e4) return { value: integer(Math.round(value / 1e4)), unit: '万人' }
    return { value: integer(value), unit: '人' }
  }
  if (value >= 1e6) return { value: (value / 1e6).toFixed(1), unit: 'M people' }
  return { value: integer(value), unit: 'people' }
}

// For table cells: 2,487 万 / 24.87 M.
export function people_short(value: number, language: Language = settings.language): string {
  if (language === 'zh')
    return value >= 1e4 ? `${integer(Math.round(value / 1e4))} 万` : integer(value)
  return value >= 1e6 ? `${(value / 1e6).toFixed(2)} M` : integer(value)
}

export function duration(minutes: number, language: Language = settings.language): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  const [h, m] = language === 'zh' ? ['小时', '分'] : ['h', 'min']
  if (hours === 0) return `${rest} ${language === 'zh' ? '分钟' : m}`
  return rest === 0 ? `${hours} ${h}` : `${hours} ${h} ${rest} ${m}`
}

// '2026-11-24T08:05:00+08:00' -> '08:05'
export const clock = (time: string | undefined) => time?.slice(11, 16) ?? ''

const midnight_utc = (time: string) => Date.parse(`${time.slice(0, 10)}T00:00:00Z`)

// Days from one local date to another: the "+1" beside an arrival after midnight.
export const days_between = (from: string, to: string) =>
  Math.round((midnight_utc(to) - midnight_utc(from)) / 86_400_000)

export const minutes_between = (from: string, to: string) =>
  Math.round((Date.parse(to) - Date.parse(from)) / 60_000)

export function long_date(time: string): string {
  return new Intl.DateTimeFormat(locale(settings.language), {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    timeZone: 'UTC'
  }).format(midnight_utc(time))
}

export function short_date(time: string): string {
  return new Intl.DateTimeFormat(locale(settings.language), {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    timeZone: 'UTC'
  }).format(midnight_utc(time))
}

export function date_and_time(time: string, zone: string): string {
  return new Intl.DateTimeFormat(locale(settings.language), {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: zone
  }).format(new Date(time))
}

// Now at the hub, as the API takes it: '2026-11-24T08:05'.
export function hub_now(zone: string, now = new Date()): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone
  }).formatToParts(now)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`
}

// The moment of a time on the hub's clock, as the API takes it: the other way round.
export function hub_instant(time: string, zone: string): string {
  const guess = Date.parse(`${time.slice(0, 16)}Z`)
  const shown = Date.parse(`${hub_now(zone, new Date(guess))}Z`)
  return new Date(guess - (shown - guess)).toISOString()
}

// With or without seconds and an offset; 30 February is none.
export function is_local_time(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)) return false
  const minute = text.slice(0, 16)
  const at = new Date(`${minute}Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(minute)
}

// A colour of the timetable, with or without its '#'; undefined where it is not one.
export function hex_colour(text: string | undefined): string | undefined {
  const match = text?.match(/^#?([0-9a-fA-F]{6})$/)
  return match ? `#${match[1]}` : undefined
}

// Black or white on a line's colour, whichever reads better. One of the two always has a contrast
// of at least 4.5 (WCAG relative luminance).
export function ink_on(colour: string): string {
  const channel = (at: number) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
  return luminance > 0.1791 ? '#000000' : '#ffffff'
}
