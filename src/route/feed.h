// Feed: a timetable as its publisher states it, in the words of GTFS, before it is compiled.
//
// Readers (GTFS, plain train listing, a hub's service plan) fill a Feed; compile() (compile.h)
// turns it into the Timetable that queries run on; write_gtfs() writes it out. Everything refers
// to everything else by index into these vectors. A plain value: build it on one thread, then read
// it on any.
//
// Invariants that readers keep and check() verifies: ids are there and stand once per table;
// indices are in range; the stop times of a trip stand together, in order, at least two; times
// never run backwards along a trip and stay under kClockEnd; lists of days ascend.
//
//   HQ_TRY(Feed feed, read_gtfs("rail.zip", report));   // gtfs_reader.h
//   HQ_TRY_VOID(check(feed));
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/geo.h"
#include "base/time.h"

namespace hq::route {

inline constexpr uint32_t kNone = UINT32_MAX;     // "no such index"
inline constexpr int32_t kClockEnd = 100 * 3600;  // service clocks end before 100:00:00

struct Agency {
  std::string id = {};
  std::string name = {};
  std::string name_en = {};
  std::string url = {};
  std::string time_zone = {};  // IANA name; times of the feed are local to it

  bool operator==(const Agency&) const = default;
};

enum class StopKind : uint8_t { platform = 0, station = 1, entrance = 2, node = 3, area = 4 };

struct Stop {
  std::string id = {};
  std::string code = {};
  std::string name = {};                  // as published, in a Chinese feed Chinese
  std::string name_en = {};               // empty where unknown
  std::vector<std::string> aliases = {};  // older or other names to search by; no '|' in them
  std::string platform_code = {};
  LatLng position = {};
  bool has_position = false;
  std::string position_quality = {};  // how the coordinates were come by, where the feed says so
  StopKind kind = StopKind::platform;
  uint32_t parent = kNone;  // index of the station this platform belongs to

  bool operator==(const Stop&) const = default;
};

/// A line as passengers know it (GTFS routes.txt); "route" is kept for RAPTOR's stop patterns.
struct Line {
  std::string id = {};
  std::string short_name = {};
  std::string long_name = {};
  std::string name_en = {};
  std::string service_class = {};  // "high_speed", "metro" ...: route_desc of our feeds
  std::string color = {};          // six hexadecimal digits or empty
  uint32_t agency = kNone;
  int32_t type = 3;  // GTFS route_type, extended types too

  bool operator==(const Line&) const = default;
};

/// The days on which trips run (calendar.txt and calendar_dates.txt of one service_id).
struct Service {
  std::string id = {};
  uint8_t weekdays = 0;            // bit 0 Monday ... bit 6 Sunday
  Date first{};                    // of the weekly part; no weekly part where weekdays is 0
  Date last{};                     // included
  std::vector<Date> added = {};    // ascending, each day once
  std::vector<Date> removed = {};  // the same; never a day of `added`

  bool runs_on(Date day) const;

  bool operator==(const Service&) const = default;
};

/// GTFS pickup_type / drop_off_type as far as a query cares: 1 in GTFS is "not possible".
struct StopTime {
  int32_t arrival = 0;    // seconds from the start of the service day
  int32_t departure = 0;  // not before arrival
  uint32_t stop = kNone;
  bool can_board = true;
  bool can_alight = true;

  bool operator==(const StopTime&) const = default;
};

struct Trip {
  std::string id = {};
  std::string short_name = {};  // the run number(s) as passengers know them: "G7322", "G7322/G7323"
  std::string headsign = {};
  std::string block_id = {};
  uint32_t line = kNone;
  uint32_t service = kNone;
  uint32_t first_stop_time = 0;
  uint32_t stop_time_count = 0;

  bool operator==(const Trip&) const = default;
};

/// The trip is a template that starts every `headway_s` from `start` while before `end`. Where
/// `exact` is false the operator promises only the headway; compile() then takes departures at
/// start, start + headway ..., and the answer says that they are by headway.
struct Frequency {
  uint32_t trip = kNone;
  int32_t start = 0;
  int32_t end = 0;
  int32_t headway_s = 0;
  bool exact = false;

  bool operator==(const Frequency&) const = default;
};

enum class TransferKind : uint8_t {
  walk = 0,
  timed = 1,
  minimum_time = 2,
  impossible = 3,
  in_seat = 4,
  in_seat_not_allowed = 5
};

/// A way from stop to stop on foot, or a rule for a change. from == to states the change time at
/// that stop. Optional trips or lines narrow the rule to them.
struct Transfer {
  uint32_t from = kNone;
  uint32_t to = kNone;
  TransferKind kind = TransferKind::walk;
  int32_t seconds = 0;
  uint32_t from_line = kNone;
  uint32_t to_line = kNone;
  uint32_t from_trip = kNone;
  uint32_t to_trip = kNone;

  bool operator==(const Transfer&) const = default;
};

struct Feed {
  std::string id = {};     // short, ASCII: "hongqiao-reference"
  std::string title = {};  // "Reference service plan of the hub"
  std::string title_zh = {};
  std::string caveat = {};  // a sentence that goes with every answer; none for operators' feeds
  std::string caveat_zh = {};
  std::string version = {};   // feed_version or the like
  std::string language = {};  // BCP 47, of the names as published: "zh"

  std::vector<Agency> agencies = {};
  std::vector<Stop> stops = {};
  std::vector<Line> lines = {};
  std::vector<Service> services = {};
  std::vector<Trip> trips = {};
  std::vector<StopTime> stop_times = {};
  std::vector<Frequency> frequencies = {};
  std::vector<Transfer> transfers = {};

  bool operator==(const Feed&) const = default;
};

/// The IANA zone of all agencies; "UTC" for none. Readers refuse feeds with several.
const std::string& time_zone(const Feed& feed);

/// `b` put behind `a`: ids of `b` get `prefix` in front where they would clash (again, until they
/// do not). Title, caveat and version of `a` stay, and take those of `b` where `a` has none. Both
/// must be of one time zone (HQ_ASSERT).
Feed join(Feed a, const Feed& b, const std::string& prefix);

/// The invariants above; the Error names the first thing that breaks one ("trips[12].line").
Result<> check(const Feed& feed);

}  // namespace hq::route
