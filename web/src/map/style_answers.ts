// Layers of what was asked: a journey's legs, and the stations and cities of a circle.
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import type { ReachAnswer } from '../api/types'
import type { Language } from '../state/settings'
import { label_layout, label_of } from './labels'
import { minute_steps, type Palette } from './palette'

const is_stop: ExpressionSpecification = ['==', ['get', 'stop'], true]
const is_end: ExpressionSpecification = ['==', ['get', 'is_end'], true]

export function journey_layers(c: Palette, language: Language) {
  const colour: ExpressionSpecification = [
    'case',
    ['!=', ['get', 'colour'], ''],
    ['to-color', ['get', 'colour'], c.accent],
    c.accent
  ]
  const ride: ExpressionSpecification = ['==', ['get', 'kind'], 'ride']
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const
  const lines: LayerSpecification[] = [
    {
      id: 'journey_casing',
      type: 'line',
      source: 'journey',
      filter: ride,
      layout: round,
      paint: { 'line-color': c.halo, 'line-width': 9 }
    },
    {
      id: 'journey_walks',
      type: 'line',
      source: 'journey',
      filter: ['==', ['get', 'kind'], 'walk'],
      paint: { 'line-color': c.walk, 'line-width': 4, 'line-dasharray': [0.4, 1.4] },
      layout: round
    },
    {
      id: 'journey_rides',
      type: 'line',
      source: 'journey',
      filter: ride,
      layout: round,
      paint: { 'line-color': colour, 'line-width': 5 }
    }
  ]
  const stops: LayerSpecification[] = [
    {
      id: 'journey_stops',
      type: 'circle',
      source: 'journey',
      filter: is_stop,
      paint: {
        'circle-radius': ['case', is_end, 5.5, 2.8],
        'circle-color': c.halo,
        'circle-stroke-color': c.label,
        'circle-stroke-width': ['case', is_end, 2.2, 1.2]
      }
    },
    {
      id: 'journey_labels',
      type: 'symbol',
      source: 'journey',
      filter: ['all', is_stop, is_end],
      layout: { ...label_layout(language, 13.5), 'text-offset': [0, 0.8] },
      paint: { 'text-color': c.label, 'text-halo-color': c.halo, 'text-halo-width': 2 }
    }
  ]
  return { lines, stops }
}

const kMinutes: ExpressionSpecification = ['get', 'minutes']

// Colour by the step a time falls in; the limit is known only with an answer.
export function minute_ramp(
  value: ExpressionSpecification,
  limit: number,
  c: Palette
): ExpressionSpecification {
  const steps = minute_steps(limit)
  const pairs = steps.flatMap((step, at) => [step + 1, c.minutes[at + 1] ?? 'rgba(0,0,0,0)'])
  return ['step', value, c.minutes[0] as string, ...pairs] as ExpressionSpecification
}

// The areas of the cities, by the minutes in which the first of their stations is reached.
export function city_ramp(reach: ReachAnswer, c: Palette): ExpressionSpecification {
  const minutes = Object.fromEntries(reach.cities.map((city) => [city.id, city.minutes]))
  const value: ExpressionSpecification = [
    'coalesce',
    ['get', ['get', 'id'], ['literal', minutes]],
    9999
  ]
  return minute_ramp(value, reach.limit_min, c)
}

export function reach_layers(c: Palette, language: Language) {
  const areas: LayerSpecification[] = [
    {
      id: 'reach_areas',
      type: 'fill',
      source: 'outlines',
      filter: ['==', ['get', 'kind'], 'city'],
      layout: { visibility: 'none' },
      // Without smoothed edges, which would show where two pieces of one city meet.
      paint: { 'fill-color': 'rgba(0,0,0,0)', 'fill-opacity': 0.5, 'fill-antialias': false }
    }
  ]
  const points: LayerSpecification[] = [
    {
      id: 'reach_stops',
      type: 'circle',
      source: 'reach',
      filter: ['==', ['get', 'kind'], 'stop'],
      layout: { 'circle-sort-key': ['-', 0, kMinutes] },
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 5, 3, 8, 5, 12, 9],
        'circle-color': minute_ramp(kMinutes, 120, c),
        'circle-stroke-color': c.station_ring,
        'circle-stroke-width': 1
      }
    },
    {
      id: 'reach_labels',
      type: 'symbol',
      source: 'reach',
      filter: ['==', ['get', 'kind'], 'city'],
      layout: {
        ...label_layout(language, 13),
        'text-field': [
          'concat',
          label_of(language),
          '\n',
          ['to-string', kMinutes],
          language === 'zh' ? ' 分' : ' min'
        ],
        'symbol-sort-key': ['-', 0, ['get', 'population']],
        'text-offset': [0, 0.6]
      },
      paint: { 'text-color': c.label, 'text-halo-color': c.halo, 'text-halo-width': 2 }
    }
  ]
  return { areas, points }
}
