// check_journey(): is this journey possible at all, by the Feed and the rules alone?
//
// Looks at every leg: the run exists on its day, stops at these stops at these times, may be
// boarded and left there; links and changes take what they must; the sums are right. For tests.
//
//   EXPECT_EQ(check_journey(model, feed, journey, from, to, rules), "");
#pragma once

#include <fmt/format.h>

#include <string>

#include "route/naive_model_testing.h"

namespace hq::route {

class JourneyCheck {
 public:
  JourneyCheck(const NaiveModel& model, const Feed& feed, const QueryRules& rules)
      : model_(model), feed_(feed), rules_(rules) {}

  /// What is wrong with the journey, or an empty text.
  std::string run(const Journey& journey, const std::vector<Access>& from,
                  const std::vector<Access>& to) {
    uint32_t rides = 0;
    int32_t time = journey.departure_s;
    uint32_t at = kNone;
    const Leg* before = nullptr;  // the last ride
    int32_t walked = 0;           // to be added before boarding
    bool has_walked = false;
    for (std::size_t i = 0; i < journey.legs.size(); ++i) {
      const Leg& leg = journey.legs[i];
      if (leg.departure_s < time) return fmt::format("leg {} leaves before the one before ends", i);
      if (leg.arrival_s < leg.departure_s) return fmt::format("leg {} runs back in time", i);
      if (at != kNone && leg.from != at) return fmt::format("leg {} starts elsewhere", i);
      if (leg.kind == LegKind::ride) {
        const std::string fault = ride(leg);
        if (!fault.empty()) return fmt::format("leg {}: {}", i, fault);
        if (before != nullptr && !has_walked) {
          const int32_t change = model_.change_s(leg.from, rules_);
          if (change < 0) return fmt::format("leg {}: no change is possible here", i);
          if (leg.departure_s < time + change) return fmt::format("leg {}: change too short", i);
        }
        if (before != nullptr && leg.departure_s < time + walked) {
          return fmt::format("leg {}: boarded too soon after a walk", i);
        }
        before = &leg;
        walked = 0;
        has_walked = false;
        ++rides;
      } else if (leg.kind == LegKind::walk) {
        const std::string fault = walk(leg, has_walked);
        if (!fault.empty()) return fmt::format("leg {}: {}", i, fault);
        const bool at_end = before == nullptr || i + 1 == journey.legs.size() ||
                            journey.legs[i + 1].kind == LegKind::egress;
        if (at_end && !rules_.walk_at_ends) return fmt::format("leg {}: walks at an end", i);
        walked = leg.in_station ? 0 : rules_.change_after_walk_s;
        has_walked = true;
      } else if (leg.kind == LegKind::access ? i != 0 : i + 1 != journey.legs.size()) {
        return fmt::format("leg {}: {} in the middle", i, id(leg.kind));
      }
      time = leg.arrival_s;
      at = leg.to;
    }
    if (rides != journey.trips) return fmt::format("{} rides, {} stated", rides, journey.trips);
    if (rides > static_cast<uint32_t>(rules_.max_changes) + 1) return "too many changes";
    if (time != journey.arrival_s) return "the last leg does not end at the arrival";
    if (journey.arrival_s - journey.departure_s > rules_.horizon_s) return "beyond the horizon";
    return ends(journey, from, to);
  }

 private:
  std::string ride(const Leg& leg) const {
    const Trip& trip = feed_.trips[leg.trip];
    if (leg.line != trip.line) return "another line";
    if (leg.from_position >= leg.to_position || leg.to_position >= trip.stop_time_count) {
      return "positions out of order";
    }
    for (const NaiveModel::Run& run : model_.runs()) {
      if (run.trip != leg.trip || run.service_day != leg.service_day ||
          run.start_s != leg.run_start_s) {
        continue;
      }
      const StopTime& on = run.times[leg.from_position];
      const StopTime& off = run.times[leg.to_position];
      if (on.stop != leg.from || off.stop != leg.to) return "the run does not stop there";
      if (on.departure != leg.departure_s || off.arrival != leg.arrival_s) return "other times";
      if (!on.can_board || !off.can_alight) return "no boarding or alighting there";
      bool by_headway = false;
      for (const Frequency& f : feed_.frequencies) {
        by_headway |= f.trip == leg.trip && !f.exact && run_matches(f, run);
      }
      return by_headway == leg.by_headway ? "" : "wrongly said to be by headway, or not";
    }
    return "there is no such run";
  }

  static bool run_matches(const Frequency& f, const NaiveModel::Run& run) {
    const int32_t start = run.start_s - run.service_day * 86400;
    return start >= f.start && start < f.end && (start - f.start) % f.headway_s == 0;
  }

  std::string walk(const Leg& leg, bool has_walked) const {
    if (has_walked) return "two walks in a row";
    const auto link = model_.links().find({leg.from, leg.to});
    if (link == model_.links().end()) return "no such link";
    if (link->second.in_station != leg.in_station) return "in a station, or not";
    const int32_t seconds = model_.link_s(link->second, rules_);
    if (seconds < 0) return "walking is switched off";
    return leg.arrival_s - leg.departure_s == seconds ? "" : "a walk of another length";
  }

  /// Origin and target, with their access.
  std::string ends(const Journey& journey, const std::vector<Access>& from,
                   const std::vector<Access>& to) const {
    if (journey.legs.empty()) return journey.arrival_s == journey.departure_s ? "" : "no legs";
    const Leg& first = journey.legs.front();
    const Leg& last = journey.legs.back();
    if (journey.departure_s != first.departure_s) return "the first leg leaves at another time";
    const bool has_access = first.kind == LegKind::access;
    const bool has_egress = last.kind == LegKind::egress;
    const int32_t access = has_access ? first.arrival_s - first.departure_s : 0;
    const int32_t egress = has_egress ? last.arrival_s - last.departure_s : 0;
    if (!is_end(from, has_access ? first.to : first.from, access)) return "not the origin";
    if (!is_end(to, has_egress ? last.from : last.to, egress)) return "not the target";
    return "";
  }

  bool is_end(const std::vector<Access>& places, uint32_t stop, int32_t seconds) const {
    return std::ranges::any_of(places, [&](const Access& a) {
      return a.seconds == seconds &&
             std::ranges::find(model_.members(a.stop), stop) != model_.members(a.stop).end();
    });
  }

  const NaiveModel& model_;
  const Feed& feed_;
  const QueryRules& rules_;
};

inline std::string check_journey(const NaiveModel& model, const Feed& feed, const Journey& journey,
                                 const std::vector<Access>& from, const std::vector<Access>& to,
                                 const QueryRules& rules) {
  return JourneyCheck(model, feed, rules).run(journey, from, to);
}

}  // namespace hq::route
