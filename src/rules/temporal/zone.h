// Zone: what a FEEL time says of its place: nothing, an offset from UTC, or an IANA name.
//
// A value of 16 bytes on any thread. Named zones are read from the tz database at their first use
// (base/time_zone.h) and kept for the life of the process, so that equal names are equal pointers;
// there are some 600 of them. Years of any size: beyond 2399 the rule of the zone goes on, as the
// calendar repeats every 400 years; before 1200 its first local time counts.
//
//   HQ_TRY(const Zone paris, Zone::named("Europe/Paris"));
//   paris.text();                                     // @Europe/Paris
//   Zone::fixed(8 * 3600)->text();                    // +08:00
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hq::rules {

class Zone {
 public:
  static constexpr int32_t kOffsetMax_s = 18 * 3600;

  constexpr Zone() = default;  // no zone: local time of no place

  static constexpr Zone utc() { return Zone(Kind::fixed, 0); }
  /// An offset of local time from UTC, east positive; none beyond 18 hours.
  static std::optional<Zone> fixed(int64_t offset_s);
  /// not_found where the tz database has no zone of that name.
  static Result<Zone> named(std::string_view name);

  bool is_none() const { return kind_ == Kind::none; }
  bool is_fixed() const { return kind_ == Kind::fixed; }
  bool is_named() const { return kind_ == Kind::named; }

  /// "Europe/Paris"; empty where it has no name.
  std::string_view name() const;
  /// "", "Z", "+08:00", "-02:45:55", "@Europe/Paris".
  std::string text() const;

  /// The offset where it is the same at all times; none for no zone and for zones that change.
  std::optional<int32_t> constant_offset_s() const;

  /// Local time minus UTC at a moment in UTC, or 0 for no zone.
  int32_t offset_at_utc_s(int64_t days, int32_t seconds_of_day) const;
  /// The same at a moment by the local clock. Of a time shown twice the earlier moment counts; for
  /// one that clocks skip, local - offset is the moment of the jump.
  int32_t offset_at_local_s(int64_t days, int32_t seconds_of_day) const;

  /// The same name, or the same offset: +00:00 is Z, but UTC is not.
  bool operator==(const Zone&) const = default;

 private:
  struct Named;
  enum class Kind : int32_t { none, fixed, named };

  constexpr Zone(Kind kind, int32_t offset_s) : kind_(kind), offset_s_(offset_s) {}

  static Result<const Named*> find(std::string_view name);

  Kind kind_ = Kind::none;
  int32_t offset_s_ = 0;
  const Named* named_ = nullptr;
};

}  // namespace hq::rules
