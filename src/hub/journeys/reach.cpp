#include "hub/journeys/reach.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "hub/journeys/limits.h"

namespace hq::hub {
namespace {

constexpr int32_t kCurveStepMin = 5;

/// Per stop of the timetable: seconds, and the changes where the search tells.
struct StopTimes {
  std::vector<int32_t> seconds;  // route::kUnreached where it is not
  std::vector<uint8_t> trips;    // empty where unknown
};

Result<StopTimes> times_at(const Network& network, const route::DayView& day,
                           const std::vector<route::Access>& from, int32_t time_s,
                           const route::QueryRules& rules) {
  HQ_TRY(route::ReachAnswer answer, network.with_router([&](route::Router& router) {
    return router.reach(day, {.from = from, .time_s = time_s, .rules = rules});
  }));
  StopTimes times{std::move(answer.time_s), std::move(answer.trips)};
  for (int32_t& seconds : times.seconds) {
    if (seconds != route::kUnreached) seconds -= time_s;
  }
  return times;
}

Result<StopTimes> times_in_window(const Network& network, const route::DayView& day,
                                  const std::vector<route::Access>& from,
                                  const ReachRequest& request, const route::QueryRules& rules) {
  const bool percentiles = request.measure != Measure::best;
  HQ_TRY(route::WindowAnswer answer, network.with_router([&](route::Router& router) {
    return router.reach_window(day, {.from = from,
                                     .from_s = request.window_from_s,
                                     .to_s = request.window_to_s,
                                     .percentiles = percentiles,
                                     .rules = rules});
  }));
  if (!percentiles) return StopTimes{std::move(answer.best_s), {}};
  StopTimes times;
  const int32_t percent = request.measure == Measure::p50 ? 50 : 90;
  for (uint32_t stop = 0; stop < network.timetable().stop_count(); ++stop) {
    times.seconds.push_back(answer.percentile_s(stop, percent));
  }
  return times;
}

Name definition_text(const ReachRequest& request, const DayTime& time) {
  const std::string date = format_date(time.date);
  const std::string from = format_clock(request.window_from_s);
  const std::string to = format_clock(request.window_to_s);
  const Name rest = {
      "城市的任一车站可达即计入该城市，人口为第七次人口普查（2020）常住人口；"
      "到达车站之前与离开车站之后的路程不计入。",
      "A city counts when any of its stations is reached; people are the residents "
      "of the 2020 census; the way to the first and from the last station is not "
      "counted."};
  switch (request.measure) {
    case Measure::depart:
      return {
          fmt::format("{} {} 出发，计入候车时间。{}", date, format_clock(time.seconds), rest.zh),
          fmt::format("Leaving at {} on {}, waiting counted. {}", format_clock(time.seconds), date,
                      rest.en)};
    case Measure::best:
      return {fmt::format("{} {} 至 {} 之间最快的一次出发，不计首次候车时间。{}", date, from, to,
                          rest.zh),
              fmt::format("The best departure between {} and {} on {}, waiting for it not counted. "
                          "{}",
                          from, to, date, rest.en)};
    default:
      const int percent = request.measure == Measure::p50 ? 50 : 90;
      return {
          fmt::format("{} {} 至 {} 之间每分钟出发，{}% 的出发时刻不超过所示时间，计入候车时间。{}",
                      date, from, to, percent, rest.zh),
          fmt::format("Leaving at each minute between {} and {} on {}: {} % of them take no "
                      "longer, waiting counted. {}",
                      from, to, date, percent, rest.en)};
  }
}

DefinitionAnswer define(const Network& network, const ReachRequest& request, const DayTime& time,
                        const route::QueryRules& rules) {
  DefinitionAnswer definition;
  definition.measure = boost::describe::enum_to_string(request.measure, "");
  definition.text = definition_text(request, time);
  definition.rules = describe_rules(network, rules, request.modes);
  definition.date = format_date(time.date);
  if (request.measure == Measure::depart) {
    definition.time = format_clock(time.seconds);
  } else {
    definition.window_from = format_clock(request.window_from_s);
    definition.window_to = format_clock(request.window_to_s);
  }
  return definition;
}

int32_t minutes_of(int32_t seconds) {
  return (seconds + 59) / 60;
}

/// Stops that the modes serve, reached within the longest limit, nearest first.
std::vector<ReachStop> reached_stops(const Network& network, const StopTimes& times,
                                     const ReachRequest& request) {
  const route::ModeMask modes = mode_mask(request.modes);
  std::vector<std::pair<int32_t, uint32_t>> order;
  for (const uint32_t stop : network.public_stops()) {
    const int32_t seconds = times.seconds[stop];
    const bool is_served = (network.timetable().stop(stop).modes & modes) != 0;
    if (is_served && seconds <= kReachLimitMinMax * 60) order.emplace_back(seconds, stop);
  }
  std::ranges::sort(order);
  std::vector<ReachStop> stops;
  stops.reserve(order.size());
  for (const auto& [seconds, stop] : order) {
    LegStop known = network.leg_stop(stop);
    ReachStop& reached = stops.emplace_back();
    reached.id = std::move(known.id);
    reached.name = std::move(known.name);
    reached.position = known.position;
    reached.minutes = minutes_of(seconds);
    if (!times.trips.empty()) reached.changes = std::max<int32_t>(1, times.trips[stop]) - 1;
    if (const City* city = network.city(stop)) reached.city = city->name.zh;
  }
  return stops;
}

/// The cities of the delta with a station among `stops` (nearest first), each with its first one.
std::vector<ReachCity> reached_cities(const Network& network, const std::vector<ReachStop>& stops) {
  std::vector<ReachCity> cities;
  for (const ReachStop& stop : stops) {
    if (!stop.city || std::ranges::find(cities, *stop.city, &ReachCity::id) != cities.end()) {
      continue;
    }
    const City* city = network.hub().find_city(*stop.city);
    if (city == nullptr || !city->in_delta()) continue;
    ReachCity& reached = cities.emplace_back();
    reached.id = city->name.zh;
    reached.name = {city->name.zh, city->name.en};
    reached.province = {city->province.zh, city->province.en};
    reached.population = city->population;
    reached.minutes = stop.minutes;
    reached.changes = stop.changes;
    reached.stop = stop.id;
    reached.position = city->position;
  }
  return cities;
}

std::vector<ReachCurvePoint> curve_of(const std::vector<ReachCity>& cities) {
  std::vector<ReachCurvePoint> curve;
  for (int32_t minutes = 0; minutes <= kReachLimitMinMax; minutes += kCurveStepMin) {
    ReachCurvePoint point{minutes, 0, 0};
    for (const ReachCity& city : cities) {
      if (city.minutes > minutes) break;
      ++point.cities;
      point.population += city.population;
    }
    curve.push_back(point);
  }
  return curve;
}

std::string link_of(const Network& network, const ReachRequest& request, const DayTime& time) {
  std::string link =
      fmt::format("/circle?from={}&limit_min={}&measure={}&time={}", percent_encoded(request.from),
                  request.limit_min, boost::describe::enum_to_string(request.measure, ""),
                  network.local_time(time.date, time.seconds).substr(0, 16));
  if (request.measure != Measure::depart) {
    link += fmt::format("&window_from={}&window_to={}", format_clock(request.window_from_s),
                        format_clock(request.window_to_s));
  }
  if (request.changes_max != ReachRequest().changes_max) {
    link += fmt::format("&changes_max={}", request.changes_max);
  }
  if (request.change_min) link += fmt::format("&change_min={}", *request.change_min);
  link += "&modes=";
  for (const Mode mode : request.modes) {
    link += fmt::format("{},", boost::describe::enum_to_string(mode, ""));
  }
  link.pop_back();
  if (!request.walking) link += "&walking=false";
  return link + "&timetable=" + network.id();
}

Result<> check(const ReachRequest& request) {
  if (request.limit_min < 1 || request.limit_min > kReachLimitMinMax) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("the limit is 1 to {} minutes", kReachLimitMinMax),
                fmt::format("时间上限为 1 至 {} 分钟", kReachLimitMinMax), "limit_min");
  }
  if (request.window_from_s >= request.window_to_s || request.window_to_s > route::kDaySeconds) {
    return fail(ErrorCode::invalid_argument, "the window ends before it begins, or after 24:00",
                "时间窗口的结束早于开始，或晚于 24:00", "window_to");
  }
  return {};
}

}  // namespace

Result<ReachAnswer> find_reach(const Network& network, const ReachRequest& request) {
  HQ_TRY_VOID(check(request));
  HQ_TRY(const Endpoints from, network.resolve(request.from, "from"));
  HQ_TRY(const DayTime time, parse_day_time(network, request.time, request.now));
  HQ_TRY(auto day, network.day(time.date, mode_mask(request.modes)));
  route::QueryRules rules;
  rules.max_changes = request.changes_max;
  rules.horizon_s = kReachLimitMinMax * 60;
  rules.walking = request.walking;
  rules.work_max = kQueryWorkMax;
  if (request.change_min) rules.change_s = *request.change_min * 60;
  HQ_TRY(const StopTimes times, request.measure == Measure::depart
                                    ? times_at(network, *day, from.access, time.seconds, rules)
                                    : times_in_window(network, *day, from.access, request, rules));

  ReachAnswer answer;
  answer.from = from.endpoint;
  answer.limit_min = request.limit_min;
  answer.stops = reached_stops(network, times, request);
  answer.cities = reached_cities(network, answer.stops);
  answer.curve = curve_of(answer.cities);
  const auto is_beyond = [&](const auto& reached) { return reached.minutes > request.limit_min; };
  std::erase_if(answer.stops, is_beyond);
  std::erase_if(answer.cities, is_beyond);
  answer.city_count = static_cast<int32_t>(answer.cities.size());
  for (const ReachCity& city : answer.cities) answer.population += city.population;
  answer.population_of_delta = network.hub().delta_population();
  answer.stop_count = static_cast<int32_t>(answer.stops.size());
  answer.definition = define(network, request, time, rules);
  answer.timetable = network.id();
  answer.caveat = network.caveat();
  answer.link = link_of(network, request, time);
  return answer;
}

}  // namespace hq::hub
