#include "route/detail/image_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/geo.h"
#include "route/feed.h"
#include "route/timetable.h"

namespace hq::route {
namespace {

constexpr int32_t kTimeMax = 40 * kDaySeconds;  // keeps every sum in a query within 32 bits
constexpr uint32_t kDayCountMax = 40'000;

std::unexpected<Error> damaged(const std::string& where, std::string_view what) {
  return fail(ErrorCode::corrupt,
              fmt::format("the timetable is damaged ({}); build or import it again", what),
              fmt::format("时刻表文件已损坏（{}）；请重新生成或导入", what), where);
}

bool within(int32_t value, int32_t least, int32_t most) {
  return value >= least && value <= most;
}

/// Offsets begin at 0, never fall and end at the number of items.
bool partition(std::span<const uint32_t> offsets, std::size_t owners, std::size_t items) {
  return offsets.size() == owners + 1 && offsets.front() == 0 && offsets.back() == items &&
         std::ranges::is_sorted(offsets);
}

template <class T>
bool below(std::span<const T> values, std::size_t limit) {
  return std::ranges::all_of(values, [limit](T value) { return value < limit; });
}

class Checker {
 public:
  Checker(const ImageTables& tables) : t_(tables), texts_(tables.text_offsets.size() - 1) {}

  /// The name of the first table that is wrong, or nothing.
  std::string_view first_fault() const {
    if (!info()) return "info";
    if (!std::ranges::all_of(t_.agencies, [&](const auto& a) { return agency(a); })) {
      return "agencies";
    }
    if (!std::ranges::all_of(t_.stops, [&](const auto& s) { return stop(s); })) return "stops";
    if (!order(t_.stops_by_id, t_.stops.size())) return "stops_by_id";
    if (!partition(t_.members_offset, t_.stops.size(), t_.members.size()) ||
        !below(t_.members, t_.stops.size())) {
      return "members";
    }
    if (!std::ranges::all_of(t_.lines, [&](const auto& l) { return line(l); })) return "lines";
    if (!std::ranges::all_of(t_.services, [&](const auto& s) { return service(s); })) {
      return "services";
    }
    if (!patterns()) return "patterns";
    if (!below_masked()) return "pattern_stops";
    if (!std::ranges::all_of(t_.patterns, [&](const auto& p) { return times(p); })) return "times";
    if (!std::ranges::all_of(t_.trips, [&](const auto& trip) { return this->trip(trip); })) {
      return "trips";
    }
    if (!order(t_.trips_by_id, t_.trips.size())) return "trips_by_id";
    if (!std::ranges::all_of(t_.patterns, [&](const auto& p) { return runs(p); })) return "runs";
    if (!visits()) return "visits";
    if (!links(t_.links_offset, t_.links) || !links(t_.links_back_offset, t_.links_back) ||
        !links_agree()) {
      return "links";
    }
    if (!landmarks()) return "landmarks";
    return {};
  }

 private:
  bool texts(std::initializer_list<TextId> ids) const {
    return std::ranges::all_of(ids, [&](TextId id) { return id < texts_; });
  }
  bool index_or_none(uint32_t index, std::size_t limit) const {
    return index == kNone || index < limit;
  }

  bool info() const {
    const InfoRecord& i = t_.info[0];
    return texts({i.id, i.title, i.title_zh, i.caveat, i.caveat_zh, i.version, i.language,
                  i.time_zone}) &&
           i.day_count <= kDayCountMax && i.words_per_set == (i.day_count + 63) / 64 &&
           within(i.first_day, -kTimeMax, kTimeMax) && within(i.run_length_max_s, 0, kTimeMax);
  }
  bool agency(const AgencyRecord& a) const { return texts({a.id, a.name, a.name_en, a.url}); }
  bool stop(const StopRecord& s) const {
    return texts(
               {s.id, s.code, s.name, s.name_en, s.platform_code, s.aliases, s.position_quality}) &&
           index_or_none(s.parent, t_.stops.size()) && is_valid({s.lat, s.lng}) &&
           within(s.change_s, kCannotChange, 7 * kDaySeconds) && s.modes <= kAllModes &&
           s.kind <= static_cast<uint8_t>(StopKind::area);
  }
  bool line(const LineRecord& l) const {
    return texts({l.id, l.short_name, l.long_name, l.name_en, l.service_class, l.color}) &&
           index_or_none(l.agency, t_.agencies.size()) && l.mode < kModeCount;
  }
  bool service(const ServiceRecord& s) const {
    const uint64_t end = (uint64_t{s.day_set} + 1) * t_.info[0].words_per_set;
    return s.id < texts_ && end <= t_.day_words.size();
  }
  bool trip(const TripRecord& t) const {
    if (!texts({t.id, t.short_name, t.headsign}) || t.line >= t_.lines.size() ||
        t.service >= t_.services.size()) {
      return false;
    }
    if (t.pattern == kNone) return true;
    return t.pattern < t_.patterns.size() && within(t.start_s, 0, kTimeMax) &&
           row_of(t_.patterns[t.pattern], t.times);
  }

  /// A row that lies in the rows of the pattern, at the start of one.
  static bool row_of(const PatternRecord& p, uint32_t times) {
    return times >= p.first_times && (times - p.first_times) % p.stop_count == 0 &&
           (times - p.first_times) / p.stop_count < p.row_count;
  }

  bool patterns() const {
    uint64_t stop = 0;
    uint64_t run = 0;
    uint64_t time = 0;
    for (const PatternRecord& p : t_.patterns) {
      if (p.first_stop != stop || p.first_run != run || p.first_times != time) return false;
      if (p.stop_count < 2 || p.row_count < 1 || p.mode >= kModeCount) return false;
      stop += p.stop_count;
      run += p.run_count;
      time += uint64_t{p.stop_count} * p.row_count;
      if (stop > t_.pattern_stops.size() || run > t_.runs.size() || time > t_.times.size()) {
        return false;
      }
    }
    return stop == t_.pattern_stops.size() && run == t_.runs.size() && time == t_.times.size();
  }
  /// Times that never run back along any row of the pattern.
  bool times(const PatternRecord& p) const {
    for (uint32_t i = 0; i < p.stop_count * p.row_count; ++i) {
      const StopTimes& time = t_.times[p.first_times + i];
      if (!within(time.arrival, -kTimeMax, kTimeMax) || time.departure < time.arrival ||
          time.departure > kTimeMax) {
        return false;
      }
      if (i % p.stop_count != 0 && time.arrival < t_.times[p.first_times + i - 1].departure) {
        return false;
      }
    }
    return true;
  }

  /// Runs that refer to what there is, and of which none overtakes another on any days: the order
  /// that searches are built on (compile_patterns.h).
  bool runs(const PatternRecord& p) const {
    const auto runs = t_.runs.subspan(p.first_run, p.run_count);
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const RunRecord& r = runs[i];
      if (!within(r.start_s, 0, kDaySeconds - 1) || !within(r.day, 0, 40)) return false;
      if (r.trip >= t_.trips.size() || r.service >= t_.services.size()) return false;
      if (!row_of(p, r.times)) return false;
      const uint32_t of_trip = t_.trips[r.trip].pattern;
      if (of_trip == kNone || t_.patterns[of_trip].stop_count != p.stop_count) return false;
      if (i > 0 && !never_later(p, runs[i - 1], r, 0)) return false;
    }
    return runs.empty() || never_later(p, runs.back(), runs.front(), kDaySeconds);
  }
  bool never_later(const PatternRecord& p, const RunRecord& a, const RunRecord& b,
                   int32_t b_shift) const {
    const int32_t lead = b.start_s + b_shift - a.start_s;
    if (a.times == b.times) return lead >= 0;
    for (uint32_t i = 0; i < p.stop_count; ++i) {
      const StopTimes& x = t_.times[a.times + i];
      const StopTimes& y = t_.times[b.times + i];
      if (x.arrival > y.arrival + lead || x.departure > y.departure + lead) return false;
    }
    return true;
  }
  bool below_masked() const {
    return std::ranges::all_of(t_.pattern_stops,
                               [&](uint32_t stop) { return (stop & kStopMask) < t_.stops.size(); });
  }
  bool visits() const {
    if (!partition(t_.visits_offset, t_.stops.size(), t_.visits.size())) return false;
    return std::ranges::all_of(t_.visits, [&](const VisitRecord& v) {
      return v.pattern < t_.patterns.size() && v.position < t_.patterns[v.pattern].stop_count;
    });
  }
  bool links(std::span<const uint32_t> offsets, std::span<const LinkRecord> links) const {
    if (!partition(offsets, t_.stops.size(), links.size())) return false;
    for (std::size_t stop = 0; stop < t_.stops.size(); ++stop) {
      const auto own = links.subspan(offsets[stop], offsets[stop + 1] - offsets[stop]);
      if (!std::ranges::is_sorted(own, {}, &LinkRecord::seconds)) return false;
    }
    return std::ranges::all_of(links, [&](const LinkRecord& link) {
      return link.stop < t_.stops.size() && within(link.seconds, 0, 7 * kDaySeconds);
    });
  }
  /// Every link stands in both tables.
  bool links_agree() const {
    if (t_.links.size() != t_.links_back.size()) return false;
    for (uint32_t to = 0; to < t_.stops.size(); ++to) {
      for (uint32_t i = t_.links_back_offset[to]; i < t_.links_back_offset[to + 1]; ++i) {
        const LinkRecord& back = t_.links_back[i];
        const uint32_t begin = t_.links_offset[back.stop];
        const auto from = t_.links.subspan(begin, t_.links_offset[back.stop + 1] - begin);
        const auto same = [&](const LinkRecord& link) {
          return link.stop == to && link.seconds == back.seconds && link.flags == back.flags;
        };
        if (std::ranges::count_if(from, same) != 1) return false;
      }
    }
    return true;
  }
  /// No hop and no link is shorter than the landmarks say, so what they bound is bounded truly.
  bool landmarks() const {
    if (t_.landmarks.size() != t_.stops.size()) return false;
    for (const LandmarkRecord& l : t_.landmarks) {
      for (uint32_t k = 0; k < kLandmarkCount; ++k) {
        if (!within(l.to[k], 0, kNever) || !within(l.from[k], 0, kNever)) return false;
      }
    }
    const auto fits = [&](uint32_t a, uint32_t b, int32_t seconds) {
      bool fits = true;
      for (uint32_t k = 0; k < kLandmarkCount; ++k) {
        fits &= t_.landmarks[a].to[k] <= t_.landmarks[b].to[k] + seconds;
        fits &= t_.landmarks[b].from[k] <= t_.landmarks[a].from[k] + seconds;
      }
      return fits;
    };
    for (const PatternRecord& p : t_.patterns) {
      for (uint32_t i = 0; i < p.stop_count * p.row_count; ++i) {
        const uint32_t n = i % p.stop_count;
        if (n + 1 == p.stop_count) continue;
        const StopTimes* time = &t_.times[p.first_times + i];
        const uint32_t* stop = &t_.pattern_stops[p.first_stop + n];
        if (!fits(stop[0] & kStopMask, stop[1] & kStopMask, time[1].arrival - time[0].departure)) {
          return false;
        }
      }
    }
    for (uint32_t stop = 0; stop < t_.stops.size(); ++stop) {
      for (uint32_t i = t_.links_offset[stop]; i < t_.links_offset[stop + 1]; ++i) {
        const LinkRecord& link = t_.links[i];
        // A rule of a query may shorten a change inside a station, even to nothing.
        const int32_t least = (link.flags & kLinkInStation) != 0 ? 0 : link.seconds;
        if (!fits(stop, link.stop, least)) return false;
      }
    }
    return true;
  }
  static bool order(std::span<const uint32_t> indices, std::size_t limit) {
    return indices.size() == limit && below(indices, limit);
  }

  const ImageTables& t_;
  std::size_t texts_;
};

}  // namespace

Result<ImageTables> image_tables(std::string_view image, const std::string& where) {
  ImageTables tables;
  bool is_fine = true;
  uint32_t number = 0;
  const auto take = [&]<class Record>(Section section, std::span<const Record>& out) {
    SectionRecord record;
    std::memcpy(&record, image.data() + sizeof(ImageHeader) + number * sizeof record,
                sizeof record);
    ++number;
    if (record.section != static_cast<uint32_t>(section) || record.item_bytes != sizeof(Record) ||
        record.offset % 8 != 0 || record.offset > image.size() ||
        record.count > (image.size() - record.offset) / sizeof(Record)) {
      is_fine = false;
      return;
    }
    out = {reinterpret_cast<const Record*>(image.data() + record.offset), record.count};
  };
  take(Section::text_offsets, tables.text_offsets);
  take(Section::text_bytes, tables.text_bytes);
  take(Section::info, tables.info);
  take(Section::agencies, tables.agencies);
  take(Section::stops, tables.stops);
  take(Section::stops_by_id, tables.stops_by_id);
  take(Section::members_offset, tables.members_offset);
  take(Section::members, tables.members);
  take(Section::lines, tables.lines);
  take(Section::services, tables.services);
  take(Section::day_words, tables.day_words);
  take(Section::trips, tables.trips);
  take(Section::trips_by_id, tables.trips_by_id);
  take(Section::patterns, tables.patterns);
  take(Section::pattern_stops, tables.pattern_stops);
  take(Section::times, tables.times);
  take(Section::runs, tables.runs);
  take(Section::visits_offset, tables.visits_offset);
  take(Section::visits, tables.visits);
  take(Section::links_offset, tables.links_offset);
  take(Section::links, tables.links);
  take(Section::links_back_offset, tables.links_back_offset);
  take(Section::links_back, tables.links_back);
  take(Section::landmarks, tables.landmarks);
  if (!is_fine || tables.info.size() != 1 || tables.text_offsets.empty() ||
      !partition(tables.text_offsets, tables.text_offsets.size() - 1, tables.text_bytes.size())) {
    return damaged(where, "sections");
  }
  return tables;
}

Result<> check_image(const ImageTables& tables, const std::string& where) {
  const std::string_view fault = Checker(tables).first_fault();
  if (!fault.empty()) return damaged(where, fault);
  return {};
}

}  // namespace hq::route
