// Router: answers queries over a DayView by RAPTOR (Delling, Pajor, Werneck 2012) and its range
// form, with target pruning and early pruning of walks.
//
// Holds the scratch memory of its searches and nothing else: keep one per thread and reuse it for
// any views; the same question always has the same answer. No clock, no threads of its own.
//
//   Router router;
//   HQ_TRY(auto answer, router.journeys(*day, {.from = {{a}}, .to = {{b}}, .time_s = 28800}));
#pragma once

#include <memory>

#include "base/error.h"
#include "route/query.h"

namespace hq::route {

/// All functions fail with invalid_argument (a stop the timetable does not have, no origin or no
/// target, more than kAccessMax of them, a negative number of seconds, a time outside the window
/// of the view, an empty window, max_changes out of range) and with timeout (QueryRules::work_max).
class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// All journeys that are best by time and number of trips.
  Result<JourneyAnswer> journeys(const DayView& view, const JourneyQuery& query);

  /// Only the last of them: the earliest arrival (or latest departure), with the fewest trips.
  Result<JourneyAnswer> fastest(const DayView& view, const JourneyQuery& query);

  Result<ProfileAnswer> profile(const DayView& view, const ProfileQuery& query);
  Result<ReachAnswer> reach(const DayView& view, const ReachQuery& query);
  Result<WindowAnswer> reach_window(const DayView& view, const WindowQuery& query);

 private:
  struct Scratch;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace hq::route
