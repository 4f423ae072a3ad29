// For tests: the Network of the reference hub, and of the imported delta rail feed where the
// shared data is there. Made once for a process.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "hub/journeys/network.h"
#include "hub/reference/reference.h"
#include "hub/timetables/import.h"
#include "route/compile.h"
#include "route/gtfs_reader.h"

namespace hq::hub {

inline std::shared_ptr<const ReferenceHub> test_hub() {
  static const auto hub = std::make_shared<const ReferenceHub>(
      load_hub(std::filesystem::path(HQ_SOURCE_DIR) / "hubs/hongqiao").value());
  return hub;
}

inline std::shared_ptr<const route::Timetable> compiled_reference() {
  static const auto timetable = [] {
    route::ImportReport report;
    auto image = route::compile(build_feed(*test_hub()).value(), {}, report).value();
    return route::Timetable::from_bytes(std::move(image)).value();
  }();
  return timetable;
}

inline std::shared_ptr<const Network> reference_network() {
  static const auto network = Network::make(compiled_reference(), test_hub(), "ref").value();
  return network;
}

/// Null where the shared data is absent.
inline std::shared_ptr<const Network> delta_rail_network() {
  static const auto network = []() -> std::shared_ptr<const Network> {
    const auto file = std::filesystem::path(HQ_SHARED_DIR) / "data/transport/gtfs_yrd_rail.zip";
    if (!std::filesystem::exists(file)) return nullptr;
    route::ImportReport report;
    auto image = route::compile(route::read_gtfs(file, report).value(), {}, report).value();
    return Network::make(route::Timetable::from_bytes(std::move(image)).value(), test_hub(), "rail")
        .value();
  }();
  return network;
}

}  // namespace hq::hub
