// Changes to a living map: theme and language, what is visible, the colours of a circle.
import type { Map as MapLibre, StyleSpecification } from 'maplibre-gl'
import type { ReachAnswer } from '../api/types'
import type { Layer } from '../state/map_state'
import type { Palette } from './palette'
import { line_opacity } from './style'
import { city_ramp, minute_ramp } from './style_answers'

// Paint and layout of every layer anew; sources, and so the data, stay.
export function restyle(map: MapLibre, style: StyleSpecification) {
  for (const layer of style.layers) {
    for (const [key, value] of Object.entries(layer.paint ?? {})) {
      map.setPaintProperty(layer.id, key as never, value as never)
    }
    for (const [key, value] of Object.entries(layer.layout ?? {})) {
      map.setLayoutProperty(layer.id, key as never, value as never)
    }
  }
}

const kLayersOf: Record<Layer, readonly string[]> = {
  belts: ['belts', 'belt_borders', 'places', 'place_glow', 'place_labels'],
  high_speed: ['high_speed'],
  intercity: ['intercity'],
  conventional: ['conventional'],
  metro: ['metro', 'metro_stations', 'metro_station_labels'],
  stations: ['stations', 'station_labels']
}

// An answer on the map quietens what is behind it: a circle brings its own stations and labels,
// a journey its own stops.
const kHiddenByReach = [
  'belts',
  'belt_borders',
  'places',
  'place_glow',
  'place_labels',
  'stations',
  'station_labels',
  'metro',
  'metro_stations',
  'metro_station_labels',
  'intercity',
  'conventional'
]
const kHiddenByJourney = ['belts', 'belt_borders', 'place_labels', 'places', 'place_glow']
const kFaintBehindJourney = ['high_speed', 'intercity', 'conventional', 'metro']

export function set_layer_visibility(
  map: MapLibre,
  visible: Record<Layer, boolean>,
  shown: { reach: ReachAnswer | null; journey: unknown }
) {
  for (const [layer, ids] of Object.entries(kLayersOf) as [Layer, readonly string[]][]) {
    for (const id of ids) {
      const is_hidden =
        (shown.reach && kHiddenByReach.includes(id)) ||
        (shown.journey && kHiddenByJourney.includes(id))
      const is_on = visible[layer] && !is_hidden
      if (map.getLayer(id)) map.setLayoutProperty(id, 'visibility', is_on ? 'visible' : 'none')
    }
  }
  for (const id of kFaintBehindJourney) {
    if (!map.getLayer(id)) continue
    const factor = shown.journey ? 0.35 : shown.reach ? 0.55 : 1
    map.setPaintProperty(id, 'line-opacity', line_opacity(id, factor))
  }
}

export function show_reach(map: MapLibre, reach: ReachAnswer | null, c: Palette) {
  if (!map.getLayer('reach_areas')) return
  map.setLayoutProperty('reach_areas', 'visibility', reach ? 'visible' : 'none')
  if (!reach) return
  map.setPaintProperty('reach_areas', 'fill-color', city_ramp(reach, c))
  map.setPaintProperty(
    'reach_stops',
    'circle-color',
    minute_ramp(['get', 'minutes'], reach.limit_min, c)
  )
}

// Room around fitted bounds, smaller on small maps, where the controls at the top and the legend at
// the bottom need some of it; a reader who wants calm gets no flight.
export function fitted(map: MapLibre) {
  const { clientWidth, clientHeight } = map.getContainer()
  const size = Math.round(Math.min(72, Math.min(clientWidth, clientHeight) * 0.14))
  const is_small = clientWidth < 500
  const is_calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
  return {
    padding: {
      top: is_small ? size + 28 : size,
      left: size,
      right: is_small ? size + 20 : size,
      bottom: is_small ? size + 34 : size
    },
    maxZoom: 13,
    animate: !is_calm,
    duration: 700
  }
}
