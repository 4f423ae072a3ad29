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
#include "route/feed.h"

namespace hq::route {

/// What moves the passenger, coarser than a GTFS route_type.
enum class Mode : uint8_t { rail, metro, tram, bus, coach, ferry, air, cable, other };
inline constexpr uint32_t kModeCount = 9;

using ModeMask = uint32_t;  // bit `1 << mode`
inline constexpr ModeMask kAllModes = (1u << kModeCount) - 1;
constexpr ModeMask mask(Mode mode) { return ModeMask{1} << static_cast<uint32_t>(mode); }

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

  std::span<const AgencyRecord> agencies() const { return agencies_; }
  std::span<const StopRecord> stops() const { return stops_; }
  std::span<const LineRecord> lines() const { return lines_; }
  std::span<const ServiceRecord> services() const { return services_; }
  std::span<const TripRecord> trips() const { return trips_; }
  uint32_t stop_count() const { return static_cast<uint32_t>(stops_.size()); }

  const StopRecord& stop(uint32_t stop) const { return stops_[stop]; }
  const LineRecord& line(uint32_t line) const { return lines_[line]; }
  const TripRecord& trip(uint32_t trip) const { return trips_[trip]; }
  LatLng position(uint32_t stop) const { return {stops_[stop].lat, stops_[stop].lng}; }

  std::string_view text(TextId text) const {
    const uint32_t begin = text_offsets_[text];
    return {text_bytes_.data() + begin, text_offsets_[text + 1] - begin};
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
    return links_.subspan(links_offset_[stop], links_offset_[stop + 1] - links_offset_[stop]);
  }
  /// Links that end at a stop; LinkRecord::stop is where they start.
  std::span<const LinkRecord> links_back(uint32_t stop) const {
    return links_back_.subspan(links_back_offset_[stop],
                               links_back_offset_[stop + 1] - links_back_offset_[stop]);
  }

  bool runs_on(uint32_t service, Date day) const;
  Date first_day() const;
  Date last_day() const;  // the last day on which any service may run

  const InfoRecord& info() const { return *info_; }
  std::string_view id() const { return text(info_->id); }
  std::string_view title() const { return text(info_->title); }
  std::string_view title_zh() const { return text(info_->title_zh); }
  std::string_view caveat() const { return text(info_->caveat); }
  std::string_view caveat_zh() const { return text(info_->caveat_zh); }
  std::string_view version() const { return text(info_->version); }
  std::string_view time_zone() const { return text(info_->time_zone); }

  /// SHA-256 of the image; names exactly this timetable.
  const Sha256& hash() const { return hash_; }
  std::size_t bytes() const { return bytes_.size(); }

  // What day views are made of.
  std::span<const PatternRecord> patterns() const { return patterns_; }
  std::span<const uint32_t> pattern_stops() const { return pattern_stops_; }
  std::span<const StopTimes> times() const { return times_; }
  std::span<const RunRecord> runs() const { return runs_; }
  std::span<const VisitRecord> visits(uint32_t stop) const {
    return visits_.subspan(visits_offset_[stop], visits_offset_[stop + 1] - visits_offset_[stop]);
  }

 private:
  Timetable() = default;
  static Result<std::shared_ptr<const Timetable>> bind(std::shared_ptr<Timetable> timetable,
                                                       const std::string& where);
  Result<> bind_sections(const std::string& where);
  Result<> check_indices(const std::string& where) const;

  MappedFile file_;
  std::string owned_;
  std::string_view bytes_;
  Sha256 hash_{};

  std::span<const uint32_t> text_offsets_;
  std::span<const char> text_bytes_;
  const InfoRecord* info_ = nullptr;
  std::span<const AgencyRecord> agencies_;
  std::span<const StopRecord> stops_;
  std::span<const uint32_t> stops_by_id_;
  std::span<const uint32_t> members_offset_, members_;
  std::span<const LineRecord> lines_;
  std::span<const ServiceRecord> services_;
  std::span<const uint64_t> day_words_;
  std::span<const TripRecord> trips_;
  std::span<const uint32_t> trips_by_id_;
  std::span<const PatternRecord> patterns_;
  std::span<const uint32_t> pattern_stops_;
  std::span<const StopTimes> times_;
  std::span<const RunRecord> runs_;
  std::span<const uint32_t> visits_offset_;
  std::span<const VisitRecord> visits_;
  std::span<const uint32_t> links_offset_, links_back_offset_;
  std::span<const LinkRecord> links_, links_back_;
};

}  // namespace hq::route
