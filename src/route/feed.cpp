#include "route/feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/assert.h"

namespace hq::route {
namespace {

using Ids = std::unordered_set<std::string>;

std::unexpected<Error> broken(std::string where, std::string_view what, std::string_view what_zh) {
  return fail(ErrorCode::invalid_argument, fmt::format("the feed is not sound: {}", what),
              fmt::format("数据集不自洽：{}", what_zh), std::move(where));
}

template <class Rows>
Result<> check_ids(const Rows& rows, std::string_view table) {
  Ids ids;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string where = fmt::format("{}[{}].id", table, i);
    if (rows[i].id.empty()) return broken(where, "an id is empty", "标识为空");
    if (!ids.insert(rows[i].id).second) {
      return broken(where, fmt::format("the id '{}' stands twice", rows[i].id),
                    fmt::format("标识“{}”重复", rows[i].id));
    }
  }
  return {};
}

/// An index into a table of `size` rows, or kNone where that is allowed.
Result<> check_index(uint32_t index, std::size_t size, bool may_be_none, std::string_view table,
                     std::size_t row, std::string_view field) {
  if (index < size || (may_be_none && index == kNone)) return {};
  return broken(fmt::format("{}[{}].{}", table, row, field),
                fmt::format("index {} of {}", index, size),
                fmt::format("下标 {} 超出 {}", index, size));
}

bool ascends(const std::vector<Date>& days) {
  return std::adjacent_find(days.begin(), days.end(), std::greater_equal<>()) == days.end();
}

bool is_clock(int32_t seconds) {
  return seconds >= 0 && seconds < kClockEnd;
}

Result<> check_stops(const Feed& feed) {
  for (std::size_t i = 0; i < feed.stops.size(); ++i) {
    const Stop& stop = feed.stops[i];
    HQ_TRY_VOID(check_index(stop.parent, feed.stops.size(), true, "stops", i, "parent"));
    if (stop.has_position && !is_valid(stop.position)) {
      return broken(fmt::format("stops[{}].position", i), "no place on Earth", "坐标无效");
    }
    if (stop.parent != kNone) {
      // A boarding area hangs from a platform, everything else from a station (GTFS stops.txt).
      const StopKind wanted = stop.kind == StopKind::area ? StopKind::platform : StopKind::station;
      if (stop.kind == StopKind::station || feed.stops[stop.parent].kind != wanted) {
        return broken(fmt::format("stops[{}].parent", i), "a parent of the wrong kind",
                      "上级站点类型不符");
      }
    }
    for (const std::string& alias : stop.aliases) {
      if (alias.empty() || alias.find('|') != std::string::npos) {
        return broken(fmt::format("stops[{}].aliases", i), "an alias is empty or has '|'",
                      "别名为空或含“|”");
      }
    }
  }
  return {};
}

Result<> check_services(const Feed& feed) {
  for (std::size_t i = 0; i < feed.services.size(); ++i) {
    const Service& service = feed.services[i];
    const std::string where = fmt::format("services[{}]", i);
    if (service.weekdays > 0x7f) return broken(where, "an eighth weekday", "星期位超出七天");
    if (service.weekdays != 0 && service.first > service.last) {
      return broken(where, "the last day lies before the first", "末日早于首日");
    }
    if (!ascends(service.added) || !ascends(service.removed)) {
      return broken(where, "days do not ascend", "日期未按升序排列");
    }
    for (const Date day : service.added) {
      if (std::binary_search(service.removed.begin(), service.removed.end(), day)) {
        return broken(where, "a day is both added and removed", "同一日既增又减");
      }
    }
  }
  return {};
}

Result<> check_trips(const Feed& feed) {
  for (std::size_t i = 0; i < feed.trips.size(); ++i) {
    const Trip& trip = feed.trips[i];
    HQ_TRY_VOID(check_index(trip.line, feed.lines.size(), false, "trips", i, "line"));
    HQ_TRY_VOID(check_index(trip.service, feed.services.size(), false, "trips", i, "service"));
    const std::string where = fmt::format("trips[{}]", i);
    if (trip.stop_time_count < 2) return broken(where, "fewer than two stops", "停站少于两个");
    if (uint64_t{trip.first_stop_time} + trip.stop_time_count > feed.stop_times.size()) {
      return broken(where, "stop times out of range", "停站时刻越界");
    }
    int32_t before = 0;
    for (uint32_t k = 0; k < trip.stop_time_count; ++k) {
      const std::size_t at = trip.first_stop_time + k;
      const StopTime& time = feed.stop_times[at];
      HQ_TRY_VOID(check_index(time.stop, feed.stops.size(), false, "stop_times", at, "stop"));
      if (!is_clock(time.arrival) || !is_clock(time.departure)) {
        return broken(fmt::format("stop_times[{}]", at), "no clock of 0 to 99:59:59",
                      "钟点不在 0 至 99:59:59 之间");
      }
      if (time.arrival < before || time.departure < time.arrival) {
        return broken(fmt::format("stop_times[{}]", at), "time runs back", "时刻倒流");
      }
      before = time.departure;
    }
  }
  return {};
}

Result<> check_rules(const Feed& feed) {
  for (std::size_t i = 0; i < feed.frequencies.size(); ++i) {
    const Frequency& row = feed.frequencies[i];
    HQ_TRY_VOID(check_index(row.trip, feed.trips.size(), false, "frequencies", i, "trip"));
    if (row.headway_s <= 0 || row.end <= row.start || !is_clock(row.start) || !is_clock(row.end)) {
      return broken(fmt::format("frequencies[{}]", i), "an empty window or headway",
                    "时段或间隔为空");
    }
  }
  for (std::size_t i = 0; i < feed.transfers.size(); ++i) {
    const Transfer& row = feed.transfers[i];
    HQ_TRY_VOID(check_index(row.from, feed.stops.size(), false, "transfers", i, "from"));
    HQ_TRY_VOID(check_index(row.to, feed.stops.size(), false, "transfers", i, "to"));
    HQ_TRY_VOID(check_index(row.from_line, feed.lines.size(), true, "transfers", i, "from_line"));
    HQ_TRY_VOID(check_index(row.to_line, feed.lines.size(), true, "transfers", i, "to_line"));
    HQ_TRY_VOID(check_index(row.from_trip, feed.trips.size(), true, "transfers", i, "from_trip"));
    HQ_TRY_VOID(check_index(row.to_trip, feed.trips.size(), true, "transfers", i, "to_trip"));
    if (row.seconds < 0) {
      return broken(fmt::format("transfers[{}].seconds", i), "less than no time", "时长为负");
    }
  }
  return {};
}

/// Appends the rows of `from`, giving those whose id is taken a new one.
template <class Row>
void append_with_new_ids(std::vector<Row>& to, const std::vector<Row>& from,
                         const std::string& prefix) {
  Ids taken;
  for (const Row& row : to) taken.insert(row.id);
  to.reserve(to.size() + from.size());
  for (const Row& row : from) {
    Row& added = to.emplace_back(row);
    // An empty prefix could never end a clash.
    while (!taken.insert(added.id).second) added.id = (prefix.empty() ? "_" : prefix) + added.id;
  }
}

void shift(uint32_t& index, std::size_t by) {
  if (index != kNone) index += static_cast<uint32_t>(by);
}

}  // namespace

bool Service::runs_on(Date day) const {
  if (std::binary_search(added.begin(), added.end(), day)) return true;
  if (std::binary_search(removed.begin(), removed.end(), day)) return false;
  return day >= first && day <= last && (weekdays >> weekday_index(day) & 1) != 0;
}

const std::string& time_zone(const Feed& feed) {
  static const std::string utc = "UTC";
  return feed.agencies.empty() ? utc : feed.agencies.front().time_zone;
}

Feed join(Feed a, const Feed& b, const std::string& prefix) {
  HQ_ASSERT(a.agencies.empty() || b.agencies.empty() || time_zone(a) == time_zone(b));
  for (const auto member : {&Feed::id, &Feed::title, &Feed::title_zh, &Feed::caveat,
                            &Feed::caveat_zh, &Feed::version, &Feed::language}) {
    if ((a.*member).empty()) a.*member = b.*member;
  }
  const std::size_t agencies = a.agencies.size(), stops = a.stops.size(), lines = a.lines.size(),
                    services = a.services.size(), trips = a.trips.size(),
                    stop_times = a.stop_times.size(), frequencies = a.frequencies.size(),
                    transfers = a.transfers.size();
  append_with_new_ids(a.agencies, b.agencies, prefix);
  append_with_new_ids(a.stops, b.stops, prefix);
  append_with_new_ids(a.lines, b.lines, prefix);
  append_with_new_ids(a.services, b.services, prefix);
  append_with_new_ids(a.trips, b.trips, prefix);
  a.stop_times.insert(a.stop_times.end(), b.stop_times.begin(), b.stop_times.end());
  a.frequencies.insert(a.frequencies.end(), b.frequencies.begin(), b.frequencies.end());
  a.transfers.insert(a.transfers.end(), b.transfers.begin(), b.transfers.end());

  for (std::size_t i = stops; i < a.stops.size(); ++i) shift(a.stops[i].parent, stops);
  for (std::size_t i = lines; i < a.lines.size(); ++i) shift(a.lines[i].agency, agencies);
  for (std::size_t i = trips; i < a.trips.size(); ++i) {
    shift(a.trips[i].line, lines);
    shift(a.trips[i].service, services);
    shift(a.trips[i].first_stop_time, stop_times);
  }
  for (std::size_t i = stop_times; i < a.stop_times.size(); ++i) shift(a.stop_times[i].stop, stops);
  for (std::size_t i = frequencies; i < a.frequencies.size(); ++i) {
    shift(a.frequencies[i].trip, trips);
  }
  for (std::size_t i = transfers; i < a.transfers.size(); ++i) {
    Transfer& row = a.transfers[i];
    shift(row.from, stops);
    shift(row.to, stops);
    shift(row.from_line, lines);
    shift(row.to_line, lines);
    shift(row.from_trip, trips);
    shift(row.to_trip, trips);
  }
  return a;
}

Result<> check(const Feed& feed) {
  HQ_TRY_VOID(check_ids(feed.agencies, "agencies"));
  HQ_TRY_VOID(check_ids(feed.stops, "stops"));
  HQ_TRY_VOID(check_ids(feed.lines, "lines"));
  HQ_TRY_VOID(check_ids(feed.services, "services"));
  HQ_TRY_VOID(check_ids(feed.trips, "trips"));
  for (std::size_t i = 0; i < feed.agencies.size(); ++i) {
    if (feed.agencies[i].time_zone != time_zone(feed)) {
      return broken(fmt::format("agencies[{}].time_zone", i), "several time zones", "多个时区");
    }
  }
  HQ_TRY_VOID(check_stops(feed));
  for (std::size_t i = 0; i < feed.lines.size(); ++i) {
    HQ_TRY_VOID(
        check_index(feed.lines[i].agency, feed.agencies.size(), true, "lines", i, "agency"));
  }
  HQ_TRY_VOID(check_services(feed));
  HQ_TRY_VOID(check_trips(feed));
  return check_rules(feed);
}

}  // namespace hq::route
