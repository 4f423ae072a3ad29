// TimeZone: local time of a place, from the TZif files of the tz database (RFC 9636, versions 1-4).
//
// A value; loaded once, then read on any thread. After the last transition of the file its rule
// (PosixTz) counts; before the first, its first local time type. Files with leap seconds
// ("right/") are refused. Where the system has no tz database, Asia/Shanghai is UTC+8 at all
// times (right since 1991-09-15) and UTC is UTC; is_built_in() tells.
//
//   HQ_TRY(TimeZone zone, TimeZone::load("Asia/Shanghai"));
//   const LocalTime local = zone.to_local(instant);
//   const Instant noon = zone.to_utc(local.date, 12 * 3600);
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/posix_tz.h"
#include "base/time.h"

namespace hq {

struct LocalTime {
  Date date{};
  Duration time_of_day{};  // by the clock on the wall
  int32_t offset_s = 0;    // of local time from UTC, east positive

  int32_t seconds() const {
    return static_cast<int32_t>(std::chrono::floor<std::chrono::seconds>(time_of_day).count());
  }
  bool operator==(const LocalTime&) const = default;
};

class TimeZone {
 public:
  /// The zone of an IANA name, "Asia/Shanghai". not_found if there is none of that name.
  static Result<TimeZone> load(std::string_view name,
                               const std::filesystem::path& folder = "/usr/share/zoneinfo");

  /// The zone that the bytes of a TZif file describe.
  static Result<TimeZone> parse(std::string_view bytes, std::string name);

  static TimeZone utc();

  const std::string& name() const { return name_; }
  bool is_built_in() const { return is_built_in_; }

  /// Local time minus UTC, in seconds.
  int32_t offset_s(Instant instant) const;

  LocalTime to_local(Instant instant) const;

  /// The instant when local clocks show that time. Of a time shown twice, the earlier; for one
  /// that clocks skip, the instant of the jump (as std::chrono's choose::earliest).
  Instant to_utc(Date date, int32_t seconds_of_day) const;

  /// Where the service day of a timetable starts: 12 hours before noon (GTFS, stop_times.txt).
  Instant service_day_start(Date date) const;

 private:
  using Change = PosixTz::Change;

  TimeZone(std::string name, int32_t offset_s)
      : name_(std::move(name)), is_built_in_(true), first_offset_s_(offset_s) {}
  TimeZone() = default;
  struct Parser;

  int32_t offset_at(int64_t utc_s) const;
  std::vector<Change> changes(int64_t from_s, int64_t to_s) const;

  std::string name_;
  bool is_built_in_ = false;
  int32_t first_offset_s_ = 0;   // before the first change
  std::vector<Change> changes_;  // in their order
  std::optional<PosixTz> rule_;  // after the last change
};

}  // namespace hq
