// GCJ-02, the offset coordinates of Chinese map providers, back to WGS-84. The forward formula is
// public knowledge; the way back is a fixed-point iteration, good to below a millimetre.
const kAxis = 6378245
const kEccentricity2 = 0.00669342162296594323

const wave = (x) => ((20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2) / 3

function shift(lng, lat) {
  const x = lng - 105
  const y = lat - 35
  const root = Math.sqrt(Math.abs(x))
  const north =
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * root +
    wave(x) +
    ((20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * 2) / 3 +
    ((160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * 2) / 3
  const east =
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * root +
    wave(x) +
    ((20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * 2) / 3 +
    ((150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * 2) / 3
  const phi = (lat / 180) * Math.PI
  const magic = 1 - kEccentricity2 * Math.sin(phi) ** 2
  const meridian = (kAxis * (1 - kEccentricity2)) / (magic * Math.sqrt(magic))
  const parallel = (kAxis / Math.sqrt(magic)) * Math.cos(phi)
  return [(east * 180) / (parallel * Math.PI), (north * 180) / (meridian * Math.PI)]
}

export function gcj02_of_wgs84([lng, lat]) {
  const [east, north] = shift(lng, lat)
  return [lng + east, lat + north]
}

export function wgs84_of_gcj02([lng, lat]) {
  let guess = [lng, lat]
  for (let round = 0; round < 4; ++round) {
    const [east, north] = gcj02_of_wgs84(guess)
    guess = [guess[0] + lng - east, guess[1] + lat - north]
  }
  return guess
}
