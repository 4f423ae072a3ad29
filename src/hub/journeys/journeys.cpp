#include "hub/journeys/journeys.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/hash.h"
#include "hub/journeys/legs.h"
#include "hub/journeys/limits.h"

namespace hq::hub {
namespace {

constexpr int32_t kSearchHorizonS = 30 * 3600;  // a journey may take this long
constexpr int32_t kBeyondWindowS = 4 * 3600;

/// What one request needs, resolved.
struct Search {
  const Network& network;
  const JourneyRequest& request;
  Endpoints from;
  Endpoints to;
  DayTime time;
  route::QueryRules rules;
  std::shared_ptr<const route::DayView> day;
};

Result<Search> prepare(const Network& network, const JourneyRequest& request) {
  HQ_TRY(Endpoints from, network.resolve(request.from, "from"));
  HQ_TRY(Endpoints to, network.resolve(request.to, "to"));
  HQ_TRY(const DayTime time, parse_day_time(network, request.time, request.now));
  route::QueryRules rules;
  rules.max_changes = request.changes_max;
  rules.horizon_s = kSearchHorizonS;
  rules.work_max = kQueryWorkMax;
  if (request.change_min) rules.change_s = *request.change_min * 60;
  HQ_TRY(auto day, network.day(time.date, mode_mask(request.modes)));
  return Search{network, request, std::move(from), std::move(to), time, rules, std::move(day)};
}

using Journeys = std::vector<route::Journey>;

Result<Journeys> profile(const Search& search, int32_t from_s, int32_t to_s) {
  HQ_TRY(route::ProfileAnswer answer, search.network.with_router([&](route::Router& router) {
    return router.profile(*search.day, {.from = search.from.access,
                                        .to = search.to.access,
                                        .from_s = from_s,
                                        .to_s = to_s,
                                        .rules = search.rules});
  }));
  return std::move(answer.journeys);
}

Result<Journeys> best_at(const Search& search) {
  HQ_TRY(route::JourneyAnswer answer, search.network.with_router([&](route::Router& router) {
    return router.journeys(*search.day,
                           {.from = search.from.access,
                            .to = search.to.access,
                            .time_s = search.time.seconds,
                            .direction = search.request.arrive_by ? route::Direction::arrive_by
                                                                  : route::Direction::depart_at,
                            .rules = search.rules});
  }));
  return std::move(answer.journeys);
}

/// No later, no earlier and no more trips, and better in one of them.
bool beats(const route::Journey& a, const route::Journey& b) {
  const bool no_worse =
      a.departure_s >= b.departure_s && a.arrival_s <= b.arrival_s && a.trips <= b.trips;
  return no_worse && std::tie(a.departure_s, a.arrival_s, a.trips) !=
                         std::tie(b.departure_s, b.arrival_s, b.trips);
}

/// Adds the journeys of `more` that none of `journeys` beats or equals, and drops those they beat.
void merge(Journeys& journeys, Journeys more) {
  for (route::Journey& journey : more) {
    const bool is_beaten = std::ranges::any_of(journeys, [&](const route::Journey& other) {
      return beats(other, journey) ||
             std::tie(other.departure_s, other.arrival_s, other.trips) ==
                 std::tie(journey.departure_s, journey.arrival_s, journey.trips);
    });
    if (is_beaten) continue;
    std::erase_if(journeys, [&](const route::Journey& other) { return beats(journey, other); });
    journeys.push_back(std::move(journey));
  }
}

Result<Journeys> search_forward(const Search& search) {
  const int32_t from = search.time.seconds;
  Journeys journeys;
  if (search.request.window_min > 0) {
    // Departures after the window are looked at too: they beat ways that only seem worth taking
    // because the window ends.
    const int32_t to = from + search.request.window_min * 60;
    HQ_TRY(journeys, profile(search, from, to + kBeyondWindowS));
    std::erase_if(journeys,
                  [&](const route::Journey& journey) { return journey.departure_s >= to; });
  }
  // Also the best from the asked time on, which may leave after the window or be on foot.
  HQ_TRY(Journeys best, best_at(search));
  merge(journeys, std::move(best));
  return journeys;
}

Result<Journeys> search_backward(const Search& search) {
  HQ_TRY(Journeys journeys, best_at(search));
  if (journeys.empty() || search.request.window_min == 0) return journeys;
  const auto last = std::ranges::max_element(journeys, {}, &route::Journey::departure_s);
  const int32_t to = last->departure_s + 1;
  const int32_t view_start = search.day->options().from_s;
  const int32_t from = std::max(view_start, to - search.request.window_min * 60);
  HQ_TRY(Journeys window, profile(search, from, to));
  std::erase_if(window, [&](const route::Journey& journey) {
    return journey.arrival_s > search.time.seconds;
  });
  merge(journeys, std::move(window));
  return journeys;
}

/// The query string of this request at another time or on a named timetable.
std::string query_text(const Search& search, int32_t seconds, bool with_timetable) {
  const JourneyRequest& request = search.request;
  std::string text = fmt::format(
      "from={}&to={}&time={}", percent_encoded(request.from), percent_encoded(request.to),
      search.network.local_time(search.time.date, seconds).substr(0, 16));
  if (request.arrive_by) text += "&arrive_by=true";
  if (!request.modes.empty()) {
    text += "&modes=";
    for (const Mode mode : request.modes) {
      text += std::string(route::id(static_cast<route::Mode>(mode))) + ",";
    }
    text.pop_back();
  }
  if (request.changes_max != JourneyRequest().changes_max) {
    text += fmt::format("&changes_max={}", request.changes_max);
  }
  if (request.change_min) text += fmt::format("&change_min={}", *request.change_min);
  if (request.window_min != JourneyRequest().window_min) {
    text += fmt::format("&window_min={}", request.window_min);
  }
  if (with_timetable) text += "&timetable=" + search.network.id();
  return text;
}

void add_notes(JourneysAnswer& answer, const Search& search) {
  if (answer.journeys.empty()) {
    answer.notes.push_back({"在此条件下没有可行的方案：可放宽换乘次数、交通方式或更换时间。",
                            "No way under these rules: allow more changes or modes, or try "
                            "another time."});
  }
  for (const Endpoints* end : {&search.from, &search.to}) {
    const Endpoint& endpoint = end->endpoint;
    if (endpoint.kind == EndpointKind::place || endpoint.kind == EndpointKind::city) {
      answer.notes.push_back(
          {fmt::format("{}以其车站代表，到达车站之前或离开车站之后的路程不计入。",
                       endpoint.name.zh),
           fmt::format("{} stands for its stations; the way to and from them is not counted.",
                       endpoint.name.en)});
    } else if (endpoint.kind == EndpointKind::coordinates) {
      answer.notes.push_back(
          {fmt::format("坐标与车站之间按直线步行 {:.1f} 米/秒估算。", kAccessMetresPerSecond),
           fmt::format("The walk between coordinates and stops is an estimate: {:.1f} m/s in a "
                       "straight line.",
                       kAccessMetresPerSecond)});
    }
  }
}

}  // namespace

Result<JourneysAnswer> find_journeys(const Network& network, const JourneyRequest& request) {
  HQ_TRY(const Search search, prepare(network, request));
  HQ_TRY(Journeys journeys, request.arrive_by ? search_backward(search) : search_forward(search));
  std::ranges::sort(journeys, {}, [](const route::Journey& journey) {
    return std::tuple(journey.departure_s, journey.arrival_s, journey.trips);
  });
  if (journeys.size() > request.limit) {
    // Of too many, those nearest to the asked time.
    const auto extra = static_cast<std::ptrdiff_t>(journeys.size() - request.limit);
    if (request.arrive_by) {
      journeys.erase(journeys.begin(), journeys.begin() + extra);
    } else {
      journeys.resize(request.limit);
    }
  }

  JourneysAnswer answer;
  answer.from = search.from.endpoint;
  answer.to = search.to.endpoint;
  answer.time = network.local_time(search.time.date, search.time.seconds);
  answer.arrive_by = request.arrive_by;
  answer.window_min = request.window_min;
  answer.timetable = network.id();
  answer.rules = describe_rules(network, search.rules, request.modes);
  for (const route::Journey& journey : journeys) {
    answer.journeys.push_back(
        describe_journey(network, search.time.date, journey, answer.from, answer.to));
  }
  const int32_t step = std::max(60, request.window_min * 60);
  answer.earlier = query_text(search, search.time.seconds - step, false);
  answer.later = query_text(search, search.time.seconds + step, false);
  answer.link = "/journeys?" + query_text(search, search.time.seconds, true);
  answer.caveat = network.caveat();
  add_notes(answer, search);
  return answer;
}

Result<DayTime> parse_day_time(const Network& network, std::string_view text, Instant now) {
  const auto from_instant = [&](Instant instant) {
    const LocalTime local = network.time_zone().to_local(instant);
    return DayTime{local.date, local.seconds()};
  };
  if (text.empty()) return from_instant(std::chrono::ceil<std::chrono::minutes>(now));
  if (text.size() > 16 && (text.ends_with('Z') || text.find_first_of("+-", 16) != text.npos)) {
    auto instant = parse_instant(text);
    if (!instant) return std::unexpected(std::move(instant).error().at("time"));
    return from_instant(*instant);
  }
  const auto date = parse_date(text.substr(0, 10));
  const bool has_clock = text.size() >= 16 && (text[10] == 'T' || text[10] == ' ');
  const auto clock = parse_clock(has_clock ? text.substr(11) : "00:00");
  if (!date || !clock || (!has_clock && text.size() != 10) || *clock >= 86'400) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' is not a local time (2026-11-24T08:00)", text),
                fmt::format("“{}”不是当地时间（如 2026-11-24T08:00）", text), "time");
  }
  return DayTime{*date, *clock};
}

route::ModeMask mode_mask(const std::vector<Mode>& modes) {
  route::ModeMask result = 0;
  for (const Mode mode : modes) {
    if (mode != Mode::walk) result |= route::mask(static_cast<route::Mode>(mode));
  }
  return result == 0 ? route::kAllModes : result;
}

RulesAnswer describe_rules(const Network& network, const route::QueryRules& rules,
                           const std::vector<Mode>& modes) {
  RulesAnswer answer;
  answer.changes_max = rules.max_changes;
  answer.walking = rules.walking;
  for (uint32_t mode = 0; mode < route::kModeCount; ++mode) {
    if ((mode_mask(modes) >> mode & 1) != 0) answer.modes.push_back(static_cast<Mode>(mode));
  }
  if (rules.change_s) {
    answer.change_min = *rules.change_s / 60;
    answer.change = {fmt::format("每次换乘 {} 分钟", *answer.change_min),
                     fmt::format("{} minutes for every change", *answer.change_min)};
  } else {
    const route::InfoRecord& info = network.timetable().info();
    answer.change = {
        fmt::format("按各站换乘时间；未注明的车站：铁路 {} 分钟，其他 {} 分钟",
                    info.change_rail_s / 60, info.change_other_s / 60),
        fmt::format("each stop's own change time; where none is stated, {} minutes between trains "
                    "and {} minutes elsewhere",
                    info.change_rail_s / 60, info.change_other_s / 60)};
  }
  return answer;
}

std::string percent_encoded(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-._~:,").find(c) != std::string_view::npos) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", byte);
    }
  }
  return result;
}

}  // namespace hq::hub
