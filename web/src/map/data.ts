// Everything the map draws that comes from files or the API, as GeoJSON.
import type { Feature, FeatureCollection, Geometry, Point } from 'geojson'
import type { GeometryCollection, Topology } from 'topojson-specification'
import { feature } from 'topojson-client'
import outlines_url from '../../.generated/outlines.json?url'
import { get } from '../api/client'
import type {
  Journey,
  LegStop,
  NetworkGeoJson,
  Place,
  Position,
  ReachAnswer,
  Stop
} from '../api/types'
import { hex_colour } from '../format/format'

export const kNothing: FeatureCollection = { type: 'FeatureCollection', features: [] }

const collection = (features: Feature[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features
})

const point = (position: Position): Point => ({
  type: 'Point',
  coordinates: [position.lng, position.lat]
})

export async function load_outlines(): Promise<FeatureCollection> {
  const response = await fetch(outlines_url)
  if (!response.ok) throw new Error(`outlines: ${response.status}`)
  const topo = (await response.json()) as Topology<{ outlines: GeometryCollection }>
  return feature(topo, topo.objects.outlines)
}

// Outlines know which place they are of; the belt is the hub's to say.
export function with_belts(outlines: FeatureCollection, places: Place[]): FeatureCollection {
  const belts = new Map(places.map((place) => [place.id, place.belt]))
  return collection(
    outlines.features.map((one) =>
      one.properties?.kind === 'place'
        ? {
            ...one,
            properties: {
              ...one.properties,
              belt: belts.get(String(one.properties.id)) ?? 'linked'
            }
          }
        : one
    )
  )
}

export type LineKind = 'high_speed' | 'intercity' | 'conventional' | 'metro'

// Classes of service and classes of line meet here: what runs fast is drawn as a fast line.
export function line_kind(mode: string, line_class: string): LineKind {
  if (mode === 'metro' || mode === 'tram') return 'metro'
  if (line_class === 'high_speed') return 'high_speed'
  return ['emu', 'intercity', 'suburban'].includes(line_class) ? 'intercity' : 'conventional'
}

// Where a timetable does not say how many run.
const kUsualTrips = 60

export interface Network {
  rail: FeatureCollection
  metro: FeatureCollection
}

export async function load_network(): Promise<Network> {
  const network = await get<NetworkGeoJson>('/network')
  const features = network.features.map(({ geometry, properties }): Feature => ({
    type: 'Feature',
    geometry: geometry as Geometry,
    properties: {
      kind: line_kind(properties.mode, properties.class),
      colour: hex_colour(properties.color) ?? '#8a9499',
      trips: properties.trips ?? kUsualTrips
    }
  }))
  const is_metro = (one: Feature) => one.properties?.kind === 'metro'
  return {
    rail: collection(features.filter((one) => !is_metro(one))),
    metro: collection(features.filter(is_metro))
  }
}

const kPage = 1000

async function load_stops(modes: string): Promise<Stop[]> {
  const stops: Stop[] = []
  let cursor: string | undefined
  do {
    const page = await get<{ stops: Stop[]; next?: string }>('/stops', {
      modes,
      limit: kPage,
      cursor
    })
    stops.push(...page.stops)
    cursor = page.next
  } while (cursor)
  return stops
}

// Degrees; the stations of a linked city lie within it.
const kAround = 0.12
const is_around = (a: Position, b: Position) =>
  Math.abs(a.lng - b.lng) < kAround && Math.abs(a.lat - b.lat) < kAround

// Stations of these modes; a platform is shown by its station.
export async function load_stations(modes: string, places: Place[]): Promise<FeatureCollection> {
  const stops = await load_stops(modes)
  const linked = places.filter((place) => place.belt === 'linked').map((place) => place.position)
  return collection(
    stops.flatMap((stop): Feature[] =>
      stop.position && !stop.station
        ? [
            {
              type: 'Feature',
              geometry: point(stop.position),
              properties: {
                id: stop.id,
                zh: stop.name.zh,
                en: stop.name.en || stop.name.zh,
                importance: stop.importance,
                at_linked: linked.some((place) => is_around(place, stop.position as Position))
              }
            }
          ]
        : []
    )
  )
}

export const places_data = (places: Place[]): FeatureCollection =>
  collection(
    places.map((place) => ({
      type: 'Feature',
      geometry: point(place.position),
      properties: { id: place.id, zh: place.name.zh, en: place.name.en, belt: place.belt }
    }))
  )

export const marks_data = (marks: Position[]): FeatureCollection =>
  collection(
    marks.map((mark, at) => ({
      type: 'Feature',
      geometry: point(mark),
      properties: { first: at === 0 }
    }))
  )

type Placed = LegStop & { position: Position }

// Rides follow their calls, walks go straight; changes are dots.
export function journey_data(journey: Journey | null): FeatureCollection {
  if (!journey) return kNothing
  const features: Feature[] = []
  for (const leg of journey.legs) {
    const calls = (leg.stops?.length ? leg.stops : [leg.from, leg.to]).filter(
      (stop): stop is Placed => stop.position !== undefined
    )
    if (calls.length > 1) {
      features.push({
        type: 'Feature',
        geometry: {
          type: 'LineString',
          coordinates: calls.map(({ position }) => [position.lng, position.lat])
        },
        properties: {
          kind: leg.kind,
          mode: leg.mode ?? 'walk',
          colour: hex_colour(leg.color) ?? '',
          line: line_kind(leg.mode ?? 'rail', leg.service_class ?? '')
        }
      })
    }
    calls.forEach((stop, at) => {
      const is_end = at === 0 || at === calls.length - 1
      features.push({
        type: 'Feature',
        geometry: point(stop.position),
        properties: { stop: true, is_end, zh: stop.name.zh, en: stop.name.en || stop.name.zh }
      })
    })
  }
  return collection(features)
}

export function journey_points(journey: Journey): Position[] {
  return journey.legs
    .flatMap((leg) => [leg.from, ...(leg.stops ?? []), leg.to])
    .flatMap((stop) => (stop.position ? [stop.position] : []))
}

export function reach_data(reach: ReachAnswer | null): FeatureCollection {
  if (!reach) return kNothing
  return collection([
    ...reach.stops.flatMap((stop): Feature[] =>
      stop.position
        ? [
            {
              type: 'Feature',
              geometry: point(stop.position),
              properties: {
                kind: 'stop',
                id: stop.id,
                minutes: stop.minutes,
                zh: stop.name.zh,
                en: stop.name.en
              }
            }
          ]
        : []
    ),
    ...reach.cities.flatMap((city): Feature[] =>
      city.position
        ? [
            {
              type: 'Feature',
              geometry: point(city.position),
              properties: {
                kind: 'city',
                minutes: city.minutes,
                population: city.population,
                zh: city.name.zh,
                en: city.name.en
              }
            }
          ]
        : []
    )
  ])
}
