// Colours of the map, calm enough that lines and answers stand out, for light and dark.
// The scale of minutes is sequential in lightness, so it reads without colour vision too.
export interface Palette {
  sea: string
  land_far: string
  land: string
  border: string
  province: string
  coast: string
  core: string
  north: string
  south: string
  linked: string
  high_speed: string
  intercity: string
  conventional: string
  station: string
  station_ring: string
  label: string
  label_minor: string
  halo: string
  walk: string
  accent: string
  unreached: string
  minutes: readonly string[]
}

const light: Palette = {
  sea: '#dfe8ea',
  land_far: '#ebe8e1',
  land: '#f8f6f1',
  border: '#d9d3c6',
  province: '#b9b1a1',
  coast: '#b8c6ca',
  core: '#b8371f',
  north: '#1f7a7c',
  south: '#b07a1c',
  linked: '#535c60',
  high_speed: '#2f5d94',
  intercity: '#6f9fc4',
  conventional: '#aab2b5',
  station: '#ffffff',
  station_ring: '#2c3a44',
  label: '#1b2326',
  label_minor: '#535c60',
  halo: '#faf8f4',
  walk: '#535c60',
  accent: '#b8371f',
  unreached: '#c9c4b8',
  minutes: ['#0b3b4f', '#12606f', '#2b8a86', '#63b08f', '#a9cf95', '#e6e3a1']
}

const dark: Palette = {
  sea: '#0d1417',
  land_far: '#161e22',
  land: '#1c262a',
  border: '#2e3a40',
  province: '#4b5961',
  coast: '#2d3b42',
  core: '#f58d73',
  north: '#4fb3ad',
  south: '#dba54a',
  linked: '#a9b3b8',
  high_speed: '#7fb0ea',
  intercity: '#4f7ba3',
  conventional: '#5b666c',
  station: '#11171a',
  station_ring: '#dfe5e8',
  label: '#ecebe6',
  label_minor: '#a9b3b8',
  halo: '#11171a',
  walk: '#a9b3b8',
  accent: '#f58d73',
  unreached: '#3d474c',
  minutes: ['#fbf3a6', '#c0dd8c', '#76bd8a', '#3f9688', '#2a6f76', '#27505d']
}

export const palette_of = (is_dark: boolean): Palette => (is_dark ? dark : light)

// Six steps up to the limit: 120 -> 20, 40, ... 120.
export const minute_steps = (limit: number, count = light.minutes.length): number[] =>
  Array.from({ length: count }, (_, at) => Math.round((limit * (at + 1)) / count))

// The colour of a time within the limit.
export function minute_colour(minutes: number, limit: number, palette: Palette): string {
  const at = minute_steps(limit).findIndex((step) => minutes <= step)
  return at < 0 ? palette.unreached : (palette.minutes[at] as string)
}
