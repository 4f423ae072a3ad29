// read_gtfs: a GTFS Schedule feed (gtfs.org reference, 2024) from a zip, a folder or memory.
//
// Read: agency, stops, routes, trips, stop_times, calendar, calendar_dates, frequencies, transfers,
// translations, feed_info. Whatever is wrong goes to the report with file and line and what was
// done about it; nothing is dropped in silence. An Error only where there is no feed to be had: no
// zip, a damaged one, stops/routes/trips/stop_times missing, several time zones, over a limit.
// What comes out fulfils check(feed). One thread; large files are read in pieces.
//
//   ImportReport report;
//   HQ_TRY(Feed feed, read_gtfs("renfe.zip", report));
//   for (const Defect& defect : report.defects()) print(defect.where, defect.detail);
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "route/archive.h"
#include "route/feed.h"
#include "route/report.h"

namespace hq::route {

struct GtfsOptions {
  ArchiveLimits limits = {};
  uint64_t stop_times_max = 200'000'000;

  // Where they are not empty they stand before what feed_info.txt says.
  std::string id = {};
  std::string title = {};
  std::string title_zh = {};
  std::string caveat = {};
  std::string caveat_zh = {};

  /// A hop above this speed (great circle, a minute of rounding allowed) is noted; 0 for no check.
  /// Air lines (route_type 1100 to 1199) are not looked at.
  double speed_kmh_max = 500;
};

Result<Feed> read_gtfs(const std::filesystem::path& zip_or_folder, ImportReport& report,
                       const GtfsOptions& options = {});

/// The same from an archive that is open; `name` becomes the id where the feed states none.
Result<Feed> read_gtfs(const Archive& archive, const std::string& name, ImportReport& report,
                       const GtfsOptions& options = {});

}  // namespace hq::route
