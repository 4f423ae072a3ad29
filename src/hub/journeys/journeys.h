// Journeys (P1; 2021 plan, articles 15 and 16; 2023 measures 17 and 19): from one point of the hub
// to another, by every way worth taking around a time.
//
// find_journeys() is a pure function of a Network and a request; call it on any thread. Around the
// asked time it looks at a window of departures (or arrivals), gives every journey that no other
// beats in departure, arrival and changes at once, and states the rules it went by.
//
//   HQ_TRY(JourneysAnswer answer, find_journeys(*network, {.from = "place:hongqiao",
//                                                          .to = "city:苏州",
//                                                          .time = "2026-11-24T08:00"}));
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hub/journeys/network.h"

namespace hq::hub {

struct JourneyRequest {
  std::string from = {};  // see Network::resolve
  std::string to = {};
  std::string time = {};  // "2026-11-24T08:00" local, or RFC 3339 with an offset; empty: `now`
  Instant now{};          // the present, for an empty time
  bool arrive_by = false;
  std::vector<Mode> modes = {};  // empty for all
  int32_t changes_max = 5;
  std::optional<int32_t> change_min = {};  // minutes for every change, in place of the stop's own
  int32_t window_min = 120;                // minutes of departures or arrivals to look at
  std::size_t limit = 8;
};

/// Errors: not_found (a point, or a date outside the timetable), invalid_argument (a time), each
/// naming its parameter; timeout where the search would take more than kQueryWorkMax.
/// No way at all is an answer without journeys and with a note.
Result<JourneysAnswer> find_journeys(const Network& network, const JourneyRequest& request);

/// A local date and the seconds of its day, as people give them.
struct DayTime {
  Date date{};
  int32_t seconds = 0;
};

/// `text` as in JourneyRequest::time.
Result<DayTime> parse_day_time(const Network& network, std::string_view text, Instant now);

/// The bits of the engine for `modes`; all where there are none. Walking has no bit.
route::ModeMask mode_mask(const std::vector<Mode>& modes);

/// The rules as they are stated in answers.
RulesAnswer describe_rules(const Network& network, const route::QueryRules& rules,
                           const std::vector<Mode>& modes);

/// `text` for a query string (RFC 3986: all but unreserved characters, ':' and ',' escaped).
std::string percent_encoded(std::string_view text);

}  // namespace hq::hub
