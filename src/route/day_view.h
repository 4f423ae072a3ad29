// DayView: all runs around one service date, laid flat for queries.
//
// Times in a view are seconds from 00:00 (noon minus 12 h) of its date and may be negative. A run
// of the day before that is still under way is in it, so night trains need no care; queries test
// no calendar. Building one takes about a millisecond for a region of trains and metros; keep it
// and share it (immutable, any thread). One view serves every query of its date and options.
//
//   HQ_TRY(std::shared_ptr<const DayView> day, DayView::build(timetable, date, {}));
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "route/timetable.h"

namespace hq::route {

struct DayViewOptions {
  int32_t from_s = -kDaySeconds;   // runs that end before are left out
  int32_t to_s = 2 * kDaySeconds;  // runs that start at or after are left out
  ModeMask modes = kAllModes;
  std::vector<uint32_t> services = {};  // only these; empty for all. Their calendars still apply
};

/// A pattern with the runs it has in this view; half a cache line.
struct ViewPattern {
  uint32_t first_stop = 0;  // in Timetable::pattern_stops()
  uint32_t stop_count = 0;
  uint32_t first_run = 0;  // in the arrays of runs of the view
  uint32_t run_count = 0;  // at least 1
  uint32_t times = 0;      // row of its first run
  uint32_t one_row = 0;    // 1: all runs share that row
  uint32_t pattern = 0;    // in Timetable::patterns()
  uint32_t daily = 0;      // 1: all its runs leave at the same time of day, on one row
};

/// Where a pattern calls at a stop.
struct ViewVisit {
  uint32_t pattern;   // in DayView::patterns()
  uint32_t position;  // of the stop within it
  uint32_t order;   // the same counted in the direction of the search: from the end for alightings
  int32_t clock_s;  // see VisitList
};

/// The visits of one stop in one direction of search. A region of trains has nearly one pattern a
/// train, so a stop that is reached anew must not look at all of them: those that have one run a
/// day are sorted by the time of day.
struct VisitList {
  /// Patterns whose runs all leave at the same time of day, sorted by clock_s: the departure, or
  /// for alightings minus the arrival, modulo one day.
  std::span<const ViewVisit> daily;
  std::span<const ViewVisit> others;
};

/// A time of a view, or of a search, modulo one day.
constexpr int32_t clock_of(int32_t seconds) {
  const int32_t clock = seconds % kDaySeconds;
  return clock < 0 ? clock + kDaySeconds : clock;
}

class DayView {
 public:
  /// Errors: invalid_argument for an empty window, one longer than 14 days or beginning more than
  /// 14 days off the date, no mode, or a service the timetable does not have.
  static Result<std::shared_ptr<const DayView>> build(std::shared_ptr<const Timetable> timetable,
                                                      Date date, const DayViewOptions& options);

  const Timetable& timetable() const { return *timetable_; }
  const std::shared_ptr<const Timetable>& timetable_ptr() const { return timetable_; }
  Date date() const { return date_; }
  const DayViewOptions& options() const { return options_; }
  std::size_t run_count() const { return starts_.size(); }
  std::size_t bytes() const;  // memory of the view itself

  std::span<const ViewPattern> patterns() const { return patterns_; }
  std::span<const int32_t> starts() const { return starts_; }         // per run, at its first stop
  std::span<const uint32_t> rows() const { return rows_; }            // per run, in times()
  std::span<const uint32_t> run_sources() const { return sources_; }  // per run, in runs()

  std::span<const int32_t> change_s() const { return change_s_; }  // per stop, kCannotChange

  /// Where one can get on at a stop, and where one can get off there.
  VisitList boardings(uint32_t stop) const { return boardings_.of(stop); }
  VisitList alightings(uint32_t stop) const { return alightings_.of(stop); }

 private:
  struct VisitTable {
    std::vector<uint32_t> begin;   // per stop, and one more
    std::vector<uint32_t> middle;  // per stop: where `others` begin
    std::vector<ViewVisit> visits;

    VisitList of(uint32_t stop) const {
      const std::span<const ViewVisit> all(visits);
      return {all.subspan(begin[stop], middle[stop] - begin[stop]),
              all.subspan(middle[stop], begin[stop + 1] - middle[stop])};
    }
  };

  DayView() = default;
  void add_runs();
  VisitTable visits_by_stop(uint32_t flag, bool forward) const;

  std::shared_ptr<const Timetable> timetable_;
  Date date_{};
  DayViewOptions options_;
  std::vector<ViewPattern> patterns_;
  std::vector<int32_t> starts_;
  std::vector<uint32_t> rows_;
  std::vector<uint32_t> sources_;
  std::vector<int32_t> change_s_;
  VisitTable boardings_, alightings_;
};

}  // namespace hq::route
