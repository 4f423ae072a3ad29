// What a search box offers: places of the hub and cities, known already, then stops from the API.
import { get } from '../api/client'
import type { Name, Position, Stop } from '../api/types'
import { hub_state } from '../state/hub'

export type ChoiceKind = 'place' | 'city' | 'stop' | 'coordinates'

export interface Choice {
  // As the API takes it: stop:AOH, place:kunshan, city:苏州.
  value: string
  kind: ChoiceKind
  name: Name
  // A second line: the city of a stop, the province of a city, the belt of a place.
  hint: Name | undefined
  modes: string[]
  position: Position | undefined
}

const kOwnChoices = 3
const kStopChoices = 8

const plain = (text: string) =>
  text
    .toLowerCase()
    .normalize('NFKC')
    .replace(/[\s'’-]/g, '')

const begins = (name: Name, wanted: string) =>
  plain(name.zh).startsWith(wanted) || plain(name.en).startsWith(wanted)

const is_named = (name: Name, wanted: string) =>
  plain(name.zh) === wanted || plain(name.en) === wanted

const city_name = (id: string | undefined): Name | undefined =>
  id ? (hub_state.cities.find((city) => city.id === id)?.name ?? { zh: id, en: id }) : undefined

export const stop_choice = (stop: Stop): Choice => ({
  value: `stop:${stop.id}`,
  kind: 'stop',
  name: stop.name,
  hint: city_name(stop.city),
  modes: stop.modes,
  position: stop.position
})

function place_choices(): Choice[] {
  return hub_state.places.map((place) => ({
    value: `place:${place.id}`,
    kind: 'place',
    name: place.name,
    modes: [],
    position: place.position,
    hint: hub_state.hub?.belts.find((belt) => belt.id === place.belt)?.name
  }))
}

function city_choices(): Choice[] {
  return hub_state.cities.map((city) => ({
    value: `city:${city.id}`,
    kind: 'city',
    name: city.name,
    hint: city.province,
    modes: [],
    position: city.position
  }))
}

// What is called exactly so comes first: 'Shanghai Hongqiao' is the station, not the business
// district whose name only begins with it.
export async function choices_for(text: string, signal: AbortSignal): Promise<Choice[]> {
  const wanted = plain(text)
  const answer = await get<{ stops: Stop[] }>('/stops', { q: text, limit: kStopChoices }, signal)
  const own = [...place_choices(), ...city_choices()].filter(({ name }) => begins(name, wanted))
  const found = [...own.slice(0, kOwnChoices), ...answer.stops.map(stop_choice)]
  const exact = found.filter(({ name }) => is_named(name, wanted))
  return [...exact, ...found.filter((choice) => !exact.includes(choice))]
}

// The choice that a value in the address bar stands for. Unknown values are shown as they are; the
// answer of the server then says what is wrong with them.
export async function choice_of_value(value: string): Promise<Choice> {
  const known = [...place_choices(), ...city_choices()].find((choice) => choice.value === value)
  if (known) return known
  const as_is: Choice = {
    value,
    kind: 'coordinates',
    name: { zh: value, en: value },
    hint: undefined,
    modes: [],
    position: undefined
  }
  const id = value.startsWith('stop:') ? value.slice(5) : value
  if (/^(place|city):/.test(value) || /^-?[\d.]+,-?[\d.]+$/.test(value)) return as_is
  try {
    return stop_choice(await get<Stop>(`/stops/${encodeURIComponent(id)}`))
  } catch {
    return as_is
  }
}
