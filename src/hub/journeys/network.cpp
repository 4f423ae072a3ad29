#include "hub/journeys/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

#include "base/text.h"
#include "hub/journeys/limits.h"
#include "hub/journeys/sections.h"

namespace hq::hub {
namespace {

/// "Shanghaihongqiao": better than nothing for an English reader of a feed that is only Chinese.
std::string romanized(std::string_view name) {
  std::string text = search_keys(name).pinyin;
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::optional<LatLng> parse_position(std::string_view text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  LatLng position;
  const auto read = [](std::string_view number, double& value) {
    const auto [end, error] = std::from_chars(number.begin(), number.end(), value);
    return error == std::errc() && end == number.end();
  };
  if (!read(text.substr(0, comma), position.lat) || !read(text.substr(comma + 1), position.lng)) {
    return std::nullopt;
  }
  return position;
}

}  // namespace

Result<std::shared_ptr<const Network>> Network::make(
    std::shared_ptr<const route::Timetable> timetable, std::shared_ptr<const ReferenceHub> hub,
    std::string id) {
  HQ_TRY(TimeZone zone, TimeZone::load(std::string(timetable->time_zone())));
  return std::shared_ptr<const Network>(
      new Network(std::move(timetable), std::move(hub), std::move(id), std::move(zone)));
}

Network::Network(std::shared_ptr<const route::Timetable> timetable,
                 std::shared_ptr<const ReferenceHub> hub, std::string id, TimeZone time_zone)
    : timetable_(std::move(timetable)),
      hub_(std::move(hub)),
      id_(std::move(id)),
      time_zone_(std::move(time_zone)) {
  name_stops();
  find_cities();
  count_departures();
  index_names();
}

Name Network::caveat() const {
  return {std::string(timetable_->caveat_zh()), std::string(timetable_->caveat())};
}

void Network::name_stops() {
  stop_names_.reserve(timetable_->stop_count());
  for (const route::StopRecord& stop : timetable_->stops()) {
    Name name{std::string(timetable_->text(stop.name)),
              std::string(timetable_->text(stop.name_en))};
    if (name.en.empty()) {
      const RailStation* known = hub_->find_rail_station(timetable_->text(stop.id));
      name.en = known != nullptr && known->name.zh == name.zh ? known->name.en : romanized(name.zh);
    }
    if (name.en.empty()) name.en = name.zh;
    stop_names_.push_back(std::move(name));
  }
}

void Network::find_cities() {
  std::unordered_map<std::string_view, const City*> by_id;
  std::unordered_map<std::string_view, const City*> by_name;
  for (const City& city : hub_->cities) {
    for (const std::string& station : city.stations) by_id.emplace(station, &city);
  }
  for (const RailStation& station : hub_->rail_stations) {
    if (const City* city = hub_->find_city(station.city)) by_name.emplace(station.name.zh, city);
  }
  for (const MetroStation& station : hub_->metro_stations) {
    if (const City* city = hub_->find_city(station.city)) by_id.emplace(station.id, city);
  }
  stop_cities_.resize(timetable_->stop_count(), nullptr);
  for (uint32_t stop = 0; stop < timetable_->stop_count(); ++stop) {
    const route::StopRecord& record = timetable_->stop(stop);
    if (const auto id = by_id.find(timetable_->text(record.id)); id != by_id.end()) {
      stop_cities_[stop] = id->second;
    } else if ((record.modes & route::mask(route::Mode::rail)) != 0) {
      // A feed with ids of its own: a railway station is known by its name.
      const auto name = by_name.find(timetable_->text(record.name));
      if (name != by_name.end()) stop_cities_[stop] = name->second;
    }
  }
}

void Network::count_departures() {
  importance_.resize(timetable_->stop_count(), 0);
  stop_lines_.resize(timetable_->stop_count());
  for (uint32_t stop = 0; stop < timetable_->stop_count(); ++stop) {
    const uint32_t station = timetable_->station_of(stop);
    for (const route::VisitRecord& visit : timetable_->visits(stop)) {
      const route::PatternRecord& pattern = timetable_->patterns()[visit.pattern];
      importance_[station] += pattern.run_count;
      const auto runs = timetable_->runs().subspan(pattern.first_run, pattern.run_count);
      auto& lines = stop_lines_[station];
      for (const route::RunRecord& run : runs) {
        const uint32_t line = timetable_->trip(run.trip).line;
        if (std::ranges::find(lines, line) == lines.end()) lines.push_back(line);
      }
    }
  }
  for (uint32_t stop = 0; stop < timetable_->stop_count(); ++stop) {
    if (timetable_->station_of(stop) == stop && importance_[stop] > 0)
      public_stops_.push_back(stop);
  }
}

void Network::index_names() {
  std::vector<SearchEntry> entries;
  entries.reserve(public_stops_.size());
  for (const uint32_t stop : public_stops_) {
    SearchEntry& entry = entries.emplace_back();
    entry.id = stop;
    entry.names = {stop_names_[stop].zh, stop_names_[stop].en};
    std::ranges::move(lines_of(timetable_->text(timetable_->stop(stop).aliases)),
                      std::back_inserter(entry.names));
    // A train serves a region and a metro train a quarter: 16 of these weigh one of those.
    const bool is_rail = (timetable_->stop(stop).modes & route::mask(route::Mode::rail)) != 0;
    entry.importance = is_rail ? importance_[stop] : importance_[stop] / 16;
  }
  search_ = StopSearch(entries);
}

std::vector<uint32_t> Network::search(std::string_view text, std::size_t limit) const {
  return search_.find(text, limit);
}

StopAnswer Network::stop_answer(uint32_t stop) const {
  const route::StopRecord& record = timetable_->stop(stop);
  StopAnswer answer;
  answer.id = timetable_->text(record.id);
  answer.name = stop_names_[stop];
  answer.aliases = lines_of(timetable_->text(record.aliases));
  if (record.has_position != 0) answer.position = timetable_->position(stop);
  if (const auto quality = timetable_->text(record.position_quality); !quality.empty()) {
    answer.position_quality = quality;
  }
  if (const City* city = stop_cities_[stop]) answer.city = city->name.zh;
  if (record.parent != route::kNone) {
    answer.station = timetable_->text(timetable_->stop(record.parent).id);
  }
  for (uint32_t mode = 0; mode < route::kModeCount; ++mode) {
    if ((record.modes >> mode & 1) != 0) answer.modes.push_back(static_cast<Mode>(mode));
  }
  answer.importance = importance_[stop];
  for (const uint32_t line : stop_lines_[stop]) {
    std::string name(timetable_->text(timetable_->line(line).short_name));
    const bool is_new = std::ranges::find(answer.lines, name) == answer.lines.end();
    if (!name.empty() && is_new) answer.lines.push_back(std::move(name));
  }
  return answer;
}

LegStop Network::leg_stop(uint32_t stop) const {
  LegStop result;
  result.id = timetable_->text(timetable_->stop(stop).id);
  result.name = stop_names_[stop];
  if (timetable_->stop(stop).has_position != 0) result.position = timetable_->position(stop);
  return result;
}

Result<Endpoints> Network::resolve(std::string_view text, std::string_view parameter) const {
  if (text.starts_with("stop:")) return resolve_stop(text.substr(5), parameter);
  if (text.starts_with("place:")) return resolve_place(text.substr(6), parameter);
  if (text.starts_with("city:")) return resolve_city(text.substr(5), parameter);
  if (const auto position = parse_position(text)) return resolve_position(*position, parameter);
  return resolve_stop(text, parameter);
}

Result<Endpoints> Network::resolve_stop(std::string_view id, std::string_view parameter) const {
  const auto stop = timetable_->find_stop(id);
  if (!stop) {
    return fail(ErrorCode::not_found,
                fmt::format("there is no stop '{}' in this timetable; search for it by name", id),
                fmt::format("此时刻表中没有车站“{}”；请按名称搜索", id), std::string(parameter));
  }
  const LegStop known = leg_stop(*stop);
  return Endpoints{{EndpointKind::stop, known.id, known.name, known.position}, {{*stop, 0}}};
}

void Network::add_access(Endpoints& endpoints, const std::string& stop_id) const {
  if (const auto stop = timetable_->find_stop(stop_id)) endpoints.access.push_back({*stop, 0});
}

Result<Endpoints> Network::resolve_place(std::string_view id, std::string_view parameter) const {
  const Place* place = hub_->find_place(id);
  if (place == nullptr) {
    return fail(ErrorCode::not_found, fmt::format("the hub has no place '{}'", id),
                fmt::format("枢纽没有地点“{}”", id), std::string(parameter));
  }
  Endpoints endpoints{
      {EndpointKind::place, place->id, {place->name.zh, place->name.en}, place->position}, {}};
  for (const std::string& stop : place->rail_stops) add_access(endpoints, stop);
  for (const std::string& stop : place->metro_stops) add_access(endpoints, stop);
  if (endpoints.access.empty()) return resolve_position(place->position, parameter);
  return endpoints;
}

Result<Endpoints> Network::resolve_city(std::string_view id, std::string_view parameter) const {
  const City* city = hub_->find_city(id);
  if (city == nullptr) {
    return fail(ErrorCode::not_found, fmt::format("there is no city '{}' here", id),
                fmt::format("没有城市“{}”", id), std::string(parameter));
  }
  Endpoints endpoints{
      {EndpointKind::city, city->name.zh, {city->name.zh, city->name.en}, city->position}, {}};
  for (uint32_t stop = 0; stop < timetable_->stop_count(); ++stop) {
    const bool is_rail = (timetable_->stop(stop).modes & route::mask(route::Mode::rail)) != 0;
    if (stop_cities_[stop] == city && is_rail) endpoints.access.push_back({stop, 0});
  }
  if (endpoints.access.empty()) {
    return fail(ErrorCode::not_found,
                fmt::format("no station of {} is in this timetable", city->name.en),
                fmt::format("此时刻表中没有{}的车站", city->name.zh), std::string(parameter));
  }
  return endpoints;
}

Result<Endpoints> Network::resolve_position(LatLng position, std::string_view parameter) const {
  if (!is_valid(position)) {
    return fail(ErrorCode::invalid_argument, "not a latitude and longitude in degrees",
                "不是以度为单位的纬度和经度", std::string(parameter));
  }
  std::vector<std::pair<double, uint32_t>> near;
  for (const uint32_t stop : public_stops_) {
    if (timetable_->stop(stop).has_position == 0) continue;
    near.emplace_back(great_circle_m(position, timetable_->position(stop)), stop);
  }
  std::ranges::sort(near);
  if (near.empty() || near.front().first > kAccessWalkM) {
    const std::string nearest = near.empty() ? "" : stop_names_[near.front().second].en;
    const std::string nearest_zh = near.empty() ? "" : stop_names_[near.front().second].zh;
    const double km = near.empty() ? 0 : near.front().first / 1000;
    return fail(ErrorCode::not_found,
                fmt::format("no stop within {:.1f} km; the nearest is {} at {:.1f} km",
                            kAccessWalkM / 1000, nearest, km),
                fmt::format("{:.1f} 公里内没有车站；最近的是{}，距离 {:.1f} 公里",
                            kAccessWalkM / 1000, nearest_zh, km),
                std::string(parameter));
  }
  const std::string text = fmt::format("{:.5f}, {:.5f}", position.lat, position.lng);
  Endpoints endpoints{{EndpointKind::coordinates, std::nullopt, {text, text}, position}, {}};
  for (const auto& [metres, stop] : near) {
    if (metres > kAccessWalkM || endpoints.access.size() == kAccessStopsMax) break;
    endpoints.access.push_back(
        {stop, static_cast<int32_t>(std::lround(metres / kAccessMetresPerSecond))});
  }
  return endpoints;
}

Result<std::shared_ptr<const route::DayView>> Network::day(Date date, route::ModeMask modes,
                                                           std::vector<uint32_t> services) const {
  if (date < timetable_->first_day() || date > timetable_->last_day()) {
    const std::string first = format_date(timetable_->first_day());
    const std::string last = format_date(timetable_->last_day());
    return fail(
        ErrorCode::not_found,
        fmt::format("the timetable covers {} to {}, not {}", first, last, format_date(date)),
        fmt::format("时刻表的有效期为 {} 至 {}，不含 {}", first, last, format_date(date)), "time");
  }
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(days_, [&](const CachedDay& cached) {
      return cached.date == date && cached.modes == modes && cached.services == services;
    });
    if (found != days_.end()) {
      days_.splice(days_.begin(), days_, found);
      return days_.front().view;
    }
  }
  // Built outside the lock: two threads may build the same view once, and one of them is kept.
  route::DayViewOptions options;
  options.from_s = -kDayViewDaysBefore * route::kDaySeconds;
  options.to_s = kDayViewDays * route::kDaySeconds;
  options.modes = modes;
  options.services = services;
  HQ_TRY(auto view, route::DayView::build(timetable_, date, options));
  const std::lock_guard lock(mutex_);
  days_.push_front({date, modes, std::move(services), view});
  if (days_.size() > kDayViewsMax) days_.pop_back();
  return view;
}

std::unique_ptr<route::Router> Network::take_router() const {
  const std::lock_guard lock(mutex_);
  if (routers_.empty()) return std::make_unique<route::Router>();
  auto router = std::move(routers_.back());
  routers_.pop_back();
  return router;
}

void Network::return_router(std::unique_ptr<route::Router> router) const {
  const std::lock_guard lock(mutex_);
  routers_.push_back(std::move(router));
}

std::string Network::local_time(Date date, int32_t seconds) const {
  const Instant instant = time_zone_.service_day_start(date) + std::chrono::seconds(seconds);
  return format_instant(instant, time_zone_.offset_s(instant));
}

const std::string& Network::sections_geojson() const {
  std::call_once(sections_once_, [this] { sections_ = make_sections_geojson(*timetable_); });
  return sections_;
}

}  // namespace hq::hub
