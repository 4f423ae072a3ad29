// What the views put on the shared map, and what the map tells the views.
import { reactive, shallowReactive } from 'vue'
import type { Journey, Position, ReachAnswer } from '../api/types'

export type Layer = 'belts' | 'high_speed' | 'intercity' | 'conventional' | 'metro' | 'stations'

export const kLayers: readonly Layer[] = [
  'belts',
  'high_speed',
  'intercity',
  'conventional',
  'metro',
  'stations'
]

export interface Picked {
  kind: 'place' | 'stop'
  id: string
}

interface Overlay {
  journey: Journey | null
  reach: ReachAnswer | null
  // Where the circle or the journey starts and ends.
  marks: Position[]
  // Padding-free bounds to show: west, south, east, north.
  bounds: [number, number, number, number] | null
  picked: Picked | null
}

export const overlay = shallowReactive<Overlay>({
  journey: null,
  reach: null,
  marks: [],
  bounds: null,
  picked: null
})

export const visible_layers = reactive<Record<Layer, boolean>>({
  belts: true,
  high_speed: true,
  intercity: true,
  conventional: true,
  metro: true,
  stations: true
})

export function clear_overlay() {
  overlay.journey = null
  overlay.reach = null
  overlay.marks = []
  overlay.picked = null
}

// Bounds around points, never narrower than a small town, so that a short walk is not a blow-up.
export function bounds_of(points: Position[]): [number, number, number, number] | null {
  if (points.length === 0) return null
  const lngs = points.map((point) => point.lng)
  const lats = points.map((point) => point.lat)
  const kMargin = 0.02
  return [
    Math.min(...lngs) - kMargin,
    Math.min(...lats) - kMargin,
    Math.max(...lngs) + kMargin,
    Math.max(...lats) + kMargin
  ]
}
