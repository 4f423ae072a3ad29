// Timetable: a compiled feed, mapped from one file and never changed.
//
// open() checks magic, version, length, SHA-256 and then every index, so no query can be led out of
// bounds by a bad file. Stops, lines, services, agencies and trips keep the indices they had in the
// Feed. Immutable: share it between threads; views and answers refer to it by shared_ptr.
//
//   HQ_TRY(std::shared_ptr<const Timetable> timetable, Timetable::open("rail.hqt"));
//   std::optional<uint32_t> stop = timetable->find_stop("AOH");
//   std::string_view name = timetable->text(timetable->stop(*stop).name);
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "base/geo.h"
#include "base/hash.h"
#include "base/time.h"
#include "route/detail/image.h"
#include "route/detail/image_check.h"
#include "route/feed.h"

namespace hq::route {

/// What moves the passenger, coarser than a GTFS route_type.
enum class Mode : uint8_t { rail, metro, tram, bus, coach, ferry, air, cable, other };
inline constexpr uint32_t kModeCount = 9;

using ModeMask = uint32_t;  // bit `1 << mode`
inline constexpr ModeMask kAllModes = (1u << kModeCount) - 1;
constexpr ModeMask mask(Mode mode) {
  return ModeMask{1} << static_cast<uint32_t>(mode);
}

/// Stable lower-case ids: "rail", "metro" ...
std::string_view id(Mode mode);
std::optional<Mode> mode_from_id(std::string_view id);

/// GTFS route_type, basic and extended, to a Mode; a number of neither list is `other`.
Mode mode_of_route_type(int32_t route_type);

/// StopRecord::change_s where no change is possible at the stop itself.
inline constexpr int32_t kCannotChange = -1;

class Timetable {
 public:
  /// Maps the file. Errors: io_error / not_found, corrupt, newer_version, parse_error (no image).
  static Result<std::shared_ptr<const Timetable>> open(const std::filesystem::path& path);

  /// The same over bytes in memory, as compile() returns them.
  static Result<std::shared_ptr<const Timetable>> from_bytes(std::string image);

  Timetable(const Timetable&) = delete;
  Timetable& operator=(const Timetable&) = delete;

  std::span<const AgencyRecord> agencies() const { return t_.agencies; }
  std::span<const StopRecord> stops() const { return t_.stops; }
  std::span<const LineRecord> lines() const { return t_.lines; }
  std::span<const ServiceRecord> services() const { return t_.services; }
  std::span<const TripRecord> trips() const { return t_.trips; }
  uint32_t stop_count() const { return static_cast<uint32_t>(t_.stops.size()); }

  const StopRecord& stop(uint32_t stop) const { return t_.stops[stop]; }
  const LineRecord& line(uint32_t line) const { return t_.lines[line]; }
  const TripRecord& trip(uint32_t trip) const { return t_.trips[trip]; }
  LatLng position(uint32_t stop) const { return {t_.stops[stop].lat, t_.stops[stop].lng}; }

  std::string_view text(TextId text) const {
    const uint32_t begin = t_.text_offsets[text];
    return {t_.text_bytes.data() + begin, t_.text_offsets[text + 1] - begin};
  }

  /// By id of the feed; the first of several equal ones.
  std::optional<uint32_t> find_stop(std::string_view id) const;
  std::optional<uint32_t> find_trip(std::string_view id) const;
  std::optional<uint32_t> find_service(std::string_view id) const;
  std::optional<uint32_t> find_line(std::string_view id) const;

  /// The stops that trips call at when `stop` is named: the platforms of a station, or itself.
  std::span<const uint32_t> members(uint32_t stop) const;

  /// The station of a platform that has one, else the stop itself.
  uint32_t station_of(uint32_t stop) const;

  /// Links on foot and inside stations from a stop, shortest first.
  std::span<const LinkRecord> links(uint32_t stop) const {
    return t_.links.subspan(t_.links_offset[stop],
                            t_.links_offset[stop + 1] - t_.links_offset[stop]);
  }
  /// Links that end at a stop; LinkRecord::stop is where they start.
  std::span<const LinkRecord> links_back(uint32_t stop) const {
    return t_.links_back.subspan(t_.links_back_offset[stop],
                                 t_.links_back_offset[stop + 1] - t_.links_back_offset[stop]);
  }

  bool runs_on(uint32_t service, Date day) const;
  Date first_day() const;
  Date last_day() const;  // the last day on which any service may run

  const InfoRecord& info() const { return t_.info[0]; }
  std::string_view id() const { return text(t_.info[0].id); }
  std::string_view title() const { return text(t_.info[0].title); }
  std::string_view title_zh() const { return text(t_.info[0].title_zh); }
  std::string_view caveat() const { return text(t_.info[0].caveat); }
  std::string_view caveat_zh() const { return text(t_.info[0].caveat_zh); }
  std::string_view version() const { return text(t_.info[0].version); }
  std::string_view language() const { return text(t_.info[0].language); }
  std::string_view time_zone() const { return text(t_.info[0].time_zone); }

  /// SHA-256 of the image; names exactly this timetable.
  const Sha256& hash() const { return hash_; }
  std::size_t bytes() const { return bytes_.size(); }

  // What day views are made of.
  std::span<const PatternRecord> patterns() const { return t_.patterns; }
  std::span<const uint32_t> pattern_stops() const { return t_.pattern_stops; }
  std::span<const StopTimes> times() const { return t_.times; }
  std::span<const RunRecord> runs() const { return t_.runs; }
  std::span<const LandmarkRecord> landmarks() const { return t_.landmarks; }
  std::span<const VisitRecord> visits(uint32_t stop) const {
    return t_.visits.subspan(t_.visits_offset[stop],
                             t_.visits_offset[stop + 1] - t_.visits_offset[stop]);
  }

 private:
  Timetable() = default;
  Result<> bind(std::string_view bytes, const std::string& where);

  MappedFile file_;
  std::string owned_;
  std::string_view bytes_;
  Sha256 hash_{};

  ImageTables t_;
};

}  // namespace hq::route
