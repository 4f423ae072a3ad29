// The query of the circle view. Short names in the address bar (`limit`), the API's own are read
// too, so that a `link` in an answer is a link of this page.
import type { LocationQuery } from 'vue-router'
import type { Query } from '../api/client'
import { query_reader } from './query_values'

export const kMeasures = ['depart', 'best', 'p50', 'p90'] as const
export type Measure = (typeof kMeasures)[number]

export const kLimits = { least: 15, most: 360, step: 5, usual: 120 } as const
export const kMostChanges = 5
const kUsualTime = '08:00'

export interface CircleQuery {
  from: string
  limit: number
  measure: Measure
  time: string
  changes_max: number
  change_min: number | undefined
  modes: string | undefined
  window_from: string | undefined
  window_to: string | undefined
  walking: string | undefined
  timetable: string | undefined
  // What the address says and cannot be.
  ignored: string[]
}

// Without a time in the address: eight in the morning of `today`, when a day of work begins. Now
// would be a poor first picture at midnight.
export function read_query(query: LocationQuery, core: string, today: string): CircleQuery {
  const { text, whole, time, among, ignored } = query_reader(query)
  const limit = (name: string) => whole(name, kLimits.least, kLimits.most)
  return {
    from: text('from') ?? core,
    limit: limit('limit') ?? limit('limit_min') ?? kLimits.usual,
    measure: among('measure', kMeasures) ?? 'depart',
    time: time('time') ?? `${today}T${kUsualTime}`,
    changes_max: whole('changes_max', 0, 7) ?? kMostChanges,
    change_min: whole('change_min', 0, 120),
    modes: text('modes'),
    window_from: text('window_from'),
    window_to: text('window_to'),
    walking: text('walking'),
    timetable: text('timetable'),
    ignored
  }
}

export function write_query(query: CircleQuery): Record<string, string> {
  const out: Record<string, string> = {
    from: query.from,
    limit: String(query.limit),
    time: query.time
  }
  if (query.measure !== 'depart') out.measure = query.measure
  if (query.changes_max !== kMostChanges) out.changes_max = String(query.changes_max)
  if (query.change_min !== undefined) out.change_min = String(query.change_min)
  for (const key of ['modes', 'window_from', 'window_to', 'walking', 'timetable'] as const) {
    const value = query[key]
    if (value) out[key] = value
  }
  return out
}

export function api_query(query: CircleQuery): Query {
  const { limit, ignored: _, ...rest } = query
  return { ...rest, limit_min: limit }
}
