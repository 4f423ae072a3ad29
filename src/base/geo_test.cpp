#include "base/geo.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace hq {
namespace {

constexpr LatLng kHongqiao{31.1944, 121.3187};

TEST(Geo, known_distances) {
  // One degree along a meridian or the equator is 2 pi R / 360.
  EXPECT_NEAR(great_circle_m({0, 0}, {1, 0}), 111'195.08, 0.01);
  EXPECT_NEAR(great_circle_m({0, 179.5}, {0, -179.5}), 111'195.08, 0.01);
  EXPECT_NEAR(great_circle_m({90, 0}, {-90, 0}), 20'015'114.35, 0.5);
  EXPECT_NEAR(great_circle_m({0, 0}, {0, 180}), 20'015'114.35, 0.5);
  // Beijing Capital to Shanghai Hongqiao, 1,076 km by the great circle between their reference
  // points (40.0801 N 116.5846 E, 31.1979 N 121.3363 E).
  EXPECT_NEAR(great_circle_m({40.0801, 116.5846}, {31.1979, 121.3363}), 1'076'000, 2'000);
  EXPECT_EQ(great_circle_m(kHongqiao, kHongqiao), 0);
}

TEST(Geo, short_distances_are_exact_enough) {
  // 10 m north: 10 / 111195.08 degrees.
  const LatLng north{kHongqiao.lat + 10 / 111'195.0802, kHongqiao.lng};
  EXPECT_NEAR(great_circle_m(kHongqiao, north), 10, 1e-5);
}

TEST(Geo, validity) {
  EXPECT_TRUE(is_valid({90, -180}));
  EXPECT_TRUE(is_valid({-90, 180}));
  EXPECT_FALSE(is_valid({90.001, 0}));
  EXPECT_FALSE(is_valid({0, 180.001}));
  EXPECT_FALSE(is_valid({std::nan(""), 0}));
  EXPECT_FALSE(is_valid({0, INFINITY}));
}

TEST(Gcj02, shifts_by_some_hundred_metres_in_china) {
  const LatLng shifted = wgs84_to_gcj02(kHongqiao);
  const double shift_m = great_circle_m(kHongqiao, shifted);
  EXPECT_GT(shift_m, 300);
  EXPECT_LT(shift_m, 700);
  // Shanghai lies to the north-west of where the shifted map shows it: south and east are added.
  EXPECT_LT(shifted.lat, kHongqiao.lat);
  EXPECT_GT(shifted.lng, kHongqiao.lng);
}

TEST(Gcj02, leaves_other_countries_alone) {
  for (const LatLng p : {LatLng{48.8566, 2.3522}, {35.6762, 139.6503}, {-33.86, 151.21}}) {
    EXPECT_EQ(wgs84_to_gcj02(p), p);
    EXPECT_EQ(gcj02_to_wgs84(p), p);
  }
}

TEST(Gcj02, comes_back_within_half_a_metre_all_over_china) {
  double worst_m = 0;
  for (double lat = 18.2; lat < 53.5; lat += 0.37) {
    for (double lng = 73.6; lng < 135; lng += 0.41) {
      const LatLng back = gcj02_to_wgs84(wgs84_to_gcj02({lat, lng}));
      worst_m = std::max(worst_m, great_circle_m({lat, lng}, back));
    }
  }
  EXPECT_LT(worst_m, 0.5);
  EXPECT_LT(worst_m, 0.001);  // far better, in fact
}

RC_GTEST_PROP(Geo, distance_is_a_metric, ()) {
  const auto place = [] {
    return LatLng{*rc::gen::inRange(-90'000, 90'001) / 1000.0,
                  *rc::gen::inRange(-180'000, 180'001) / 1000.0};
  };
  const LatLng a = place();
  const LatLng b = place();
  const LatLng c = place();
  RC_ASSERT(std::abs(great_circle_m(a, b) - great_circle_m(b, a)) < 1e-3);
  RC_ASSERT(great_circle_m(a, c) <= great_circle_m(a, b) + great_circle_m(b, c) + 1e-3);
}

}  // namespace
}  // namespace hq
