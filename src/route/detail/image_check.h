// Checks that every index in an image points at something, so that no query over it can be led out
// of bounds, whatever wrote the file. Run once, at open.
//
//   HQ_TRY_VOID(check_image(tables, where));
#pragma once

#include <span>
#include <string>

#include "base/error.h"
#include "route/detail/image.h"

namespace hq::route {

/// The sections of an image, as views.
struct ImageTables {
  std::span<const uint32_t> text_offsets;
  std::span<const char> text_bytes;
  std::span<const InfoRecord> info;
  std::span<const AgencyRecord> agencies;
  std::span<const StopRecord> stops;
  std::span<const uint32_t> stops_by_id;
  std::span<const uint32_t> members_offset, members;
  std::span<const LineRecord> lines;
  std::span<const ServiceRecord> services;
  std::span<const uint64_t> day_words;
  std::span<const TripRecord> trips;
  std::span<const uint32_t> trips_by_id;
  std::span<const PatternRecord> patterns;
  std::span<const uint32_t> pattern_stops;
  std::span<const StopTimes> times;
  std::span<const RunRecord> runs;
  std::span<const uint32_t> visits_offset;
  std::span<const VisitRecord> visits;
  std::span<const uint32_t> links_offset;
  std::span<const LinkRecord> links;
  std::span<const uint32_t> links_back_offset;
  std::span<const LinkRecord> links_back;
  std::span<const LandmarkRecord> landmarks;
};

/// Views on the sections of an image whose header has been checked. Fails with corrupt if the table
/// of sections does not fit the file or this program.
Result<ImageTables> image_tables(std::string_view image, const std::string& where);

/// Fails with corrupt, naming the first table that holds an index or a time out of range.
Result<> check_image(const ImageTables& tables, const std::string& where);

}  // namespace hq::route
