// Limits of the journeys service.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hq::hub {

inline constexpr std::size_t kNetworksMax = 4;  // timetables made ready at a time
// From the date on: the latest departure of a window of a day, and then the longest journey.
inline constexpr int32_t kDayViewDays = 4;
inline constexpr int32_t kDayViewDaysBefore = 3;  // the same, arriving by a time
inline constexpr std::size_t kDayViewsMax = 12;   // cached for each timetable
inline constexpr double kAccessWalkM = 2700;      // farthest stop from coordinates, crow-flight
inline constexpr double kAccessMetresPerSecond = 1.0;  // crow-flight: 1.3 m/s on streets 1.3 longer
inline constexpr std::size_t kAccessStopsMax = 30;     // nearest stops taken for coordinates
inline constexpr int32_t kReachLimitMinMax = 360;
inline constexpr uint64_t kQueryWorkMax = 300'000'000;  // stop events; some seconds
inline constexpr std::size_t kBatchLineBytesMax = 4096;

}  // namespace hq::hub
