// The colour a leg has in bars, badges and lists: the line's own, or that of its class.
import type { Leg } from '../api/types'
import { hex_colour, ink_on } from '../format/format'
import { line_kind } from '../map/data'
import { palette_of } from '../map/palette'
import { is_dark } from '../state/settings'

export function leg_colour(leg: Leg): string {
  const c = palette_of(is_dark.value)
  if (leg.kind === 'walk') return c.walk
  const own = hex_colour(leg.color)
  if (own) return own
  const kind = line_kind(leg.mode ?? 'rail', leg.service_class ?? '')
  return kind === 'high_speed' ? c.high_speed : kind === 'intercity' ? c.intercity : c.conventional
}

export function leg_style(leg: Leg) {
  const colour = leg_colour(leg)
  return { background: colour, color: ink_on(colour) }
}
