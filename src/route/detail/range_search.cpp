#include "route/detail/range_search.h"

#include <algorithm>

#include "route/detail/search.h"

namespace hq::route {

Result<> RangeSearch::run(const DayView& view, const QueryRules& rules, const RangeInput& input) {
  view_ = &view;
  rules_ = &rules;
  prepare(input);
  collect(input);
  if (input.and_after) {
    HQ_TRY_VOID(leave_after(input.to_s));
  }
  for (std::size_t i = 0; i < departures_.size();) {
    leave_s_ = departures_[i].leave_s;
    set_bound(1);
    const RoundState first_round = state(1);
    for (; i < departures_.size() && departures_[i].leave_s == leave_s_; ++i) {
      const Departure& d = departures_[i];
      scanner_.ride(d.pattern, d.position, d.run, first_round);
    }
    if (scanner_.work.stop_events > rules.work_max) {
      return std::unexpected(work_exceeded(rules.work_max));
    }
    commit(1);
    HQ_TRY_VOID(rounds_from(2));
    take_journeys();
  }
  return {};
}

void RangeSearch::prepare(const RangeInput& input) {
  scanner_.bind(*view_, *rules_);
  scanner_.tie = 1;
  to_all_ = input.targets.empty();
  trips_max_ = static_cast<uint32_t>(rules_->max_changes) + 1;
  stops_ = view_->timetable().stop_count();
  trace_.bind(stops_, trips_max_ + 1);
  best_trip_.assign(std::size_t{stops_} * (trips_max_ + 1), kFar);
  ready_.assign(std::size_t{stops_} * (trips_max_ + 1), kFar);
  ridden_.assign(view_->patterns().size() * (trips_max_ + 1), {});
  scanned_.assign(std::size_t{stops_} * (trips_max_ + 1), kFar);
  overall_.assign(stops_, kFar);
  origin_s_.assign(stops_, 0);
  walk_s_.assign(stops_, kFar);
  board_s_.assign(stops_, kFar);
  is_marked_.assign(stops_, 0);
  marked_.clear();
  target_.assign(trips_max_ + 1, {});
  is_new_.assign(trips_max_ + 1, 0);
  walk_only_s_ = kFar;
  journeys_.clear();
  points_.clear();
  scanner_.set_goal(input.targets);

  const auto offer = [&](uint32_t stop, int32_t seconds, uint32_t from) {
    if (seconds > rules_->horizon_s) return;
    if (seconds < board_s_[stop]) {
      board_s_[stop] = seconds;
      trace_.ready_from[trace_.at(0, stop)] = from;
    }
    walk_s_[stop] = std::min(walk_s_[stop], seconds);
    const int32_t egress = scanner_.egress[stop];
    if (egress != kFar && seconds + egress <= rules_->horizon_s) {
      walk_only_s_ = std::min(walk_only_s_, seconds + egress);
    }
  };
  for (const Access& origin : input.origins) {
    origin_s_[origin.stop] = origin.seconds;
    offer(origin.stop, origin.seconds, origin.stop);
  }
  if (!rules_->walk_at_ends) return;
  for (const Access& origin : input.origins) {
    for (const LinkRecord& link : scanner_.links(origin.stop)) {
      const int32_t seconds = scanner_.link_seconds(link);
      if (seconds >= 0) offer(link.stop, origin.seconds + seconds, origin.stop);
    }
  }
}

/// Every run that can be caught from the place within the window, latest first.
void RangeSearch::collect(const RangeInput& input) {
  departures_.clear();
  const Timetable& timetable = view_->timetable();
  for (uint32_t stop = 0; stop < stops_; ++stop) {
    const int32_t board = board_s_[stop];
    if (board == kFar) continue;
    const VisitList visits = view_->boardings(stop);
    const auto add = [&](const ViewVisit& visit) {
      const ViewPattern& pattern = view_->patterns()[visit.pattern];
      for (uint32_t run = 0; run < pattern.run_count; ++run) {
        const uint32_t row = view_->rows()[pattern.first_run + run];
        const int32_t leave = view_->starts()[pattern.first_run + run] +
                              timetable.times()[row + visit.position].departure - board;
        if (leave < input.from_s) continue;
        if (leave >= input.to_s) break;  // runs of a pattern are sorted at every stop
        departures_.push_back({leave, visit.pattern, visit.position, run});
      }
    };
    std::ranges::for_each(visits.daily, add);
    std::ranges::for_each(visits.others, add);
  }
  std::ranges::sort(departures_, [](const Departure& a, const Departure& b) {
    if (a.leave_s != b.leave_s) return a.leave_s > b.leave_s;
    return std::pair(a.pattern, a.position) < std::pair(b.pattern, b.position);
  });
}

/// Labels above the bound cannot lead to a journey that is worth having.
void RangeSearch::set_bound(uint32_t round) {
  int32_t bound = leave_s_ + rules_->horizon_s;
  if (target_[round].time != kFar) bound = std::min(bound, target_[round].time - 1);
  if (walk_only_s_ != kFar) bound = std::min(bound, leave_s_ + walk_only_s_ - 1);
  scanner_.bound = bound;
}

RoundState RangeSearch::state(uint32_t round) {
  const std::size_t patterns = view_->patterns().size();
  return {.ready = ready_.data() + std::size_t{round - 1} * stops_,
          .best = best_trip_.data() + std::size_t{round} * stops_,
          .labels = trace_.trips.data() + trace_.at(round, 0),
          .ridden = ridden_.data() + round * patterns,
          .scanned = scanned_.data() + std::size_t{round} * stops_,
          .later_rounds = trips_max_ - round,
          .stop_stride = stops_,
          .pattern_stride = patterns};
}

Result<> RangeSearch::leave_after(int32_t time_s) {
  leave_s_ = time_s;
  for (uint32_t stop = 0; stop < stops_; ++stop) {
    if (board_s_[stop] != kFar) make_ready(stop, time_s + board_s_[stop], 0, kNone);
  }
  return rounds_from(1);
}

Result<> RangeSearch::rounds_from(uint32_t round) {
  for (; round <= trips_max_ && !marked_.empty(); ++round) {
    ++scanner_.work.rounds;
    set_bound(round);
    scanner_.scan_from(marked_, is_marked_, state(round));
    for (const uint32_t stop : marked_) is_marked_[stop] = 0;
    marked_.clear();
    if (scanner_.work.stop_events > rules_->work_max) {
      return std::unexpected(work_exceeded(rules_->work_max));
    }
    commit(round);
  }
  for (const uint32_t stop : marked_) is_marked_[stop] = 0;
  marked_.clear();
  return {};
}

void RangeSearch::commit(uint32_t round) {
  for (const uint32_t stop : scanner_.improved) {
    const int32_t time = best_trip_[std::size_t{round} * stops_ + stop];
    for (uint32_t later = round + 1; later <= trips_max_; ++later) {
      int32_t& best = best_trip_[std::size_t{later} * stops_ + stop];
      if (best <= time) break;
      best = time;
    }
    reach(stop, time, round, false, kNone);
    const int32_t change = scanner_.change_seconds(stop);
    if (change != kCannotChange) make_ready(stop, time + change, round, stop);
  }
  for (const uint32_t stop : scanner_.improved) {
    scanner_.is_improved[stop] = 0;
    walk_from(stop, best_trip_[std::size_t{round} * stops_ + stop], round);
  }
  scanner_.improved.clear();
}

void RangeSearch::walk_from(uint32_t stop, int32_t time, uint32_t round) {
  for (const LinkRecord& link : scanner_.links(stop)) {
    const int32_t seconds = scanner_.link_seconds(link);
    if (seconds < 0) continue;
    const int32_t at = time + seconds;
    if (at > scanner_.bound) {
      if (rules_->change_s.has_value()) continue;  // then links are not in order
      break;
    }
    if (at + scanner_.still_to_go(link.stop) > scanner_.bound) continue;
    const bool is_change = (link.flags & kLinkInStation) != 0;
    if (rules_->walk_at_ends) reach(link.stop, at, round, true, stop);
    make_ready(link.stop, at + (is_change ? 0 : rules_->change_after_walk_s), round, stop);
  }
}

void RangeSearch::reach(uint32_t stop, int32_t time, uint32_t round, bool on_foot, uint32_t from) {
  if (to_all_) {
    if (time >= overall_[stop]) return;
    overall_[stop] = time;
    points_.push_back({stop, leave_s_, time});
    return;
  }
  const int32_t egress = scanner_.egress[stop];
  if (egress == kFar || time + egress >= target_[round].time) return;
  const int32_t at_target = time + egress;
  if (at_target > leave_s_ + rules_->horizon_s) return;
  if (walk_only_s_ != kFar && at_target >= leave_s_ + walk_only_s_) return;
  const End end{round, stop, at_target, on_foot};
  if (on_foot) trace_.reached_from[trace_.at(round, stop)] = from;
  is_new_[round] = 1;
  target_[round] = end;
  for (uint32_t later = round + 1; later <= trips_max_; ++later) {
    if (target_[later].time <= at_target) break;
    target_[later] = end;
  }
  scanner_.bound = std::min(scanner_.bound, at_target - 1);
}

void RangeSearch::make_ready(uint32_t stop, int32_t time, uint32_t round, uint32_t from) {
  int32_t& ready = ready_[std::size_t{round} * stops_ + stop];
  if (time >= ready) return;
  ready = time;
  if (round > 0) trace_.ready_from[trace_.at(round, stop)] = from;
  for (uint32_t later = round + 1; later <= trips_max_; ++later) {
    int32_t& other = ready_[std::size_t{later} * stops_ + stop];
    if (other <= time) break;
    other = time;
  }
  if (is_marked_[stop] != 0) return;
  is_marked_[stop] = 1;
  marked_.push_back(stop);
}

void RangeSearch::take_journeys() {
  if (to_all_) return;
  for (uint32_t round = 1; round <= trips_max_; ++round) {
    if (is_new_[round] == 0) continue;
    is_new_[round] = 0;
    journeys_.push_back(trace_.journey<Direction::depart_at>(*view_, *rules_, target_[round],
                                                             origin_s_, scanner_.egress));
  }
}

}  // namespace hq::route
