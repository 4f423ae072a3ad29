// What can be asked of a DayView, by which rules, and what comes back.
//
// Every rule is a field of QueryRules and stands in the answer as it was used; there are no others.
// How they work together:
//   * The change time of a stop lies between getting off one trip and boarding another at the same
//     stop. It is not asked for at the first boarding.
//   * A link (on foot, or between platforms of one station) takes its seconds instead of the change
//     time, plus `change_after_walk_s` where it lies between two trips and is on foot. Links are
//     not chained in a query; the compiled ones are what there is (compile.h).
//   * A station stands for its platforms, as origin, as target and in answers for all stops.
//   * Seconds count; a hop of no seconds is a hop. Staying on a trip is never a change.
//   * `Access::seconds` comes before the first and after the last stop, and is part of the journey.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "route/day_view.h"
#include "route/journey.h"

namespace hq::route {

inline constexpr int32_t kUnreached = INT32_MAX;
inline constexpr int32_t kChangesMax = 15;
inline constexpr std::size_t kAccessMax = 1000;

struct QueryRules {
  /// Change time at every stop and inside every station, in place of the timetable's own. Where the
  /// timetable rules a change out, it stays so.
  std::optional<int32_t> change_s;
  /// Time to add after a walk between two trips before the second may be boarded.
  int32_t change_after_walk_s = 0;
  /// Links on foot between stations may be used. Links inside a station always may.
  bool walking = true;
  /// Links may also be used before the first trip and after the last, or instead of any.
  bool walk_at_ends = true;
  int32_t max_changes = 5;          // 0 for direct trips only, up to kChangesMax
  int32_t horizon_s = kDaySeconds;  // journeys that take longer, waiting counted, are not sought
  /// Of journeys with equal arrival and trips, give one that leaves last (arriving by a time: of
  /// those with equal departure, one that arrives first). Costs a second, narrow search.
  bool tight = true;
  /// Stop events that may be scanned before the query ends with ErrorCode::timeout.
  uint64_t work_max = 500'000'000;

  bool operator==(const QueryRules&) const = default;
};

/// A stop and the seconds between it and the place that is meant (0 for the stop itself).
struct Access {
  uint32_t stop = kNone;
  int32_t seconds = 0;
};

enum class Direction : uint8_t { depart_at, arrive_by };

struct JourneyQuery {
  std::vector<Access> from = {};
  std::vector<Access> to = {};
  int32_t time_s = 0;  // leave not before it, or arrive not after it; from the view's date.
                       // It and rules.horizon_s must lie within the window of the view
  Direction direction = Direction::depart_at;
  QueryRules rules = {};
};

/// Counts of the work done; equal for equal questions, on any machine.
struct Work {
  uint32_t rounds = 0;
  uint64_t patterns = 0;     // patterns scanned
  uint64_t stop_events = 0;  // stops passed while scanning them
};

struct JourneyAnswer {
  /// Best by (arrival, trips) when leaving at a time, by (departure, trips) when arriving by one;
  /// fewest trips first, so the last one is the fastest. Empty where there is no way.
  std::vector<Journey> journeys;
  QueryRules rules = {};
  Work work;
};

/// All ways worth taking that leave within [from_s, to_s).
struct ProfileQuery {
  std::vector<Access> from = {};
  std::vector<Access> to = {};
  int32_t from_s = 0;
  int32_t to_s = kDaySeconds;
  QueryRules rules = {};  // horizon_s counts from each departure; `tight` has no effect
};

struct ProfileAnswer {
  /// No journey is beaten by another of the list that leaves no earlier, arrives no later and has
  /// no more trips. Sorted by departure, then by trips. Walking all the way is not among them.
  std::vector<Journey> journeys;
  /// Seconds of walking all the way, where one can; journeys that take as long are left out.
  std::optional<int32_t> walk_only_s;
  QueryRules rules = {};
  Work work;
};

/// To every stop from one place (depart_at), or from every stop to one place (arrive_by).
struct ReachQuery {
  std::vector<Access> from = {};  // the place, in either direction
  int32_t time_s = 0;
  Direction direction = Direction::depart_at;
  bool by_trips = false;  // also fill ReachAnswer::by_trips
  QueryRules rules = {};
};

struct ReachAnswer {
  /// Per stop: earliest arrival (latest departure when arriving by a time), or kUnreached.
  std::vector<int32_t> time_s;
  /// Per stop: the fewest trips with which that time is reached.
  std::vector<uint8_t> trips;
  /// Per number of trips k = 0, 1, ... and stop: the best time with at most k trips.
  std::vector<std::vector<int32_t>> by_trips;
  QueryRules rules = {};
  Work work;
};

/// To every stop from one place over all departures within [from_s, to_s).
struct WindowQuery {
  std::vector<Access> from = {};
  int32_t from_s = 6 * 3600;
  int32_t to_s = 22 * 3600;
  /// Keep the profile of each stop, so that percentiles can be asked for. It takes departures after
  /// the window into account, as a traveller who comes at 21:59 would.
  bool percentiles = false;
  QueryRules rules = {};
};

/// Leaving at `departure_s` one arrives at `arrival_s`, and no later departure arrives as early.
struct ProfilePoint {
  int32_t departure_s;
  int32_t arrival_s;
};

struct WindowAnswer {
  /// Per stop: least arrival - departure of any departure in the window, or kUnreached.
  std::vector<int32_t> best_s;
  /// Per stop: the departure that gives it (the latest one); from_s where it is all on foot.
  std::vector<int32_t> best_departure_s;
  /// Per stop: seconds of walking all the way, or kUnreached.
  std::vector<int32_t> walk_s;
  /// Per stop, latest departure first: points[offsets[stop] ... offsets[stop + 1]). Only with
  /// WindowQuery::percentiles; departures at to_s or later come as one point at to_s or later.
  std::vector<uint32_t> offsets;
  std::vector<ProfilePoint> points;
  int32_t from_s = 0;
  int32_t to_s = 0;
  QueryRules rules = {};
  Work work;

  /// Travel time, waiting counted, that `percent` of the departure minutes from_s, from_s + 60 ...
  /// before to_s do not exceed (nearest rank); kUnreached where too many minutes have no way.
  /// `percent` in 1 ... 100. Needs WindowQuery::percentiles.
  int32_t percentile_s(uint32_t stop, int32_t percent) const;
};

}  // namespace hq::route
