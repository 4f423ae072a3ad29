// What the router refuses, and the stops that a query means.
//
//   HQ_TRY_VOID(check_rules(query.rules));
//   HQ_TRY(std::vector<Access> origins, expand(timetable, query.from, "from"));
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "route/query.h"

namespace hq::route {

Result<> check_rules(const QueryRules& rules);

/// Times from `from_s` to `to_s` must lie in the window of the view, or runs would be missing.
Result<> check_window(const DayView& view, int64_t from_s, int64_t to_s);

/// Stations become their members; each stop stands once, with the least seconds. `field` names the
/// list in errors.
Result<std::vector<Access>> expand(const Timetable& timetable, const std::vector<Access>& access,
                                   const std::string& field);

}  // namespace hq::route
