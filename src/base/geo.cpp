#include "base/geo.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hq {
namespace {

constexpr double kEarthRadiusM = 6'371'008.8;
constexpr double kDegree = std::numbers::pi / 180;

// The ellipsoid of the GCJ-02 formula (Krasovsky 1940).
constexpr double kGcjAxisM = 6'378'245.0;
constexpr double kGcjEccentricitySquared = 0.00669342162296594323;

/// How far GCJ-02 lies from `p`, in degrees.
LatLng gcj_shift(LatLng p) {
  using std::numbers::pi;
  const double x = p.lng - 105;
  const double y = p.lat - 35;
  const double root = std::sqrt(std::abs(x));
  const double ripple = (20 * std::sin(6 * x * pi) + 20 * std::sin(2 * x * pi)) * 2 / 3;
  const double north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple +
                       (20 * std::sin(y * pi) + 40 * std::sin(y / 3 * pi)) * 2 / 3 +
                       (160 * std::sin(y / 12 * pi) + 320 * std::sin(y * pi / 30)) * 2 / 3;
  const double east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple +
                      (20 * std::sin(x * pi) + 40 * std::sin(x / 3 * pi)) * 2 / 3 +
                      (150 * std::sin(x / 12 * pi) + 300 * std::sin(x / 30 * pi)) * 2 / 3;
  const double sine = std::sin(p.lat * kDegree);
  const double w = 1 - kGcjEccentricitySquared * sine * sine;
  const double meridian_m = kGcjAxisM * (1 - kGcjEccentricitySquared) / (w * std::sqrt(w));
  const double parallel_m = kGcjAxisM / std::sqrt(w) * std::cos(p.lat * kDegree);
  return {north / (meridian_m * kDegree), east / (parallel_m * kDegree)};
}

bool in_gcj_area(LatLng p) {
  return p.lng >= 72.004 && p.lng <= 137.8347 && p.lat >= 0.8293 && p.lat <= 55.8271;
}

}  // namespace

bool is_valid(LatLng p) {
  return std::abs(p.lat) <= 90 && std::abs(p.lng) <= 180;
}

double great_circle_m(LatLng a, LatLng b) {
  const double sin_lat = std::sin((b.lat - a.lat) * kDegree / 2);
  const double sin_lng = std::sin((b.lng - a.lng) * kDegree / 2);
  const double h =
      sin_lat * sin_lat + std::cos(a.lat * kDegree) * std::cos(b.lat * kDegree) * sin_lng * sin_lng;
  return 2 * kEarthRadiusM * std::asin(std::sqrt(std::min(1.0, h)));
}

LatLng wgs84_to_gcj02(LatLng wgs) {
  if (!in_gcj_area(wgs)) return wgs;
  const LatLng shift = gcj_shift(wgs);
  return {wgs.lat + shift.lat, wgs.lng + shift.lng};
}

LatLng gcj02_to_wgs84(LatLng gcj) {
  if (!in_gcj_area(gcj)) return gcj;
  LatLng wgs = gcj;
  for (int step = 0; step < 4; ++step) {
    const LatLng shift = gcj_shift(wgs);
    wgs = {gcj.lat - shift.lat, gcj.lng - shift.lng};
  }
  return wgs;
}

}  // namespace hq
