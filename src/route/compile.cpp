#include "route/compile.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "route/detail/compile_landmarks.h"
#include "route/detail/compile_links.h"
#include "route/detail/compile_patterns.h"
#include "route/detail/image_writer.h"
#include "route/timetable.h"

namespace hq::route {
namespace {

constexpr int64_t kDayCountMax = 36600;  // a century
constexpr uint32_t kStopCountMax = kStopMask;

/// Bitsets of days of all services, equal ones once.
struct Calendar {
  int32_t first_day = 0;
  uint32_t day_count = 0;
  uint32_t words_per_set = 0;
  std::vector<ServiceRecord> services;
  std::vector<uint64_t> words;
};

Result<Calendar> compile_calendar(const Feed& feed, ImageWriter& writer) {
  Calendar calendar;
  int32_t first = INT32_MAX;
  int32_t last = INT32_MIN;
  const auto include = [&](Date day) {
    const auto number = static_cast<int32_t>(day.time_since_epoch().count());
    first = std::min(first, number);
    last = std::max(last, number);
  };
  for (const Service& service : feed.services) {
    if (service.weekdays != 0 && service.first <= service.last) {
      include(service.first);
      include(service.last);
    }
    for (const Date day : service.added) include(day);
  }
  const int64_t days = first > last ? 0 : int64_t{last} - first + 1;
  if (days > kDayCountMax) {
    return fail(ErrorCode::limit_exceeded,
                fmt::format("the services span {} days, more than {}", days, kDayCountMax),
                fmt::format("运行日历跨越 {} 天，超过上限 {}", days, kDayCountMax));
  }
  calendar.first_day = days == 0 ? 0 : first;
  calendar.day_count = static_cast<uint32_t>(days);
  calendar.words_per_set = (calendar.day_count + 63) / 64;
  std::map<std::vector<uint64_t>, uint32_t> sets;
  for (const Service& service : feed.services) {
    std::vector<uint64_t> set(calendar.words_per_set);
    for (uint32_t day = 0; day < calendar.day_count; ++day) {
      const Date date{std::chrono::days{calendar.first_day + static_cast<int32_t>(day)}};
      if (service.runs_on(date)) set[day / 64] |= uint64_t{1} << (day % 64);
    }
    const auto [at, is_new] = sets.try_emplace(set, static_cast<uint32_t>(sets.size()));
    if (is_new) calendar.words.insert(calendar.words.end(), set.begin(), set.end());
    calendar.services.push_back({writer.text(service.id), at->second});
  }
  return calendar;
}

/// Modes of the lines that call at each stop.
std::vector<uint32_t> modes_of_stops(const Feed& feed, const std::vector<uint32_t>& line_modes) {
  std::vector<uint32_t> modes(feed.stops.size());
  for (const Trip& trip : feed.trips) {
    for (uint32_t i = 0; i < trip.stop_time_count; ++i) {
      modes[feed.stop_times[trip.first_stop_time + i].stop] |= 1u << line_modes[trip.line];
    }
  }
  return modes;
}

/// The stops that are meant when a stop is named: the served platforms of a station, or itself.
std::vector<std::vector<uint32_t>> members_of(const Feed& feed,
                                              const std::vector<uint32_t>& modes) {
  std::vector<std::vector<uint32_t>> members(feed.stops.size());
  for (uint32_t stop = 0; stop < feed.stops.size(); ++stop) {
    if (modes[stop] == 0) continue;
    members[stop].push_back(stop);
    const uint32_t parent = feed.stops[stop].parent;
    if (parent != kNone && parent != stop) members[parent].push_back(stop);
  }
  for (uint32_t stop = 0; stop < feed.stops.size(); ++stop) {
    if (members[stop].empty()) members[stop].push_back(stop);
    std::ranges::sort(members[stop]);
  }
  return members;
}

std::string join_lines(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += all.empty() ? text : '\n' + text;
  return all;
}

/// Lists of lists as offsets and items.
template <class T>
std::pair<std::vector<uint32_t>, std::vector<T>> flatten(const std::vector<std::vector<T>>& lists) {
  std::pair<std::vector<uint32_t>, std::vector<T>> flat;
  flat.first.reserve(lists.size() + 1);
  for (const auto& list : lists) {
    flat.first.push_back(static_cast<uint32_t>(flat.second.size()));
    flat.second.insert(flat.second.end(), list.begin(), list.end());
  }
  flat.first.push_back(static_cast<uint32_t>(flat.second.size()));
  return flat;
}

class Compiler {
 public:
  Compiler(const Feed& feed, const CompileOptions& options, ImportReport& report)
      : feed_(feed), options_(options), report_(report) {}

  Result<std::string> run() {
    for (const Line& line : feed_.lines) {
      line_modes_.push_back(static_cast<uint32_t>(mode_of_route_type(line.type)));
    }
    HQ_TRY(const Calendar calendar, compile_calendar(feed_, writer_));
    HQ_TRY(const Patterns patterns, compile_patterns(feed_, line_modes_, options_));
    const std::vector<uint32_t> modes = modes_of_stops(feed_, line_modes_);
    const auto members = members_of(feed_, modes);
    const Links links = compile_links(feed_, members, modes, options_, report_);
    note_blocks();

    add_info(calendar, patterns.run_length_max_s);
    add_stops(members, modes, links.change_s);
    add_lines();
    writer_.add(Section::services, calendar.services);
    writer_.add(Section::day_words, calendar.words);
    add_trips(patterns);
    writer_.add(Section::patterns, patterns.patterns);
    writer_.add(Section::pattern_stops, patterns.pattern_stops);
    writer_.add(Section::times, patterns.times);
    writer_.add(Section::runs, patterns.runs);
    add_visits(patterns);
    add_links(links);
    writer_.add(Section::landmarks, compile_landmarks(patterns, links));
    return std::move(writer_).finish();
  }

 private:
  void note_blocks() {
    const auto count =
        std::ranges::count_if(feed_.trips, [](const Trip& trip) { return !trip.block_id.empty(); });
    if (count == 0) return;
    report_.add(
        DefectKind::unsupported_feature, DefectAction::noted, "trips.block_id",
        fmt::format("{} trips; staying seated from trip to trip counts as a change", count));
  }

  void add_info(const Calendar& calendar, int32_t run_length_max_s) {
    InfoRecord info{};
    info.id = writer_.text(feed_.id);
    info.title = writer_.text(feed_.title);
    info.title_zh = writer_.text(feed_.title_zh);
    info.caveat = writer_.text(feed_.caveat);
    info.caveat_zh = writer_.text(feed_.caveat_zh);
    info.version = writer_.text(feed_.version);
    info.language = writer_.text(feed_.language);
    info.time_zone = writer_.text(time_zone(feed_));
    info.first_day = calendar.first_day;
    info.day_count = calendar.day_count;
    info.words_per_set = calendar.words_per_set;
    info.change_rail_s = options_.change_rail_s;
    info.change_other_s = options_.change_other_s;
    info.walk_chain_max_s = options_.walk_chain_max_s;
    info.run_length_max_s = run_length_max_s;
    writer_.add(Section::info, std::vector{info});
  }

  void add_stops(const std::vector<std::vector<uint32_t>>& members,
                 const std::vector<uint32_t>& modes, const std::vector<int32_t>& change_s) {
    std::vector<StopRecord> records;
    for (uint32_t i = 0; i < feed_.stops.size(); ++i) {
      const Stop& stop = feed_.stops[i];
      StopRecord record{};
      record.lat = stop.has_position ? stop.position.lat : 0;
      record.lng = stop.has_position ? stop.position.lng : 0;
      record.has_position = stop.has_position ? 1 : 0;
      record.id = writer_.text(stop.id);
      record.code = writer_.text(stop.code);
      record.name = writer_.text(stop.name);
      record.name_en = writer_.text(stop.name_en);
      record.platform_code = writer_.text(stop.platform_code);
      record.aliases = writer_.text(join_lines(stop.aliases));
      record.position_quality = writer_.text(stop.position_quality);
      record.parent = stop.parent;
      record.change_s = change_s[i];
      for (const uint32_t member : members[i]) record.modes |= modes[member];
      record.kind = static_cast<uint8_t>(stop.kind);
      records.push_back(record);
    }
    writer_.add(Section::stops, records);
    writer_.add(Section::stops_by_id, sorted_by_id(feed_.stops));
    const auto [offsets, items] = flatten(members);
    writer_.add(Section::members_offset, offsets);
    writer_.add(Section::members, items);
  }

  void add_lines() {
    std::vector<AgencyRecord> agencies;
    agencies.reserve(feed_.agencies.size());
    for (const Agency& agency : feed_.agencies) {
      agencies.push_back({writer_.text(agency.id), writer_.text(agency.name),
                          writer_.text(agency.name_en), writer_.text(agency.url)});
    }
    writer_.add(Section::agencies, agencies);
    std::vector<LineRecord> lines;
    for (std::size_t i = 0; i < feed_.lines.size(); ++i) {
      const Line& line = feed_.lines[i];
      lines.push_back({writer_.text(line.id), writer_.text(line.short_name),
                       writer_.text(line.long_name), writer_.text(line.name_en),
                       writer_.text(line.service_class), writer_.text(line.color), line.agency,
                       line.type, line_modes_[i]});
    }
    writer_.add(Section::lines, lines);
  }

  void add_trips(const Patterns& patterns) {
    std::vector<TripRecord> trips;
    for (std::size_t i = 0; i < feed_.trips.size(); ++i) {
      const Trip& trip = feed_.trips[i];
      const Patterns::TripRuns& runs = patterns.trips[i];
      trips.push_back({writer_.text(trip.id), writer_.text(trip.short_name),
                       writer_.text(trip.headsign), trip.line, trip.service, runs.pattern,
                       runs.times, runs.start_s, runs.runs});
    }
    writer_.add(Section::trips, trips);
    writer_.add(Section::trips_by_id, sorted_by_id(feed_.trips));
  }

  void add_visits(const Patterns& patterns) {
    std::vector<std::vector<VisitRecord>> visits(feed_.stops.size());
    for (uint32_t p = 0; p < patterns.patterns.size(); ++p) {
      const PatternRecord& pattern = patterns.patterns[p];
      for (uint32_t i = 0; i < pattern.stop_count; ++i) {
        visits[patterns.pattern_stops[pattern.first_stop + i] & kStopMask].push_back({p, i});
      }
    }
    const auto [offsets, items] = flatten(visits);
    writer_.add(Section::visits_offset, offsets);
    writer_.add(Section::visits, items);
  }

  void add_links(const Links& links) {
    std::vector<std::vector<LinkRecord>> back(feed_.stops.size());
    for (uint32_t from = 0; from < links.from.size(); ++from) {
      for (const LinkRecord& link : links.from[from]) {
        back[link.stop].push_back({from, link.seconds, link.flags});
      }
    }
    for (auto& list : back) {
      std::ranges::sort(list, {}, [](const LinkRecord& l) { return std::pair(l.seconds, l.stop); });
    }
    const auto [offsets, items] = flatten(links.from);
    writer_.add(Section::links_offset, offsets);
    writer_.add(Section::links, items);
    const auto [back_offsets, back_items] = flatten(back);
    writer_.add(Section::links_back_offset, back_offsets);
    writer_.add(Section::links_back, back_items);
  }

  template <class T>
  static std::vector<uint32_t> sorted_by_id(const std::vector<T>& things) {
    std::vector<uint32_t> order(things.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {}, [&](uint32_t i) { return std::string_view(things[i].id); });
    return order;
  }

  const Feed& feed_;
  const CompileOptions& options_;
  ImportReport& report_;
  ImageWriter writer_;
  std::vector<uint32_t> line_modes_;
};

}  // namespace

Result<std::string> compile(const Feed& feed, const CompileOptions& options, ImportReport& report) {
  const int32_t limit = kDaySeconds;
  const auto is_fine = [&](int32_t seconds) { return seconds >= 0 && seconds <= limit; };
  if (!is_fine(options.change_rail_s) || !is_fine(options.change_other_s) ||
      !is_fine(options.walk_chain_max_s) || !(options.walk_m_per_s > 0)) {
    return fail(ErrorCode::invalid_argument,
                "change times and the longest chained link must be 0 to 86400 s, and the walking "
                "speed above 0",
                "换乘时间与串接步行上限须在 0 至 86400 秒之间，步行速度须大于 0", "options");
  }
  if (feed.stops.size() > kStopCountMax) {
    return fail(ErrorCode::limit_exceeded, "the feed has more than 2^30 stops", "站点超过 2^30 个");
  }
  HQ_TRY_VOID(check(feed));
  return Compiler(feed, options, report).run();
}

}  // namespace hq::route
