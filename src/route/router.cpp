#include "route/router.h"

#include <algorithm>

#include "base/assert.h"
#include "route/detail/query_check.h"
#include "route/detail/range_search.h"
#include "route/detail/search.h"

namespace hq::route {

struct Router::Scratch {
  Search<Direction::depart_at> forward;
  Search<Direction::arrive_by> backward;
  RangeSearch range;
  std::vector<int32_t> limits;
};

Router::Router() : scratch_(std::make_unique<Scratch>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

namespace {

void add(Work& sum, const Work& part) {
  sum.rounds += part.rounds;
  sum.patterns += part.patterns;
  sum.stop_events += part.stop_events;
}

/// The window that a query at a time looks at.
Result<> check_time(const DayView& view, int32_t time_s, Direction direction, int32_t horizon_s) {
  if (direction == Direction::depart_at) {
    return check_window(view, time_s, int64_t{time_s} + horizon_s);
  }
  return check_window(view, int64_t{time_s} - horizon_s, time_s);
}

/// Searches in one direction and, where asked, back from each end found.
template <Direction kDirection>
Result<JourneyAnswer> find_journeys(Search<kDirection>& search, Search<opposite(kDirection)>& back,
                                    std::vector<int32_t>& limits, const DayView& view,
                                    const JourneyQuery& query, bool only_last) {
  constexpr bool kForward = kDirection == Direction::depart_at;
  HQ_TRY_VOID(check_rules(query.rules));
  HQ_TRY(const std::vector<Access> from, expand(view.timetable(), query.from, "from"));
  HQ_TRY(const std::vector<Access> to, expand(view.timetable(), query.to, "to"));
  HQ_TRY_VOID(check_time(view, query.time_s, kDirection, query.rules.horizon_s));
  const std::vector<Access>& origins = kForward ? from : to;
  const std::vector<Access>& targets = kForward ? to : from;
  const auto trips_max = static_cast<uint32_t>(query.rules.max_changes) + 1;
  HQ_TRY_VOID(search.run(view, query.rules,
                         {.origins = origins,
                          .targets = targets,
                          .time_s = query.time_s,
                          .trips_max = trips_max,
                          .horizon_s = query.rules.horizon_s,
                          .only_last = only_last}));
  JourneyAnswer answer;
  answer.rules = query.rules;
  answer.work = search.work();
  std::span<const End> ends = search.ends();
  if (only_last && !ends.empty()) ends = ends.last(1);
  if (query.rules.tight) {
    // Coming back, a stop is of use only from when this search could board there.
    limits.resize(search.ready().size());
    std::ranges::transform(search.ready(), limits.begin(), [](int32_t time) { return -time; });
  }
  for (const End& end : ends) {
    if (!query.rules.tight || end.trips == 0) {
      answer.journeys.push_back(search.journey(end));
      continue;
    }
    const int32_t end_s = kForward ? end.time : -end.time;
    HQ_TRY_VOID(back.run(view, query.rules,
                         {.origins = targets,
                          .targets = origins,
                          .time_s = end_s,
                          .trips_max = end.trips,
                          .horizon_s = std::abs(end_s - query.time_s),
                          .limits = limits.data()}));
    add(answer.work, back.work());
    HQ_ASSERT(!back.ends().empty() && back.ends().back().trips == end.trips);
    answer.journeys.push_back(back.journey(back.ends().back()));
  }
  return answer;
}

template <Direction kDirection>
Result<ReachAnswer> find_reach(Search<kDirection>& search, const DayView& view,
                               const ReachQuery& query) {
  HQ_TRY_VOID(check_rules(query.rules));
  HQ_TRY(const std::vector<Access> origins, expand(view.timetable(), query.from, "from"));
  HQ_TRY_VOID(check_time(view, query.time_s, kDirection, query.rules.horizon_s));
  ReachAnswer answer;
  HQ_TRY_VOID(search.run(view, query.rules,
                         {.origins = origins,
                          .targets = {},
                          .time_s = query.time_s,
                          .trips_max = static_cast<uint32_t>(query.rules.max_changes) + 1,
                          .horizon_s = query.rules.horizon_s,
                          .by_trips = query.by_trips ? &answer.by_trips : nullptr}));
  answer.rules = query.rules;
  answer.work = search.work();
  answer.time_s = search.best();
  answer.trips = search.trips();
  const Timetable& timetable = view.timetable();
  const auto finish = [&](std::vector<int32_t>& times, std::vector<uint8_t>* trips) {
    for (uint32_t stop = 0; stop < timetable.stop_count(); ++stop) {
      for (const uint32_t member : timetable.members(stop)) {
        if (trips != nullptr && times[member] == times[stop]) {
          (*trips)[stop] = std::min((*trips)[stop], (*trips)[member]);
        } else if (times[member] < times[stop]) {
          times[stop] = times[member];
          if (trips != nullptr) (*trips)[stop] = (*trips)[member];
        }
      }
    }
    if constexpr (kDirection == Direction::arrive_by) {
      for (int32_t& time : times) time = time == kFar ? kUnreached : -time;
    }
  };
  finish(answer.time_s, &answer.trips);
  for (auto& times : answer.by_trips) finish(times, nullptr);
  return answer;
}

/// Stops that stand for a station, with that station; kNone for others.
std::vector<uint32_t> stations_of_members(const Timetable& timetable) {
  std::vector<uint32_t> stations(timetable.stop_count(), kNone);
  for (uint32_t stop = 0; stop < timetable.stop_count(); ++stop) {
    for (const uint32_t member : timetable.members(stop)) {
      if (member != stop) stations[member] = stop;
    }
  }
  return stations;
}

/// The least time to each stop, and when to leave for it.
void fill_best(const Timetable& timetable, const RangeSearch& search, WindowAnswer& answer) {
  const std::vector<uint32_t> stations = stations_of_members(timetable);
  answer.walk_s = search.walk_s();
  for (uint32_t stop = 0; stop < stations.size(); ++stop) {
    if (stations[stop] == kNone) continue;
    int32_t& station = answer.walk_s[stations[stop]];
    station = std::min(station, answer.walk_s[stop]);
  }
  answer.best_s = answer.walk_s;
  answer.best_departure_s.assign(stations.size(), answer.from_s);
  const auto take = [&](uint32_t stop, const RangePoint& point) {
    const int32_t seconds = point.arrival_s - point.departure_s;
    if (seconds >= answer.best_s[stop]) return;
    answer.best_s[stop] = seconds;
    answer.best_departure_s[stop] = point.departure_s;
  };
  for (const RangePoint& point : search.points()) {
    take(point.stop, point);
    if (stations[point.stop] != kNone) take(stations[point.stop], point);
  }
}

/// The profile of each stop.
void fill_points(const Timetable& timetable, const RangeSearch& search, WindowAnswer& answer) {
  const std::vector<uint32_t> stations = stations_of_members(timetable);
  std::vector<std::vector<ProfilePoint>> points(stations.size());
  const auto take = [&](uint32_t stop, const RangePoint& point) {
    auto& list = points[stop];
    if (!list.empty() && list.back().arrival_s <= point.arrival_s) return;
    if (!list.empty() && list.back().departure_s == point.departure_s) list.pop_back();
    list.push_back({point.departure_s, point.arrival_s});
  };
  for (const RangePoint& point : search.points()) {
    take(point.stop, point);
    if (stations[point.stop] != kNone) take(stations[point.stop], point);
  }
  for (const auto& list : points) {
    answer.offsets.push_back(static_cast<uint32_t>(answer.points.size()));
    answer.points.insert(answer.points.end(), list.begin(), list.end());
  }
  answer.offsets.push_back(static_cast<uint32_t>(answer.points.size()));
}

Result<> check_range(const DayView& view, int32_t from_s, int32_t to_s, int32_t horizon_s) {
  if (from_s >= to_s) {
    return fail(ErrorCode::invalid_argument, "the window of departures is empty", "出发时间窗为空",
                "to_s");
  }
  return check_window(view, from_s, int64_t{to_s} + horizon_s);
}

}  // namespace

Result<JourneyAnswer> Router::journeys(const DayView& view, const JourneyQuery& query) {
  if (query.direction == Direction::depart_at) {
    return find_journeys(scratch_->forward, scratch_->backward, scratch_->limits, view, query,
                         false);
  }
  return find_journeys(scratch_->backward, scratch_->forward, scratch_->limits, view, query, false);
}

Result<JourneyAnswer> Router::fastest(const DayView& view, const JourneyQuery& query) {
  if (query.direction == Direction::depart_at) {
    return find_journeys(scratch_->forward, scratch_->backward, scratch_->limits, view, query,
                         true);
  }
  return find_journeys(scratch_->backward, scratch_->forward, scratch_->limits, view, query, true);
}

Result<ProfileAnswer> Router::profile(const DayView& view, const ProfileQuery& query) {
  HQ_TRY_VOID(check_rules(query.rules));
  HQ_TRY(const std::vector<Access> from, expand(view.timetable(), query.from, "from"));
  HQ_TRY(const std::vector<Access> to, expand(view.timetable(), query.to, "to"));
  HQ_TRY_VOID(check_range(view, query.from_s, query.to_s, query.rules.horizon_s));
  RangeSearch& search = scratch_->range;
  HQ_TRY_VOID(
      search.run(view, query.rules,
                 {.origins = from, .targets = to, .from_s = query.from_s, .to_s = query.to_s}));
  ProfileAnswer answer;
  answer.rules = query.rules;
  answer.work = search.work();
  answer.journeys = search.journeys();
  std::ranges::sort(answer.journeys, {},
                    [](const Journey& j) { return std::pair(j.departure_s, j.trips); });
  if (search.walk_only_s() != kFar) answer.walk_only_s = search.walk_only_s();
  return answer;
}

Result<ReachAnswer> Router::reach(const DayView& view, const ReachQuery& query) {
  if (query.direction == Direction::depart_at) return find_reach(scratch_->forward, view, query);
  return find_reach(scratch_->backward, view, query);
}

Result<WindowAnswer> Router::reach_window(const DayView& view, const WindowQuery& query) {
  HQ_TRY_VOID(check_rules(query.rules));
  HQ_TRY(const std::vector<Access> from, expand(view.timetable(), query.from, "from"));
  HQ_TRY_VOID(check_range(view, query.from_s, query.to_s, query.rules.horizon_s));
  RangeSearch& search = scratch_->range;
  RangeInput input{.origins = from, .targets = {}, .from_s = query.from_s, .to_s = query.to_s};
  HQ_TRY_VOID(search.run(view, query.rules, input));
  WindowAnswer answer;
  answer.from_s = query.from_s;
  answer.to_s = query.to_s;
  answer.rules = query.rules;
  answer.work = search.work();
  fill_best(view.timetable(), search, answer);
  if (!query.percentiles) return answer;
  // Again with what leaves after the window, which may beat a departure within it.
  input.and_after = true;
  HQ_TRY_VOID(search.run(view, query.rules, input));
  add(answer.work, search.work());
  fill_points(view.timetable(), search, answer);
  return answer;
}

}  // namespace hq::route
