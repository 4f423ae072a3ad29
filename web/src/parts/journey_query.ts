// The query of the journeys view: what the address bar says, checked, and what the API is asked.
// Names are those of the API, so that a `link` in an answer is a link of this page.
import type { LocationQuery } from 'vue-router'
import type { Query } from '../api/client'
import { is_local_time } from '../format/format'

export const kModes = ['rail', 'metro'] as const
export const kMostChanges = 7

export interface JourneyQuery {
  from: string
  to: string
  // Local to the hub; undefined is now.
  time: string | undefined
  bad_time: string | undefined
  arrive_by: boolean
  modes: string[]
  changes_max: number | undefined
  change_min: number | undefined
  window_min: number | undefined
  timetable: string | undefined
}

const one = (value: LocationQuery[string] | undefined): string | undefined =>
  (Array.isArray(value) ? value[0] : value) ?? undefined

function whole(value: string | undefined, least: number, most: number): number | undefined {
  const number = Number(value)
  return value !== undefined && Number.isInteger(number) && number >= least && number <= most
    ? number
    : undefined
}

export function read_query(query: LocationQuery): JourneyQuery {
  const time = one(query.time)
  const modes = (one(query.modes) ?? '').split(',').filter((mode) => mode !== '')
  return {
    from: one(query.from) ?? '',
    to: one(query.to) ?? '',
    time: time !== undefined && is_local_time(time) ? time : undefined,
    bad_time: time !== undefined && !is_local_time(time) ? time : undefined,
    arrive_by: one(query.arrive_by) === 'true',
    modes: modes.length > 0 ? modes : [...kModes],
    changes_max: whole(one(query.changes_max), 0, kMostChanges),
    change_min: whole(one(query.change_min), 0, 120),
    window_min: whole(one(query.window_min), 0, 1440),
    timetable: one(query.timetable)
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
