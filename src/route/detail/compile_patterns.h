// Runs of a feed, grouped into patterns that RAPTOR may scan.
//
// A pattern holds runs of equal stops, boarding rules and mode, sorted so that no run overtakes
// another on any days they may run. Take a run A and all its copies A + k days. Within a pattern
// x1 <= x2 <= ... <= xm <= x1 + 1 day holds at every stop, with starts taken modulo one day, so the
// endless row of copies is sorted at every stop, and any choice of days out of it is too. A day
// view therefore needs no sorting and no test for overtaking. Used on one thread.
//
//   HQ_TRY(Patterns patterns, compile_patterns(feed, line_modes, options));
#pragma once

#include <vector>

#include "base/error.h"
#include "route/compile.h"
#include "route/detail/image.h"
#include "route/feed.h"

namespace hq::route {

struct Patterns {
  std::vector<PatternRecord> patterns;
  std::vector<uint32_t> pattern_stops;
  std::vector<StopTimes> times;
  std::vector<RunRecord> runs;
  /// Per trip; the fields of TripRecord that follow from its runs.
  struct TripRuns {
    uint32_t pattern = kNone;
    uint32_t times = 0;
    int32_t start_s = 0;
    uint32_t runs = 0;
  };
  std::vector<TripRuns> trips;
  int32_t run_length_max_s = 0;
};

/// `line_modes` holds the Mode of each line. Fails with limit_exceeded.
Result<Patterns> compile_patterns(const Feed& feed, const std::vector<uint32_t>& line_modes,
                                  const CompileOptions& options);

}  // namespace hq::route
