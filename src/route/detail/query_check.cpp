#include "route/detail/query_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace hq::route {
namespace {

std::unexpected<Error> refuse(std::string where, std::string en, std::string zh) {
  return fail(ErrorCode::invalid_argument, std::move(en), std::move(zh), std::move(where));
}

bool is_span(int32_t seconds) {
  return seconds >= 0 && seconds <= 14 * kDaySeconds;
}

}  // namespace

Result<> check_rules(const QueryRules& rules) {
  if (rules.max_changes < 0 || rules.max_changes > kChangesMax) {
    return refuse("rules.max_changes",
                  fmt::format("{} changes; ask for 0 to {}", rules.max_changes, kChangesMax),
                  fmt::format("换乘次数 {} 无效；应为 0 至 {}", rules.max_changes, kChangesMax));
  }
  if (!is_span(rules.change_s.value_or(0))) {
    return refuse("rules.change_s", "a change takes 0 s to 14 days", "换乘时间应为 0 秒至 14 天");
  }
  if (!is_span(rules.change_after_walk_s)) {
    return refuse("rules.change_after_walk_s", "time after a walk is 0 s to 14 days",
                  "步行后预留时间应为 0 秒至 14 天");
  }
  if (!is_span(rules.horizon_s)) {
    return refuse("rules.horizon_s", "the horizon is 0 s to 14 days", "时限应为 0 秒至 14 天");
  }
  return {};
}

Result<> check_window(const DayView& view, int64_t from_s, int64_t to_s) {
  const DayViewOptions& window = view.options();
  if (from_s >= window.from_s && to_s <= window.to_s) return {};
  return refuse("time",
                fmt::format("the query covers {} to {} s of the day, its view only {} to {} s; "
                            "choose the date nearer, shorten the horizon or widen the view",
                            from_s, to_s, window.from_s, window.to_s),
                fmt::format("查询覆盖当日 {} 至 {} 秒，而数据窗口仅为 {} 至 {} 秒；请调整日期、"
                            "缩短时限或扩大窗口",
                            from_s, to_s, window.from_s, window.to_s));
}

Result<std::vector<Access>> expand(const Timetable& timetable, const std::vector<Access>& access,
                                   const std::string& field) {
  if (access.empty()) return refuse(field, "no stop is given", "未给出站点");
  if (access.size() > kAccessMax) {
    return refuse(field, fmt::format("{} stops; give at most {}", access.size(), kAccessMax),
                  fmt::format("站点 {} 个，最多 {} 个", access.size(), kAccessMax));
  }
  std::vector<Access> stops;
  for (std::size_t i = 0; i < access.size(); ++i) {
    const std::string where = fmt::format("{}[{}]", field, i);
    if (access[i].stop >= timetable.stop_count()) {
      return refuse(where, fmt::format("there is no stop {}", access[i].stop),
                    fmt::format("没有编号为 {} 的站点", access[i].stop));
    }
    if (!is_span(access[i].seconds)) {
      return refuse(where, fmt::format("{} s to a stop; give 0 s to 14 days", access[i].seconds),
                    fmt::format("到站用时 {} 秒无效；应为 0 秒至 14 天", access[i].seconds));
    }
    for (const uint32_t member : timetable.members(access[i].stop)) {
      stops.push_back({member, access[i].seconds});
    }
  }
  std::ranges::sort(stops, {}, [](const Access& a) { return std::pair(a.stop, a.seconds); });
  const auto rest = std::ranges::unique(stops, {}, &Access::stop);
  stops.erase(rest.begin(), rest.end());
  return stops;
}

}  // namespace hq::route
