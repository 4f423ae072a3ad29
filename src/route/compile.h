// compile(): a Feed becomes the image that a Timetable maps.
//
// What it decides, and states in the image: change times where the feed has none; platforms of one
// station are linked by a change; links of the feed may be chained on foot up to a limit (a stated
// link is never replaced by a chain); frequencies become single runs, marked "by headway" where
// the operator promises only that; overtaking runs go to patterns of their own. What a feed holds
// that queries do not use (blocks, rules between two trips or lines) is noted in the report.
//
//   ImportReport report;
//   HQ_TRY(std::string image, compile(feed, {}, report));
//   HQ_TRY_VOID(write_file_atomically("rail.hqt", image));
#pragma once

#include <string>

#include "base/error.h"
#include "route/feed.h"
#include "route/report.h"

namespace hq::route {

struct CompileOptions {
  int32_t change_rail_s = 600;   // change time at stops of trains that the feed says nothing about
  int32_t change_other_s = 120;  // at all other stops
  int32_t walk_chain_max_s = 1200;  // longest link put together from several; 0 for none
  double walk_m_per_s = 1.0;        // crow-flight, for links that the feed gives without a time
  uint64_t runs_max = 20'000'000;
};

/// The image. Errors: limit_exceeded (more than `runs_max` runs, 100 years of days, or 2^32 items);
/// invalid_argument (options below 0, or a feed that check() refuses).
Result<std::string> compile(const Feed& feed, const CompileOptions& options, ImportReport& report);

}  // namespace hq::route
