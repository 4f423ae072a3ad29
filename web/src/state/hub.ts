// The hub as the whole page knows it: itself, its places and cities, and which timetable answers.
// Loaded once; loaded again when the server says that another timetable became active.
import { reactive } from 'vue'
import { get, problem_of, type ApiProblem } from '../api/client'
import type { City, Hub, Place, Timetable } from '../api/types'

interface HubState {
  hub: Hub | null
  places: Place[]
  cities: City[]
  delta_population: number
  problem: ApiProblem | null
  // Counts switches of the timetable; views watch it and ask again.
  generation: number
}

export const hub_state = reactive<HubState>({
  hub: null,
  places: [],
  cities: [],
  delta_population: 0,
  problem: null,
  generation: 0
})

export const hub_zone = () => hub_state.hub?.time_zone ?? 'Asia/Shanghai'

export async function load_hub() {
  try {
    const [hub, places, cities] = await Promise.all([
      get<Hub>('/hub'),
      get<{ places: Place[] }>('/places'),
      get<{ cities: City[]; population: number }>('/cities')
    ])
    hub_state.hub = hub
    hub_state.places = places.places
    hub_state.cities = cities.cities
    hub_state.delta_population = cities.population
    hub_state.problem = null
  } catch (error) {
    hub_state.problem = problem_of(error)
  }
}

// The stream tells the timetable in use when it opens, and again at each switch; the browser
// reconnects a lost one by itself. So nothing is missed while the page was away.
export function follow_events() {
  const events = new EventSource('/api/v1/events')
  events.addEventListener('timetable', (event: MessageEvent<string>) => {
    const { id } = JSON.parse(event.data) as Timetable
    if (hub_state.problem) void load_hub()
    else if (hub_state.hub && hub_state.hub.timetable.id !== id) void refresh_after_switch()
  })
}

// Counts only when the timetable in use is another one than before.
export async function refresh_after_switch() {
  const before = hub_state.hub?.timetable.id
  await load_hub()
  if (hub_state.hub && hub_state.hub.timetable.id !== before) hub_state.generation += 1
}
