// The records of a compiled timetable image, as they lie in the file (docs/format/timetable.md).
//
// compile() writes them, Timetable maps them; nothing is parsed between. All numbers are
// little-endian, all records are plain and have no hidden padding; references are indices into
// other sections. A change of any record needs a new kImageVersion.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <type_traits>

namespace hq::route {

static_assert(std::endian::native == std::endian::little, "the image is mapped as it is");

inline constexpr std::array<char, 8> kImageMagic = {'H', 'Q', 'T', 'T', 'A', 'B', 'L', 'E'};
inline constexpr uint32_t kImageVersion = 1;
inline constexpr int32_t kDaySeconds = 86400;

using TextId = uint32_t;  // index of a text of the string table; 0 is the empty text

/// The sections of an image, each at most once and all present, in this order.
enum class Section : uint32_t {
  text_offsets,    // uint32[texts + 1] into text_bytes
  text_bytes,      // UTF-8, no terminators
  info,            // one InfoRecord
  agencies,        // AgencyRecord
  stops,           // StopRecord; the order of the feed
  stops_by_id,     // uint32: stop indices sorted by the bytes of their id
  members_offset,  // uint32[stops + 1] into members
  members,         // uint32: the stops that trips call at when this stop is meant
  lines,           // LineRecord; the order of the feed
  services,        // ServiceRecord; the order of the feed
  day_words,       // uint64: bitsets of days, words_per_set each
  trips,           // TripRecord; the order of the feed
  trips_by_id,     // uint32: trip indices sorted by the bytes of their id
  patterns,        // PatternRecord
  pattern_stops,   // uint32: stop index | kCanBoard | kCanAlight
  times,           // StopTimes: rows of relative times, a row per running profile
  runs,            // RunRecord: sorted within its pattern
  visits_offset,   // uint32[stops + 1] into visits
  visits,          // VisitRecord: where patterns call at a stop
  links_offset,    // uint32[stops + 1] into links
  links,           // LinkRecord: from the stop, sorted by seconds
  links_back_offset,
  links_back,  // LinkRecord: to the stop (`stop` is where it starts), sorted by seconds
  landmarks,   // LandmarkRecord, one a stop
};
inline constexpr uint32_t kSectionCount = 24;

struct ImageHeader {
  std::array<char, 8> magic;
  uint32_t version;
  uint32_t section_count;
  uint64_t file_bytes;
  std::array<uint8_t, 32> sha256;  // of the whole file with these 32 bytes taken as zero
  uint64_t reserved;
};
static_assert(sizeof(ImageHeader) == 64);

struct SectionRecord {
  uint32_t section;     // Section
  uint32_t item_bytes;  // size of one item, a check on both sides
  uint64_t offset;      // from the start of the file, a multiple of 8
  uint64_t count;       // items
};
static_assert(sizeof(SectionRecord) == 24);

struct InfoRecord {
  TextId id, title, title_zh, caveat, caveat_zh, version, language, time_zone;
  int32_t first_day;  // days from 1970-01-01 of bit 0 of the bitsets
  uint32_t day_count;
  uint32_t words_per_set;
  int32_t change_rail_s;  // the defaults that were compiled in
  int32_t change_other_s;
  int32_t walk_chain_max_s;
  int32_t run_length_max_s;  // from the departure of a run to its last arrival, the longest
  uint32_t reserved;
};
static_assert(sizeof(InfoRecord) == 64);

struct AgencyRecord {
  TextId id, name, name_en, url;
};
static_assert(sizeof(AgencyRecord) == 16);

struct StopRecord {
  double lat, lng;  // degrees, WGS-84; 0, 0 where has_position is 0
  TextId id, code, name, name_en, platform_code;
  TextId aliases;  // several are separated by line feeds
  TextId position_quality;
  uint32_t parent;   // the station it belongs to, or kNone
  int32_t change_s;  // from trip to trip at this stop; kCannotChange where that is ruled out
  uint32_t modes;    // ModeMask of the lines that call here (of all members, for a station)
  uint8_t kind;      // StopKind
  uint8_t has_position;
  uint16_t reserved_1;
  uint32_t reserved_2;
};
static_assert(sizeof(StopRecord) == 64);

struct LineRecord {
  TextId id, short_name, long_name, name_en, service_class, color;
  uint32_t agency;  // or kNone
  int32_t type;     // GTFS route_type
  uint32_t mode;    // Mode
};
static_assert(sizeof(LineRecord) == 36);

struct ServiceRecord {
  TextId id;
  uint32_t day_set;  // bitset number; equal services share one
};
static_assert(sizeof(ServiceRecord) == 8);

struct TripRecord {
  TextId id, short_name, headsign;
  uint32_t line;
  uint32_t service;
  uint32_t pattern;  // one with its stops; kNone for a trip that never starts
  uint32_t times;    // its row of relative times: index of the first StopTimes
  int32_t start_s;   // departure of its first run at the first stop, from the service day
  uint32_t runs;     // 1, or the number of starts that its frequencies give
};
static_assert(sizeof(TripRecord) == 36);

/// Runs with the same stops, the same boarding rules and the same mode, none of which overtakes
/// another on any days they may run.
struct PatternRecord {
  uint32_t first_stop;  // in pattern_stops
  uint32_t stop_count;  // at least 2
  uint32_t first_run;   // in runs
  uint32_t run_count;
  uint32_t first_times;  // in times; the rows of a pattern stand together
  uint32_t row_count;
  uint32_t mode;
  uint32_t reserved;
};
static_assert(sizeof(PatternRecord) == 32);

inline constexpr uint32_t kCanBoard = uint32_t{1} << 31;
inline constexpr uint32_t kCanAlight = uint32_t{1} << 30;
inline constexpr uint32_t kStopMask = kCanAlight - 1;

/// Seconds relative to the departure of the run from its first stop.
struct StopTimes {
  int32_t arrival;
  int32_t departure;
};
static_assert(sizeof(StopTimes) == 8);

/// One start of a trip. It leaves its first stop `day` days and `start_s` seconds after the start
/// of its service day.
struct RunRecord {
  int32_t start_s;  // 0 ... 86399
  uint32_t times;   // index of the first StopTimes of its row
  uint32_t trip;
  uint32_t service;
  int16_t day;
  uint16_t by_headway;  // 1: the operator promises only the headway
};
static_assert(sizeof(RunRecord) == 20);

struct VisitRecord {
  uint32_t pattern;
  uint32_t position;
};
static_assert(sizeof(VisitRecord) == 8);

inline constexpr uint32_t kLinkInStation = 1;  // between platforms of one station: a change
inline constexpr uint32_t kLinkChained = 2;    // put together from several links of the feed

struct LinkRecord {
  uint32_t stop;
  int32_t seconds;
  uint32_t flags;
};
static_assert(sizeof(LinkRecord) == 12);

inline constexpr uint32_t kLandmarkCount = 8;
inline constexpr int32_t kNever = 1 << 30;  // of a landmark that cannot be reached

/// Least seconds of riding and walking, without any waiting, between a stop and each landmark. By
/// the triangle inequality they bound the time between any two stops from below.
struct LandmarkRecord {
  std::array<int32_t, kLandmarkCount> to;    // from the stop to the landmark
  std::array<int32_t, kLandmarkCount> from;  // from the landmark to the stop
};
static_assert(sizeof(LandmarkRecord) == 64);

}  // namespace hq::route
