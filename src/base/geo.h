// WGS-84 coordinates, great-circle distance, and GCJ-02, the shifted datum of maps in China.
//
// Everything inside is WGS-84; GCJ-02 is only for data that comes in or goes out shifted.
//
//   double metres = great_circle_m({31.1944, 121.3187}, {30.2936, 120.2079});
#pragma once

namespace hq {

struct LatLng {
  double lat = 0;  // degrees, north positive, WGS-84 unless the name says otherwise
  double lng = 0;  // degrees, east positive

  bool operator==(const LatLng&) const = default;
};

/// Both finite, |lat| <= 90 and |lng| <= 180.
bool is_valid(LatLng p);

/// Great-circle distance in metres on the sphere of mean Earth radius 6,371,008.8 m (haversine).
double great_circle_m(LatLng a, LatLng b);

/// WGS-84 to GCJ-02 by the public formula (semi-major axis 6378245 m, eccentricity squared
/// 0.00669342162296594323). Outside 72.004..137.8347 E, 0.8293..55.8271 N the point is unchanged.
LatLng wgs84_to_gcj02(LatLng wgs);

/// The inverse, by four steps of iteration on the forward formula; error far below 1 m.
LatLng gcj02_to_wgs84(LatLng gcj);

}  // namespace hq
