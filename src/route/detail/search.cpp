#include "route/detail/search.h"

#include <fmt/format.h>

#include <algorithm>

namespace hq::route {

Error work_exceeded(uint64_t work_max) {
  return {ErrorCode::timeout,
          fmt::format("the query was ended after scanning {} stop events; narrow it or allow more",
                      work_max),
          fmt::format("查询在扫描 {} 个停站事件后中止；请缩小范围或提高上限", work_max),
          "rules.work_max"};
}

template <Direction kDirection>
Result<> Search<kDirection>::run(const DayView& view, const QueryRules& rules,
                                 const SearchInput& input) {
  view_ = &view;
  rules_ = &rules;
  scanner_.bind(view, rules);
  scanner_.limits = input.limits;
  scanner_.set_goal(input.targets);
  int32_t horizon_s = input.only_last ? first_horizon(input) : input.horizon_s;
  while (true) {
    HQ_TRY_VOID(run_within(horizon_s, input));
    if (!ends_.empty() || horizon_s == input.horizon_s) return {};
    horizon_s = std::min(input.horizon_s, 3 * horizon_s);
  }
}

/// The earliest arrival is mostly near, and what leaves after it need not be looked at: a search
/// for it alone starts with a narrow horizon and widens it while nothing is found.
template <Direction kDirection>
int32_t Search<kDirection>::first_horizon(const SearchInput& input) {
  constexpr int64_t kWait = 5'400;  // 90 min
  int64_t least = kNever;
  for (const Access& origin : input.origins) {
    least = std::min<int64_t>(least, origin.seconds + scanner_.still_to_go(origin.stop));
  }
  return static_cast<int32_t>(std::min<int64_t>(input.horizon_s, kWait + 2 * least));
}

template <Direction kDirection>
Result<> Search<kDirection>::run_within(int32_t horizon_s, const SearchInput& input) {
  const uint32_t stops = view_->timetable().stop_count();
  trace_.bind(stops, input.trips_max + 1);
  best_trip_.assign(stops, kFar);
  ready_.assign(stops, kFar);
  best_.assign(stops, kFar);
  trips_.assign(stops, 0);
  origin_s_.assign(stops, 0);
  is_marked_.assign(stops, 0);
  ridden_.assign(view_->patterns().size(), {});
  scanned_.assign(stops, kFar);
  marked_.clear();
  ends_.clear();
  start(horizon_s, input);
  for (uint32_t round = 1; round <= input.trips_max && !marked_.empty(); ++round) {
    ++scanner_.work.rounds;
    scanner_.scan_from(marked_, is_marked_,
                       {.ready = ready_.data(),
                        .best = best_trip_.data(),
                        .labels = trace_.trips.data() + trace_.at(round, 0),
                        .ridden = ridden_.data(),
                        .scanned = scanned_.data()});
    for (const uint32_t stop : marked_) is_marked_[stop] = 0;
    marked_.clear();
    if (scanner_.work.stop_events > rules_->work_max) {
      return std::unexpected(work_exceeded(rules_->work_max));
    }
    commit(round);
    // More trips are worth it only for arriving earlier.
    if (end_.stop != kNone) scanner_.bound = std::min(scanner_.bound, end_.time - 1);
    if (input.by_trips != nullptr) input.by_trips->push_back(best_);
  }
  return {};
}

template <Direction kDirection>
void Search<kDirection>::start(int32_t horizon_s, const SearchInput& input) {
  const int32_t time = scanner_.axis(input.time_s);
  scanner_.bound = time + horizon_s;
  end_ = {};
  for (const Access& origin : input.origins) {
    const int32_t at = time + origin.seconds;
    if (at > scanner_.bound) continue;
    origin_s_[origin.stop] = origin.seconds;
    // Coming back to an origin is of use only if that allows a walk that was not allowed before.
    if (rules_->walk_at_ends) best_trip_[origin.stop] = at;
    trace_.ready_from[trace_.at(0, origin.stop)] = origin.stop;
    ready_[origin.stop] = at;
    mark(origin.stop);
    reach(origin.stop, at, 0, false, kNone);
  }
  if (rules_->walk_at_ends) {
    for (const Access& origin : input.origins) {
      const int32_t at = time + origin.seconds;
      if (at <= scanner_.bound) walk_from(origin.stop, at, 0, 0);
    }
  }
  if (end_.stop != kNone) ends_.push_back(end_);
  if (input.by_trips != nullptr) *input.by_trips = {best_};
}

/// Makes what a round has reached count for the next one.
template <Direction kDirection>
void Search<kDirection>::commit(uint32_t round) {
  const int32_t time_before = end_.time;
  for (const uint32_t stop : scanner_.improved) {
    const int32_t time = best_trip_[stop];
    reach(stop, time, round, false, kNone);
    const int32_t change = scanner_.change_seconds(stop);
    if (change != kCannotChange && time + change < ready_[stop]) {
      ready_[stop] = time + change;
      trace_.ready_from[trace_.at(round, stop)] = stop;
      mark(stop);
    }
  }
  for (const uint32_t stop : scanner_.improved) {
    scanner_.is_improved[stop] = 0;
    walk_from(stop, best_trip_[stop], round, rules_->change_after_walk_s);
  }
  scanner_.improved.clear();
  if (end_.time < time_before) ends_.push_back(end_);
}

template <Direction kDirection>
void Search<kDirection>::walk_from(uint32_t stop, int32_t time, uint32_t round,
                                   int32_t after_walk_s) {
  for (const LinkRecord& link : scanner_.links(stop)) {
    const int32_t seconds = scanner_.link_seconds(link);
    if (seconds < 0) continue;
    const int32_t at = time + seconds;
    if (at > scanner_.bound) {
      // Early pruning: links are sorted by their own seconds, which a rule may replace.
      if (rules_->change_s.has_value()) continue;
      break;
    }
    if (at + scanner_.still_to_go(link.stop) > scanner_.bound) continue;
    const bool is_change = (link.flags & kLinkInStation) != 0;
    if (round == 0 || rules_->walk_at_ends) reach(link.stop, at, round, true, stop);
    const int32_t ready = at + (is_change ? 0 : after_walk_s);
    if (ready < ready_[link.stop]) {
      ready_[link.stop] = ready;
      trace_.ready_from[trace_.at(round, link.stop)] = stop;
      mark(link.stop);
    }
  }
}

template <Direction kDirection>
void Search<kDirection>::reach(uint32_t stop, int32_t time, uint32_t round, bool on_foot,
                               uint32_t from) {
  if (time >= best_[stop]) return;
  best_[stop] = time;
  trips_[stop] = static_cast<uint8_t>(round);
  if (on_foot) trace_.reached_from[trace_.at(round, stop)] = from;
  const int32_t egress = scanner_.egress[stop];
  if (egress == kFar || time + egress >= end_.time) return;
  const int32_t at_target = time + egress;
  if (at_target > scanner_.bound) return;
  end_ = {round, stop, at_target, on_foot};
  scanner_.bound = at_target;
}

template <Direction kDirection>
void Search<kDirection>::mark(uint32_t stop) {
  if (is_marked_[stop] != 0) return;
  is_marked_[stop] = 1;
  marked_.push_back(stop);
}

template class Search<Direction::depart_at>;
template class Search<Direction::arrive_by>;

}  // namespace hq::route
