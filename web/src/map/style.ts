// The style of the map: our own layers over GeoJSON, no tiles, no glyph server. One function makes
// it for a theme and a language; the map applies the differences when either changes.
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import type { Language } from '../state/settings'
import { kNothing } from './data'
import { label_layout } from './labels'
import type { Palette } from './palette'
import { journey_layers, reach_layers } from './style_answers'

export const kSources = [
  'outlines',
  'rail',
  'metro',
  'stations',
  'metro_stations',
  'places',
  'journey',
  'reach',
  'marks'
] as const

export type SourceName = (typeof kSources)[number]

const kind_is = (kind: string): ExpressionSpecification => ['==', ['get', 'kind'], kind]

// Line widths grow with the zoom.
const width = (far: number, near: number): ExpressionSpecification => [
  'interpolate',
  ['exponential', 1.4],
  ['zoom'],
  5,
  far,
  12,
  near
]

// A line with few trains is thinner and fainter, so that the trunk lines are seen first. The factor
// makes all of them fainter behind an answer.
const by_trips = (few: number, many: number): ExpressionSpecification => [
  'interpolate',
  ['linear'],
  ['get', 'trips'],
  2,
  few,
  80,
  many
]

const rail_width = (far: number, near: number): ExpressionSpecification => [
  'interpolate',
  ['exponential', 1.4],
  ['zoom'],
  5,
  ['*', far, by_trips(0.55, 1.35)],
  12,
  ['*', near, by_trips(0.55, 1.2)]
]

export const line_opacity = (layer: string, factor: number): ExpressionSpecification =>
  layer === 'metro' ? ['*', factor, 0.75] : ['*', factor, by_trips(0.35, 1)]

function ground_layers(c: Palette): LayerSpecification[] {
  const fill = (id: string, kind: string, colour: string): LayerSpecification => ({
    id,
    type: 'fill',
    source: 'outlines',
    filter: kind_is(kind),
    paint: { 'fill-color': colour, 'fill-antialias': kind !== 'sea_patch' && kind !== 'city' }
  })
  return [
    { id: 'sea', type: 'background', paint: { 'background-color': c.sea } },
    fill('land_far', 'land_far', c.land_far),
    fill('sea_patch', 'sea_patch', c.sea),
    fill('land_near', 'land_near', c.land_far),
    fill('cities', 'city', c.land),
    {
      id: 'belts',
      type: 'fill',
      source: 'outlines',
      filter: kind_is('place'),
      paint: { 'fill-color': belt_colour(c), 'fill-opacity': 0.16 }
    }
  ]
}

const belt_colour = (c: Palette): ExpressionSpecification => [
  'match',
  ['get', 'belt'],
  'core',
  c.core,
  'north',
  c.north,
  'south',
  c.south,
  c.linked
]

function border_layers(c: Palette): LayerSpecification[] {
  return [
    {
      id: 'city_borders',
      type: 'line',
      source: 'outlines',
      filter: kind_is('city_border'),
      paint: { 'line-color': c.border, 'line-width': width(0.5, 1.2) }
    },
    {
      id: 'province_borders',
      type: 'line',
      source: 'outlines',
      filter: kind_is('province_border'),
      paint: { 'line-color': c.province, 'line-width': width(0.7, 1.4), 'line-dasharray': [4, 2] }
    },
    {
      id: 'belt_borders',
      type: 'line',
      source: 'outlines',
      filter: kind_is('place'),
      paint: { 'line-color': belt_colour(c), 'line-width': width(0.6, 1.6), 'line-opacity': 0.65 }
    }
  ]
}

function line_layers(c: Palette): LayerSpecification[] {
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const
  return [
    {
      id: 'conventional',
      type: 'line',
      source: 'rail',
      filter: kind_is('conventional'),
      layout: round,
      paint: {
        'line-color': c.conventional,
        'line-width': rail_width(0.7, 2.2),
        'line-opacity': line_opacity('conventional', 1)
      }
    },
    {
      id: 'metro',
      type: 'line',
      source: 'metro',
      minzoom: 7.5,
      layout: round,
      paint: {
        'line-color': ['get', 'colour'],
        'line-width': width(0.5, 2.8),
        'line-opacity': line_opacity('metro', 1)
      }
    },
    {
      id: 'intercity',
      type: 'line',
      source: 'rail',
      filter: kind_is('intercity'),
      layout: round,
      paint: {
        'line-color': c.intercity,
        'line-width': rail_width(0.9, 3),
        'line-opacity': line_opacity('intercity', 1)
      }
    },
    {
      id: 'high_speed',
      type: 'line',
      source: 'rail',
      filter: kind_is('high_speed'),
      layout: round,
      paint: {
        'line-color': c.high_speed,
        'line-width': rail_width(1.2, 3.6),
        'line-opacity': line_opacity('high_speed', 1)
      }
    }
  ]
}

const importance: ExpressionSpecification = ['get', 'importance']

function station_layers(c: Palette, language: Language) {
  // A station shows from the zoom at which the more important ones leave room for it.
  const shows = (layer_zooms: [number, number][]): ExpressionSpecification => [
    'step',
    ['zoom'],
    ['>=', importance, 250],
    ...layer_zooms.flatMap(([zoom, least]) => [
      zoom,
      ['>=', importance, least] as ExpressionSpecification
    ])
  ]
  const dots: LayerSpecification[] = [
    {
      id: 'metro_stations',
      type: 'circle',
      source: 'metro_stations',
      minzoom: 10,
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 10, 1.2, 14, 4.5],
        'circle-color': c.station,
        'circle-stroke-color': c.label_minor,
        'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 10, 0.6, 14, 1.4]
      }
    },
    {
      id: 'stations',
      type: 'circle',
      source: 'stations',
      filter: shows([
        [6.5, 60],
        [7.5, 0]
      ]),
      paint: {
        'circle-radius': [
          'interpolate',
          ['linear'],
          ['zoom'],
          5,
          ['interpolate', ['linear'], importance, 0, 0.8, 700, 3],
          12,
          ['interpolate', ['linear'], importance, 0, 3, 700, 9]
        ],
        'circle-color': c.station,
        'circle-stroke-color': c.station_ring,
        'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 5, 0.8, 12, 2]
      }
    }
  ]
  const labels: LayerSpecification[] = [
    {
      id: 'metro_station_labels',
      type: 'symbol',
      source: 'metro_stations',
      minzoom: 12,
      layout: { ...label_layout(language, 11), 'text-offset': [0, 0.7] },
      paint: { 'text-color': c.label_minor, 'text-halo-color': c.halo, 'text-halo-width': 1.2 }
    },
    {
      id: 'station_labels',
      type: 'symbol',
      source: 'stations',
      minzoom: 6,
      // From afar the name of a linked city stands for its stations.
      filter: [
        'all',
        shows([
          [7, 180],
          [8, 80],
          [9, 25],
          [10, 0]
        ]),
        ['step', ['zoom'], ['!', ['get', 'at_linked']], 8.5, true]
      ],
      layout: {
        ...label_layout(language, ['interpolate', ['linear'], importance, 0, 10.5, 700, 14]),
        'symbol-sort-key': ['-', 0, importance],
        'text-offset': [0, 0.75]
      },
      paint: { 'text-color': c.label, 'text-halo-color': c.halo, 'text-halo-width': 1.4 }
    }
  ]
  return { dots, labels }
}

function place_layers(c: Palette, language: Language): LayerSpecification[] {
  return [
    {
      id: 'place_glow',
      type: 'circle',
      source: 'places',
      filter: ['==', ['get', 'belt'], 'core'],
      paint: {
        'circle-radius': ['interpolate', ['exponential', 1.6], ['zoom'], 5, 8, 9, 20, 12, 54],
        'circle-color': c.core,
        'circle-opacity': 0.18
      }
    },
    {
      id: 'places',
      type: 'circle',
      source: 'places',
      paint: {
        'circle-radius': [
          'case',
          ['==', ['get', 'belt'], 'core'],
          7,
          ['==', ['get', 'belt'], 'linked'],
          3.5,
          4.5
        ],
        'circle-color': belt_colour(c),
        'circle-stroke-color': c.halo,
        'circle-stroke-width': 1.6
      }
    },
    {
      id: 'place_labels',
      type: 'symbol',
      source: 'places',
      layout: {
        ...label_layout(language, ['case', ['==', ['get', 'belt'], 'core'], 15, 12.5]),
        'text-anchor': 'bottom',
        'text-offset': [0, -0.6],
        'symbol-sort-key': ['match', ['get', 'belt'], 'core', 0, 'linked', 2, 1]
      },
      paint: { 'text-color': belt_colour(c), 'text-halo-color': c.halo, 'text-halo-width': 1.8 }
    }
  ]
}

function mark_layers(c: Palette): LayerSpecification[] {
  return [
    {
      id: 'marks',
      type: 'circle',
      source: 'marks',
      paint: {
        'circle-radius': 7.5,
        'circle-color': ['case', ['get', 'first'], c.halo, c.accent],
        'circle-stroke-color': c.accent,
        'circle-stroke-width': 3.5
      }
    }
  ]
}

// A journey's lines lie over the dots of other stations and under every name.
export function make_style(c: Palette, language: Language): StyleSpecification {
  const stations = station_layers(c, language)
  const journey = journey_layers(c, language)
  const reach = reach_layers(c, language)
  return {
    version: 8,
    sources: Object.fromEntries(
      kSources.map((name) => [name, { type: 'geojson', data: kNothing }])
    ),
    layers: [
      ...ground_layers(c),
      ...reach.areas,
      ...border_layers(c),
      ...line_layers(c),
      ...stations.dots,
      ...journey.lines,
      ...stations.labels,
      ...place_layers(c, language),
      ...reach.points,
      ...journey.stops,
      ...mark_layers(c)
    ]
  }
}
