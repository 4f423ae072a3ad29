// The tools that make the outlines: the offset of map providers, and the compact polygons.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode_feature, decode_ring } from '../tools/echarts_polygon.mjs'
import { gcj02_of_wgs84, wgs84_of_gcj02 } from '../tools/gcj02.mjs'

test('GCJ-02 and back is the same point', () => {
  for (const point of [
    [121.3148, 31.1967],
    [117.2272, 31.8206],
    [120.6803, 30.5107]
  ]) {
    const [lng, lat] = wgs84_of_gcj02(gcj02_of_wgs84(point))
    assert.ok(Math.abs(lng - point[0]) < 1e-9 && Math.abs(lat - point[1]) < 1e-9)
  }
})

test('the offset at Hongqiao is some 400 to 600 m, to the south-east', () => {
  const [lng, lat] = gcj02_of_wgs84([121.3148, 31.1967])
  const east = (lng - 121.3148) * 95_200
  const north = (lat - 31.1967) * 110_900
  assert.ok(east > 300 && north < -100, `${east} m east, ${north} m north`)
  assert.ok(Math.hypot(east, north) > 400 && Math.hypot(east, north) < 600)
})

test('a ring is decoded from zig-zag deltas', () => {
  // Deltas (0, 0), (+1, -1), (-2, +3): 64, 64; 66, 65; 67, 70.
  const text = String.fromCharCode(64, 64, 66, 65, 67, 70)
  assert.deepEqual(decode_ring(text, [1024, 2048]), [
    [1, 2],
    [1025 / 1024, 2047 / 1024],
    [1023 / 1024, 2050 / 1024]
  ])
})

test('polygons and multipolygons are decoded alike', () => {
  const text = String.fromCharCode(64, 64)
  const polygon = decode_feature({
    geometry: { type: 'Polygon', coordinates: [text], encodeOffsets: [[1024, 1024]] }
  })
  assert.deepEqual(polygon.geometry, { type: 'Polygon', coordinates: [[[1, 1]]] })
  const several = decode_feature({
    geometry: { type: 'MultiPolygon', coordinates: [[text]], encodeOffsets: [[[2048, 1024]]] }
  })
  assert.deepEqual(several.geometry, { type: 'MultiPolygon', coordinates: [[[[2, 1]]]] })
})
