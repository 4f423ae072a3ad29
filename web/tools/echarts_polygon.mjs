// Decodes the compact polygons of ECharts maps: each ring is a text of zig-zag deltas, two
// characters a point, offset 64, on a grid of 1/1024 degree (echarts, coord/geo/parseGeoJson).
const kGrid = 1024

const unzigzag = (code) => {
  const value = code - 64
  return (value >> 1) ^ -(value & 1)
}

// One ring: text and [lng, lat] start on the grid -> [[lng, lat], ...] in degrees.
export function decode_ring(text, [start_lng, start_lat]) {
  const ring = []
  let lng = start_lng
  let lat = start_lat
  for (let at = 0; at < text.length; at += 2) {
    lng += unzigzag(text.charCodeAt(at))
    lat += unzigzag(text.charCodeAt(at + 1))
    ring.push([lng / kGrid, lat / kGrid])
  }
  return ring
}

export function decode_feature(one) {
  const { type, coordinates, encodeOffsets: offsets } = one.geometry
  const decoded =
    type === 'Polygon'
      ? coordinates.map((text, at) => decode_ring(text, offsets[at]))
      : coordinates.map((polygon, at) =>
          polygon.map((text, ring) => decode_ring(text, offsets[at][ring]))
        )
  return { ...one, geometry: { type, coordinates: decoded } }
}
