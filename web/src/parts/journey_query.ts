// The query of the journeys view: what the address bar says, checked, and what the API is asked.
// Names are those of the API, so that a `link` in an answer is a link of this page.
import type { LocationQuery } from 'vue-router'
import type { Query } from '../api/client'
import { query_reader } from './query_values'

export const kModes = ['rail', 'metro'] as const
export const kMostChanges = 7

export interface JourneyQuery {
  from: string
  to: string
  // Local to the hub; undefined is now.
  time: string | undefined
  arrive_by: boolean
  modes: string[]
  changes_max: number | undefined
  change_min: number | undefined
  window_min: number | undefined
  timetable: string | undefined
  // What the address says and cannot be.
  ignored: string[]
}

export function read_query(query: LocationQuery): JourneyQuery {
  const { text, whole, time, ignored } = query_reader(query)
  const modes = (text('modes') ?? '').split(',').filter((mode) => mode !== '')
  return {
    from: text('from') ?? '',
    to: text('to') ?? '',
    time: time('time'),
    arrive_by: text('arrive_by') === 'true',
    modes: modes.length > 0 ? modes : [...kModes],
    changes_max: whole('changes_max', 0, kMostChanges),
    change_min: whole('change_min', 0, 120),
    window_min: whole('window_min', 0, 1440),
    timetable: text('timetable'),
    ignored
  }
}

const has_all_modes = (modes: string[]) => kModes.every((mode) => modes.includes(mode))

// As short as can be: what is the default is left out.
export function write_query(query: JourneyQuery): Record<string, string> {
  const out: Record<string, string> = { from: query.from, to: query.to }
  if (query.time) out.time = query.time
  if (query.arrive_by) out.arrive_by = 'true'
  if (!has_all_modes(query.modes)) out.modes = query.modes.join(',')
  if (query.changes_max !== undefined) out.changes_max = String(query.changes_max)
  if (query.change_min !== undefined) out.change_min = String(query.change_min)
  if (query.window_min !== undefined) out.window_min = String(query.window_min)
  if (query.timetable) out.timetable = query.timetable
  return out
}

export const api_query = (query: JourneyQuery): Query => ({
  from: query.from,
  to: query.to,
  time: query.time,
  arrive_by: query.arrive_by || undefined,
  modes: has_all_modes(query.modes) ? undefined : query.modes.join(','),
  changes_max: query.changes_max,
  change_min: query.change_min,
  window_min: query.window_min,
  timetable: query.timetable
})
