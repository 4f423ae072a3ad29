// Date, Instant and the clock time of a timetable, on std::chrono's own types.
//
// Engines never read a clock: a time comes in with the command. `now()` is for the floors above
// them (the writer, the server, the command line). A service clock counts seconds from the start
// of a service day and may pass 24:00 (GTFS: noon minus 12 h); the record here is 76 h.
//
//   HQ_TRY(Date day, parse_date("2026-11-22"));
//   HQ_TRY(int seconds, parse_clock("25:10"));     // 90600, ten past one of the next day
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hq {

using Date = std::chrono::sys_days;
using Duration = std::chrono::microseconds;
using Instant = std::chrono::sys_time<std::chrono::microseconds>;  // UTC, no leap seconds

/// The present, from the system clock.
Instant now();

/// "2026-11-22" or "20261122" (GTFS).
Result<Date> parse_date(std::string_view text);
std::string format_date(Date date);        // 2026-11-22
std::string format_date_basic(Date date);  // 20261122

/// Monday = 0 ... Sunday = 6 (the order of GTFS calendar columns).
int weekday_index(Date date);

/// RFC 3339 with Z or an offset, seconds required, up to six decimals:
/// "2026-11-22T08:00:00Z", "2026-11-22T16:00:00.25+08:00". In UTC from year 0 to 9999.
Result<Instant> parse_instant(std::string_view text);
std::string format_instant(Instant instant);  // UTC, with Z; decimals only where they are not 0

/// Local time with its offset from UTC, whole minutes of it: "2026-11-24T08:00:00+08:00".
std::string format_instant(Instant instant, int32_t offset_s);

/// "H:MM", "HH:MM" or "HH:MM:SS" as seconds from the start of a service day; hours up to 99.
Result<int32_t> parse_clock(std::string_view text);
/// Times before the start of the service day have a minus in front, which parse_clock refuses.
std::string format_clock(int32_t seconds);          // 25:10, with :SS only where it is not 0
std::string format_clock_seconds(int32_t seconds);  // 25:10:00 (GTFS)

}  // namespace hq
